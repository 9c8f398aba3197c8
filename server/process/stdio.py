"""Serving over stdio so that it ends at once: at Ctrl-C, at SIGTERM, and when the client closes either pipe.

The SDK reads and writes in threads that nothing can interrupt, waits for them at the end, and hands each
message to three of them. So on POSIX standard input is copied into a socket, which is read without a thread.
To stop is to end that socket, which is what a client does that closes its pipe: calls under way are
cancelled, and what they leave is written.
"""

import os
import select
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread, Timer
from types import FrameType
from typing import Any, cast

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server

_SECONDS_TO_END = 3.0
"""Calls that were cancelled get this long; one that computes in a thread may not notice."""

_CHUNK = 64 * 1024
_INTERRUPTED = 130
_STOPS = (signal.SIGINT, signal.SIGTERM)
_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL if hasattr(select, "poll") else 0


def serve_over_stdio(server: MCPServer[Any]) -> int:
    """Serve until the client closes its end, or until told to stop.

    Returns:
        130 after Ctrl-C, otherwise 0.
    """
    wire = _Wire() if _GONE else None
    serve = partial(wire.serve, server) if wire else server.run_stdio_async
    try:
        anyio.run(serve)
    except* ConnectionError:
        pass  # whoever read our answers has gone, which is no error of ours
    finally:
        if wire:
            wire.release()
    return wire.code if wire else 0


class _Wire:
    """The pipes to the client, which nobody else in this process writes to or reads from.

    Until they are released standard input is empty and standard output leads to standard error: what
    something prints, here or in a child process, cannot spoil a message.

    Attributes:
        code: What the process should end with.
    """

    def __init__(self) -> None:
        self.code = 0
        self._told_to_stop = False
        self._input, self._output = os.dup(0), os.dup(1)
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        self._feed, self._fed = socket.socketpair()
        Thread(target=self._copy, daemon=True).start()
        self._arrive, self._arrived = socket.socketpair()
        self._arrive.settimeout(0)
        Thread(target=self._obey, daemon=True).start()
        signal.set_wakeup_fd(self._arrive.fileno(), warn_on_full_buffer=False)
        for number in _STOPS:
            signal.signal(number, self._notice)

    async def serve(self, server: MCPServer[Any]) -> None:
        """Serve until the input ends."""
        # The SDK has no public way from its server to streams of one's own.
        inner = server._lowlevel_server  # noqa: SLF001
        reader = cast("anyio.AsyncFile[str]", _Lines(self._fed))
        writer = cast("anyio.AsyncFile[str]", _Output(self._output))
        async with stdio_server(reader, writer) as (read, write):
            await inner.run(read, write, inner.create_initialization_options())

    def release(self) -> None:
        """Give standard input and output back."""
        os.dup2(self._input, 0)
        os.dup2(self._output, 1)

    def _copy(self) -> None:
        try:
            while self._client_waits() and (data := os.read(self._input, _CHUNK)):
                self._feed.sendall(data)
        except OSError:
            pass  # one of the two was ended
        self._end()

    def _client_waits(self) -> bool:
        """Wait for input; say whether somebody is there to read what is answered."""
        poll = select.poll()
        poll.register(self._input, select.POLLIN)
        poll.register(self._output, select.POLLHUP)  # told by Linux unasked, and not by macOS
        return not any(place == self._output and events & _GONE for place, events in poll.poll())

    def _notice(self, number: int, _frame: FrameType | None) -> None:
        """Keep what Ctrl-C ends with, also when the input ends at the same time."""
        if number == signal.SIGINT:
            self.code = _INTERRUPTED

    def _obey(self) -> None:
        """Stop when told. A handler would run in the main thread, which may just have gone to wait."""
        while number := self._arrived.recv(1):
            if number[0] in _STOPS:
                self._stop(number[0])

    def _stop(self, number: int) -> None:
        self._notice(number, None)
        if self._told_to_stop:
            os._exit(self.code)
        self._told_to_stop = True
        self._end()

    def _end(self) -> None:
        with suppress(OSError):  # it may have been ended before
            self._feed.shutdown(socket.SHUT_RDWR)
        last = Timer(_SECONDS_TO_END, lambda: os._exit(self.code))
        last.daemon = True
        last.start()


class _Lines:
    """The lines that come over a socket, as the SDK reads them."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source

    async def __aiter__(self) -> AsyncGenerator[str]:
        begun: list[bytes] = []
        while chunk := await self._next():
            *ended, rest = chunk.split(b"\n")
            for end in ended:
                yield b"".join((*begun, end)).decode("utf-8", "replace")
                begun.clear()
            begun.append(rest)
        if last := b"".join(begun):
            yield last.decode("utf-8", "replace")

    async def _next(self) -> bytes:
        await anyio.wait_readable(self._source)
        return self._source.recv(_CHUNK)


class _Output:
    """Where the SDK writes. While the client does not read, answers wait and everything else goes on."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        # A terminal is ready when it has room for one byte.
        self._most = 1 if os.isatty(descriptor) else select.PIPE_BUF
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    async def write(self, text: str) -> None:
        """Write all of it, in pieces that are taken without blocking by what says it is ready."""
        left = memoryview(text.encode())
        while left:
            if not self._poll.poll(0):
                await anyio.wait_writable(self._descriptor)
            left = left[os.write(self._descriptor, left[: self._most]) :]

    async def flush(self) -> None:
        """Everything is written already."""
