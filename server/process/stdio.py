"""Serves over stdio and ends at once: on Ctrl-C, on SIGTERM, and when the client closes either pipe.

A thread that reads or writes a pipe cannot be interrupted. So on POSIX standard input is copied into a
socket, which is read without a thread. A stop shuts that socket down, as if the client had closed its pipe:
calls under way are cancelled, and pending answers are written.
"""

import os
import select
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import anyio
from mcp.os.win32.utilities import rebind_std_handle_to_fd
from mcp.server.mcpserver import MCPServer

from recordings_mcp.server.process.conversation import converse
from recordings_mcp.server.process.ending import INTERRUPTED, exit_after

_SECONDS_TO_END = 3.0
"""Cancelled calls get this long; one that computes in a thread may not notice."""

_CHUNK = 64 * 1024
_STOPS = (signal.SIGINT, signal.SIGTERM)
_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL if hasattr(select, "poll") else 0


def serve_over_stdio(server: MCPServer[Any]) -> int:
    """Serve until the client closes its end or a signal comes.

    Returns:
        130 after Ctrl-C, otherwise 0.
    """
    pipes = _Pipes() if _GONE else _ThreadedPipes()
    try:
        anyio.run(pipes.serve, server)
    except* ConnectionError:
        pass  # the client has gone, which is not an error
    finally:
        pipes.release()
    return pipes.code


class _ThreadedPipes:
    """The pipes to the client, for the protocol only, read and written by threads.

    Until they are released, standard input is empty and standard output goes to standard error: a print, here
    or in a child process, cannot corrupt a message.

    Attributes:
        code: The exit code of the process.
    """

    def __init__(self) -> None:
        self.code = 0
        self._input, self._output = os.dup(0), os.dup(1)
        with Path(os.devnull).open("rb") as nothing:
            self._replace(nothing.fileno(), 2)

    async def serve(self, server: MCPServer[Any]) -> None:
        """Serve until the input ends."""
        source, target = FileIO(self._input, closefd=False), FileIO(self._output, "w", closefd=False)
        lines = TextIOWrapper(BufferedReader(source), encoding="utf-8", errors="replace")
        output = TextIOWrapper(BufferedWriter(target), encoding="utf-8", newline="\n")
        await converse(server, aiter(anyio.wrap_file(lines)), anyio.wrap_file(output))

    def release(self) -> None:
        """Give standard input and output back."""
        self._replace(self._input, self._output)

    @staticmethod
    def _replace(source: int, target: int) -> None:
        for own, standard in ((source, 0), (target, 1)):
            os.dup2(own, standard)
            with suppress(OSError):
                rebind_std_handle_to_fd(standard)  # for child processes on Windows


class _Pipes(_ThreadedPipes):
    """The pipes to the client, read without a thread that could not be interrupted."""

    def __init__(self) -> None:
        super().__init__()
        self._stopping = False
        self._feed, self._fed = socket.socketpair()
        Thread(target=self._copy, daemon=True).start()
        self._arrive, self._arrived = socket.socketpair()
        self._arrive.settimeout(0)
        Thread(target=self._wait_for_signals, daemon=True).start()
        signal.set_wakeup_fd(self._arrive.fileno(), warn_on_full_buffer=False)
        for number in _STOPS:
            signal.signal(number, self._keep_code)

    async def serve(self, server: MCPServer[Any]) -> None:
        """Serve until the input ends."""
        await converse(server, aiter(_Lines(self._fed)), _Output(self._output))

    def _copy(self) -> None:
        try:
            while self._client_waits() and (data := os.read(self._input, _CHUNK)):
                self._pass_on(memoryview(data))
        except OSError:
            pass  # one of the two was closed
        self._end()

    def _client_waits(self) -> bool:
        """Wait for input; return whether the client still reads answers."""
        poll = select.poll()
        poll.register(self._input, select.POLLIN)
        poll.register(self._output, select.POLLHUP)  # Linux reports it unasked, macOS does not
        return not any(place == self._output and events & _GONE for place, events in poll.poll())

    def _pass_on(self, data: memoryview) -> None:
        """Wait until the server reads, which it does not while too many answers wait for the client.

        Raises:
            BrokenPipeError: The client has closed its pipe and reads no answers either.
        """
        poll = select.poll()
        poll.register(self._feed, select.POLLOUT)
        closed = select.poll()
        closed.register(self._input, 0)
        while data:
            if not poll.poll(_SECONDS_TO_END * 1000):
                if closed.poll(0):
                    raise BrokenPipeError
                continue
            data = data[self._feed.send(data, socket.MSG_DONTWAIT) :]

    def _keep_code(self, number: int, _frame: FrameType | None) -> None:
        """Keep the exit code of Ctrl-C, also when the input ends at the same time."""
        if number == signal.SIGINT:
            self.code = INTERRUPTED

    def _wait_for_signals(self) -> None:
        """Stop at a signal. A handler would run in the main thread, which may just have started to wait."""
        while number := self._arrived.recv(1):
            if number[0] in _STOPS:
                self._stop(number[0])

    def _stop(self, number: int) -> None:
        self._keep_code(number, None)
        if self._stopping:
            os._exit(self.code)
        self._stopping = True
        self._end()

    def _end(self) -> None:
        with suppress(OSError):  # it may have been shut down before
            self._feed.shutdown(socket.SHUT_RDWR)
        exit_after(_SECONDS_TO_END, lambda: self.code)


class _Lines:
    """The lines of a socket."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source

    async def __aiter__(self) -> AsyncGenerator[str]:
        started: list[bytes] = []
        while chunk := await self._next():
            *ended, rest = chunk.split(b"\n")
            for end in ended:
                yield b"".join((*started, end)).decode("utf-8", "replace")
                started.clear()
            started.append(rest)
        if last := b"".join(started):
            yield last.decode("utf-8", "replace")

    async def _next(self) -> bytes:
        await anyio.wait_readable(self._source)
        return self._source.recv(_CHUNK)


class _Output:
    """Standard output. While the client does not read, answers wait and everything else goes on."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        # A terminal is ready when it has room for one byte.
        self._most = 1 if os.isatty(descriptor) else select.PIPE_BUF
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    async def write(self, text: str) -> None:
        """Write all of it, in pieces that a pipe which is ready takes without blocking."""
        left = memoryview(text.encode())
        while left:
            if not self._poll.poll(0):
                await anyio.wait_writable(self._descriptor)
            left = left[os.write(self._descriptor, left[: self._most]) :]

    async def flush(self) -> None:
        """Do nothing: everything is written already."""
