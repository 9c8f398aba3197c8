"""`python -m publishing`: make what is published from the code."""

import argparse
from pathlib import Path

import anyio

from publishing import lay_out_bundle, refresh_pages


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m publishing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    commands.add_parser("pages", help="bring the pages for people up to date")
    bundle = commands.add_parser("bundle", help="lay out what the bundle for desktop hosts is packed from")
    bundle.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.command == "pages":
        anyio.run(refresh_pages)
    else:
        lay_out_bundle(options.folder)


if __name__ == "__main__":
    main()
