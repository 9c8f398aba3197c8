"""Real clients before the real server.

Each client is installed in an environment of its own under .clients/, has the same conversation with the
sandbox, and what it got is checked. A table tells how it went.
"""

import argparse
import os
import sys

import anyio

from tests.clients.rows import all_rows
from tests.clients.trying import exit_code, table, try_all


def main() -> int:
    """Try the clients, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="clients with this in name or version")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, metavar="N", help="how many")
    parser.add_argument("--require-all", action="store_true", help="fail when one cannot be installed")
    options = parser.parse_args()
    _forget_settings()
    rows = [row for row in all_rows() if options.only.lower() in f"{row.client} {row.version}".lower()]
    outcomes = anyio.run(try_all, rows, options.at_once)
    print(table(outcomes))  # noqa: T201 - a command a person runs prints
    return exit_code(outcomes, require_all=options.require_all)


def _forget_settings() -> None:
    """The servers are to be set up as the rows say, not as the person's own."""
    for name in [name for name in os.environ if name.startswith(("RECORDINGS_MCP_", "POSTHOG_"))]:
        del os.environ[name]


if __name__ == "__main__":
    sys.exit(main())
