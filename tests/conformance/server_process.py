"""A server as a process of its own, as its operator starts it."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
from anyio.streams.buffered import BufferedByteReceiveStream

SHIPPED = ("recordings_mcp.server", "serve", "--sandbox", "--http", "127.0.0.1:0")
_SECONDS_TO_START = 60


@asynccontextmanager
async def started(*module: str, secret: str | None = None) -> AsyncGenerator[int]:
    """Run a module that serves, and says on stderr where. Gives the port; the end of the block stops it."""
    environment = without_settings()
    if secret is not None:
        environment["RECORDINGS_MCP_HTTP_SECRET"] = secret
    command = [sys.executable, "-m", *module]
    async with await anyio.open_process(command, env=environment, stdout=subprocess.DEVNULL) as server:
        assert server.stderr
        told = BufferedByteReceiveStream(server.stderr)
        with anyio.fail_after(_SECONDS_TO_START):
            line = await told.receive_until(b"\n", 4096)
        address = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        assert address, line
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_drain, told)
            yield int(address[1])
            tasks.cancel_scope.cancel()
        server.terminate()


def without_settings() -> dict[str, str]:
    """The environment without the settings of whoever runs this."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSTHOG_", "RECORDINGS_MCP_"))
    }


async def _drain(told: BufferedByteReceiveStream) -> None:
    """Read on, since a server whose stderr nobody reads comes to a halt."""
    async for _ in told:
        pass
