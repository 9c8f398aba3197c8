"""The server as clients get it: a command to start, or an address with a bearer secret."""

import os
import re
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import anyio
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream

SERVER = str(Path(sys.executable).with_name("recordings-mcp"))
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+[\w/]*")
_SECONDS_TO_START = 30

Transport = Literal["stdio", "http"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is.

    Attributes:
        command: How to start it, on stdio.
        url: Its address, over HTTP.
        secret: The bearer secret, over HTTP.
        environment: What the command needs to find in its environment.
    """

    command: tuple[str, ...] = ()
    url: str = ""
    secret: str = ""
    environment: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def transport(self) -> Transport:
        """How it is spoken to."""
        return "http" if self.url else "stdio"

    @property
    def headers(self) -> dict[str, str]:
        """What a request over HTTP must carry."""
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


@asynccontextmanager
async def place(transport: Transport, output: Literal["text", "structured"]) -> AsyncGenerator[Place]:
    """A server of one's own, before a sandbox of its own."""
    options = ("--sandbox", "--output", output)
    if transport == "stdio":
        yield Place(command=(SERVER, *options))
        return
    secret = secrets.token_hex(32)
    command = (SERVER, "serve", "--http", "127.0.0.1:0", *options)
    async with running(command, {"RECORDINGS_MCP_HTTP_SECRET": secret}) as url:
        yield Place(url=url, secret=secret)


@asynccontextmanager
async def running(command: tuple[str, ...], environment: dict[str, str]) -> AsyncGenerator[str]:
    """Start a command that listens, and give the address it names."""
    async with await anyio.open_process(command, env=os.environ | environment, stdin=None) as process:
        try:
            with anyio.fail_after(_SECONDS_TO_START):
                address = await _address_told(process)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_drain, process)
                yield address
                tasks.cancel_scope.cancel()
        finally:
            process.terminate()


async def _address_told(process: Process) -> str:
    assert process.stderr
    heard = ""
    async for text in TextReceiveStream(process.stderr):
        heard += text
        if (found := _ADDRESS.search(heard)) and "\n" in heard[found.end() :]:
            return found[0]
    raise RuntimeError(f"the server did not start: {heard}")


async def _drain(process: Process) -> None:
    """Read what it says, or it would stand still once the pipe is full."""
    assert process.stderr
    async for _ in TextReceiveStream(process.stderr):
        pass
