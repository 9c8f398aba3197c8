"""Standard error that never blocks the server: unread output is dropped."""

import io
import os
import select
import stat
import sys
from contextlib import suppress
from typing import TextIO, cast

_MILLISECONDS_OF_PATIENCE = 1000


def drop_unread_output() -> None:
    """Let standard error wait a second for its reader, and then drop output until it reads again.

    Some clients open a pipe to it and never read: a server that waited for them would stop for good after
    64 KiB. A line that was cut short ends before the next one.
    """
    with suppress(OSError, ValueError, AttributeError):  # closed, or not a file
        descriptor = sys.stderr.fileno()
        mode = os.fstat(descriptor).st_mode
        if hasattr(select, "poll") and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
            sys.stderr = cast("TextIO", _StandardError(descriptor))


class _StandardError(io.TextIOBase):
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._is_read = True
        self._is_cut = False

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        """Write as much as the pipe takes, and report that all was written."""
        whole = (b"\n" if self._is_cut else b"") + text.encode("utf-8", "backslashreplace")
        left = memoryview(whole)
        with suppress(OSError):  # the reader has gone
            while left and self._has_room():
                left = left[os.write(self._descriptor, left[: select.PIPE_BUF]) :]
        if len(left) < len(whole):
            self._is_cut = bool(left)
        return len(text)

    def _has_room(self) -> bool:
        self._is_read = bool(self._poll.poll(_MILLISECONDS_OF_PATIENCE if self._is_read else 0))
        return self._is_read
