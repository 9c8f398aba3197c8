"""Serving over stdio so that it ends at once: at Ctrl-C, at SIGTERM, and when the client closes either pipe.

The SDK reads standard input in a thread that nothing can interrupt, and waits for it at the end. So on POSIX
what it reads is a socket of ours, into which standard input is copied. To stop is to end that socket, which
is what a client does that closes its pipe: calls under way are cancelled, and what they leave is written.
"""

import os
import select
import signal
import socket
from threading import Thread, Timer
from types import FrameType
from typing import Any

import anyio
from mcp.server.mcpserver import MCPServer

_SECONDS_TO_END = 3.0
"""Calls that were cancelled get this long; one that computes in a thread may not notice."""

_CHUNK = 64 * 1024
_INTERRUPTED = 130
_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL if hasattr(select, "poll") else 0


def serve_over_stdio(server: MCPServer[Any]) -> int:
    """Serve until the client closes its end, or until told to stop.

    Returns:
        130 after Ctrl-C, otherwise 0.
    """
    feed = _Feed() if _GONE else None
    try:
        anyio.run(server.run_stdio_async)
    except* BrokenPipeError:
        pass  # whoever read our answers has gone, which is no error of ours
    return feed.code if feed else 0


class _Feed:
    """Takes the place of standard input, from now on.

    Attributes:
        code: What the process should end with.
    """

    def __init__(self) -> None:
        self.code = 0
        self._ending = False
        self._input, self._output = os.dup(0), os.dup(1)
        ours, read_instead = socket.socketpair()
        self._socket = ours
        os.dup2(read_instead.fileno(), 0)
        read_instead.close()
        Thread(target=self._copy, daemon=True).start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _copy(self) -> None:
        try:
            while self._client_waits() and (data := os.read(self._input, _CHUNK)):
                self._socket.sendall(data)
        except OSError:
            pass  # one of the two was ended
        self._end()

    def _client_waits(self) -> bool:
        """Wait for input; say whether somebody is there to read what is answered."""
        poll = select.poll()
        poll.register(self._input, select.POLLIN)
        poll.register(self._output, 0)
        return not any(place == self._output and events & _GONE for place, events in poll.poll())

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if self._ending:
            os._exit(_INTERRUPTED)
        self.code = _INTERRUPTED if number == signal.SIGINT else 0
        self._end()

    def _end(self) -> None:
        self._ending = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was ended before
        last = Timer(_SECONDS_TO_END, lambda: os._exit(self.code))
        last.daemon = True
        last.start()
