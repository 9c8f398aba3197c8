"""Carries messages between the lines of a client and the server, and bounds the answers that wait for it.

This replaces the SDK's transport, which drops the lines that it cannot read, and goes on reading requests
while nobody reads their answers.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self, cast

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.mcpserver import MCPServer
from mcp.shared.message import SessionMessage
from mcp.types import ErrorData, JSONRPCError, JSONRPCRequest

from recordings_mcp.server.process.messages import Malformed, read_message

_MOST_WAITING = 8 * 2**20
"""Bytes. An answer is at most 25,000 tokens, about 100 KB."""

_EACH_WAITING = 16 * 2**10
"""Bytes that a waiting answer costs besides its text: the call that produced it waits with it."""

_LONGEST_ECHO = 2_000
"""Characters of the client's own words in an error, such as the version of the protocol that it asked for."""


class Output(Protocol):
    """Where answers go."""

    async def write(self, text: str, /) -> object:
        """Write all of it."""
        ...

    async def flush(self) -> object:
        """Let the client have it."""
        ...


async def converse(server: MCPServer[Any], lines: AsyncIterator[str], output: Output) -> None:
    """Serve the client that writes these lines, until they end."""
    to_server, from_client = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    to_client, from_server = anyio.create_memory_object_stream[str](0)
    answers = _Answers(to_client)
    # The SDK has no public way to run its server on other streams.
    inner = server._lowlevel_server  # noqa: SLF001
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_read, lines, to_server, answers)
        tasks.start_soon(_write, from_server, output)
        await inner.run(from_client, answers, inner.create_initialization_options())


async def _read(
    lines: AsyncIterator[str],
    to_server: MemoryObjectSendStream[SessionMessage | Exception],
    answers: "_Answers",
) -> None:
    """Pass on messages and answer other lines; a request waits while too many answers wait for the client.

    Notifications do not wait: the client may cancel a call whose answer it does not need.
    """
    with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):  # the server has ended
        async with to_server:
            async for line in lines:
                try:
                    message = read_message(line)
                except Malformed as malformed:
                    for answer in malformed.answers:
                        await answers.send_line(answer)
                    continue
                if isinstance(message, JSONRPCRequest):
                    await answers.wait_for_client(_MOST_WAITING)
                await to_server.send(SessionMessage(message))
            await answers.wait_for_client(0)  # the end of the lines cancels what has not been written


async def _write(from_server: MemoryObjectReceiveStream[str], output: Output) -> None:
    async with from_server:
        async for line in from_server:
            await output.write(f"{line}\n")
            await output.flush()


class _Answers:
    """The server's messages to the client, one after the other.

    Args:
        to_client: Takes a line when the one before is written.
    """

    def __init__(self, to_client: MemoryObjectSendStream[str]) -> None:
        self._to_client = to_client
        self._waiting = 0
        self._fewer = anyio.Event()

    async def send(self, item: SessionMessage, /) -> None:
        """Wait until the client has read the messages before, then have this one written."""
        message = item.message
        if isinstance(message, JSONRPCError):
            message = message.model_copy(update={"error": _in_brief(message.error)})
        await self.send_line(message.model_dump_json(by_alias=True, exclude_unset=True))

    async def send_line(self, line: str) -> None:
        """Send what is serialized already."""
        cost = len(line) + _EACH_WAITING
        self._waiting += cost
        try:
            await self._to_client.send(line)
        finally:
            self._waiting -= cost
            self._fewer.set()

    async def wait_for_client(self, most: int) -> None:
        """Return when at most so many bytes wait for the client to read."""
        while self._waiting > most:
            self._fewer = anyio.Event()
            await self._fewer.wait()

    async def aclose(self) -> None:
        """Send no more."""
        await self._to_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.aclose()


def _in_brief(error: ErrorData) -> ErrorData:
    """Return an error that repeats only so much of the request."""
    data: object = error.data
    if not isinstance(data, dict):
        return error
    members = cast("dict[str, object]", data).items()
    brief = {name: value[:_LONGEST_ECHO] if isinstance(value, str) else value for name, value in members}
    return error.model_copy(update={"data": brief})
