"""`python -m publishing`: generate what is published from the code."""

import argparse
import sys
from pathlib import Path

import anyio

from publishing import lay_out_bundle, refresh_pages, tools_of


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m publishing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    commands.add_parser("pages", help="update the generated parts of README and docs")
    bundle = commands.add_parser("bundle", help="write the folder from which the desktop bundle is packed")
    start = commands.add_parser("start", help="start an unpacked bundle as a host does, and print its tools")
    for command in (bundle, start):
        command.add_argument("folder", type=Path)
    options = parser.parse_args()
    match options.command:
        case "pages":
            anyio.run(refresh_pages)
        case "bundle":
            lay_out_bundle(options.folder)
        case _:
            sys.stdout.write("\n".join(anyio.run(tools_of, options.folder)) + "\n")


if __name__ == "__main__":
    main()
