"""`python -m publishing bundle FOLDER`: lay out what the bundle for desktop hosts is packed from."""

import argparse
from pathlib import Path

from publishing._bundle import lay_out_bundle


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m publishing", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    bundle = commands.add_parser("bundle", help="lay out what the bundle is packed from")
    bundle.add_argument("folder", type=Path)
    lay_out_bundle(parser.parse_args().folder)


if __name__ == "__main__":
    main()
