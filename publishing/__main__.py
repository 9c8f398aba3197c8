"""`python -m publishing`: make what is published from the code."""

import argparse
import sys
from pathlib import Path

import anyio

from publishing import lay_out_bundle, refresh_pages, tools_of


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m publishing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    commands.add_parser("pages", help="bring the pages for people up to date")
    bundle = commands.add_parser("bundle", help="lay out what the bundle for desktop hosts is packed from")
    start = commands.add_parser("start", help="start an unpacked bundle as a host does, and name its tools")
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
