"""`make conformance`: the official suite, on both wires, against the server as shipped and with fixtures."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.streams.buffered import BufferedByteReceiveStream

from tests.conformance.bearer_proxy import adding_bearer
from tests.conformance.suite import WIRES, run_suite

_HERE = Path(__file__).parent
_SERVERS = {
    "shipped": ["recordings_mcp.server", "serve", "--sandbox", "--http", "127.0.0.1:0"],
    "fixtures": ["tests.conformance.fixture_server"],
}
_SECONDS_TO_START = 60


@asynccontextmanager
async def started(module: list[str]) -> AsyncGenerator[int]:
    """Start a server as a process of its own. Gives a port where no bearer is needed."""
    secret = secrets.token_hex(32)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSTHOG_", "RECORDINGS_MCP_"))
    }
    async with await anyio.open_process(
        [sys.executable, "-m", *module],
        env=environment | {"RECORDINGS_MCP_HTTP_SECRET": secret},
        stdout=subprocess.DEVNULL,
    ) as server:
        assert server.stderr
        told = BufferedByteReceiveStream(server.stderr)
        with anyio.fail_after(_SECONDS_TO_START):
            line = await told.receive_until(b"\n", 4096)
        address = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        assert address, line
        async with adding_bearer(int(address[1]), secret) as port, anyio.create_task_group() as tasks:
            tasks.start_soon(_drain, told)
            yield port
            tasks.cancel_scope.cancel()
        server.terminate()


async def _drain(told: BufferedByteReceiveStream) -> None:
    """Read on, since a server whose stderr nobody reads comes to a halt."""
    async for _ in told:
        pass


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
    for way, module in _SERVERS.items():
        for wire in WIRES:
            async with started(module) as port:
                outcome = await run_suite(npx, port, wire, _HERE / f"{way}.{wire}.yml")
            if not outcome.passed:
                failed += 1
                sys.stdout.write(outcome.output)
            sys.stdout.write(f"{way:8} {wire}: {outcome}\n")
            sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(anyio.run(main))
