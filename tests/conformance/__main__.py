"""`make conformance`: the official suite, on both wires, against the server as shipped and with fixtures."""

import secrets
import shutil
import sys
from pathlib import Path

import anyio

from tests.conformance.reverse_proxy import reverse_proxy
from tests.conformance.server_process import SHIPPED, started
from tests.conformance.suite import WIRES, Outcome, Wire, run_suite

_HERE = Path(__file__).parent
_SERVERS = {"shipped": SHIPPED, "fixtures": ("tests.conformance.fixture_server",)}


async def main() -> int:
    """Run all four.

    Returns:
        0 if everything passed that is not named in a baseline, and nothing that is; else 1.
    """
    npx = shutil.which("npx")
    if npx is None:
        sys.stderr.write(
            "The conformance suite is a program for Node.js: install Node.js with npm and npx.\n"
        )
        return 1
    failed = 0
    for way in _SERVERS:
        for wire in WIRES:
            outcome = await _examine(npx, way, wire)
            if not outcome.passed:
                failed += 1
                sys.stdout.write(outcome.output)
            sys.stdout.write(f"{way:8} {wire}: {outcome}\n")
            sys.stdout.flush()
    return int(failed > 0)


async def _examine(npx: str, way: str, wire: Wire) -> Outcome:
    secret = secrets.token_hex(32)
    async with (
        started(*_SERVERS[way], secret=secret) as port,
        reverse_proxy() as proxy,
        proxy.carrying_to(port, secret),  # the suite cannot be told to send a bearer
    ):
        return await run_suite(npx, proxy.port, wire, _HERE / f"{way}.{wire}.yml")


if __name__ == "__main__":
    sys.exit(anyio.run(main))
