"""Clients that are libraries: a small program of each is driven by lines of JSON (see programs/lines.py)."""

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from tests.clients.conversation import Answer, Mismatch, Reply
from tests.clients.environments import Environment
from tests.clients.servers import Place

PROGRAMS = Path(__file__).parent / "programs"
_SECONDS = 60
_SECONDS_TO_LEAVE = 3
_LONGEST_LINE = 1_000_000
_LAST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Ways:
    """How a client is to connect.

    Attributes:
        asks: Let the server ask the person.
        modern: Use the protocol of 2026-07-28, where the client leaves the choice.
        structured: Prefer structured content, where the client leaves the choice.
    """

    asks: bool = False
    modern: bool = False
    structured: bool = False


@dataclass(slots=True)
class LineProgram:
    """A client program that is connected."""

    process: Process
    lines: BufferedByteReceiveStream
    errors: IO[bytes]
    asks: bool
    structured: bool
    protocol: str | None = None
    tools: tuple[str, ...] = ()

    async def call(self, tool: str, arguments: dict[str, Any], reply: Reply = "decline") -> Answer:
        """Have the program call a tool."""
        await self.write({"tool": tool, "arguments": arguments, "answer": reply})
        said = await self.read()
        return Answer(said["text"], said["error"], said["data"], tuple(said["asked"]))

    async def write(self, message: dict[str, Any]) -> None:
        """Send the program a line."""
        assert self.process.stdin
        await self.process.stdin.send(json.dumps(message).encode() + b"\n")

    async def read(self) -> dict[str, Any]:
        """The program's next line."""
        try:
            with anyio.fail_after(_SECONDS):
                line = await self.lines.receive_until(b"\n", _LONGEST_LINE)
        except (anyio.EndOfStream, anyio.IncompleteRead, TimeoutError) as error:
            raise Mismatch(f"{type(error).__name__}; it last said: {self._last_words()}") from None
        message: dict[str, Any] = json.loads(line)
        return message

    def _last_words(self) -> str:
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")[-_LAST_WORDS:]


@asynccontextmanager
async def line_program(
    environment: Environment, program: str, place: Place, ways: Ways
) -> AsyncGenerator[LineProgram]:
    """Start a client program and have it connect to a server."""
    command = environment.command(PROGRAMS / program)
    variables = os.environ | place.environment
    with TemporaryFile() as errors:
        async with await anyio.open_process(
            command, stderr=errors, cwd=environment.folder, env=variables
        ) as process:
            assert process.stdout
            lines = BufferedByteReceiveStream(process.stdout)
            opened = LineProgram(process, lines, errors, ways.asks, ways.structured)
            try:
                await opened.write(_order(place, ways))
                hello = await opened.read()
                opened.protocol, opened.tools = hello["protocol"], tuple(hello["tools"])
                yield opened
            finally:
                await _end(process)


def _order(place: Place, ways: Ways) -> dict[str, Any]:
    return {
        "transport": place.transport,
        "command": place.command,
        "url": place.url,
        "headers": place.headers,
        "asks": ways.asks,
        "modern": ways.modern,
        "structured": ways.structured,
    }


async def _end(process: Process) -> None:
    """Let it leave by itself; SDKs of the first days never do."""
    assert process.stdin
    await process.stdin.aclose()
    with anyio.move_on_after(_SECONDS_TO_LEAVE):
        await process.wait()
        return
    process.kill()
