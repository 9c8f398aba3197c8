"""A buffer that sorts lines by time within a short window."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from operator import itemgetter

from recordings_mcp.replay.limits import REORDERED_BYTES, REORDERED_LINES

Stamp = bytes
"""The time of a line's event in milliseconds as 13 digits, so that stamps sort like times."""

Run = tuple[list[bytes], list[Stamp], int]
"""Sorted lines, their stamps, and their total size in bytes."""

NO_STAMP: Stamp = b"0" * 13


def stamp_of(at: float) -> Stamp:
    """Return the stamp of a time in milliseconds."""
    return b"%013d" % min(max(int(at), 0), 10**13 - 1)


class ReorderBuffer:
    """Holds lines back until an earlier one is no longer expected.

    Nearly all lines arrive in order, and wait in runs that need no sorting.

    Attributes:
        late: The number of lines that arrived after a later one of their window.
    """

    def __init__(self, newest: Callable[[str], Stamp]) -> None:
        """Create an empty buffer.

        Args:
            newest: Returns the newest stamp of a window among the lines that were already released.
        """
        self.late = 0
        self._newest = newest
        self._runs: deque[Run] = deque()
        self._latest = NO_STAMP
        self._waiting = 0
        self._waiting_bytes = 0

    def put(self, lines: list[bytes], stamps: list[Stamp]) -> None:
        """Add the next lines, each `["window", event]`, with their stamps."""
        if not lines:
            return
        self._waiting += len(lines)
        size = sum(map(len, lines))
        self._waiting_bytes += size
        if stamps[0] < self._latest or stamps != sorted(stamps):
            lines, stamps, size = self._sorted(lines, stamps, size)
        self._runs.append((lines, stamps, size))
        self._latest = max(self._latest, stamps[-1])

    def ready(self) -> Iterator[Run]:
        """Yield the lines that have waited long enough, in order."""
        while self._runs and (
            self._waiting - len(self._runs[0][0]) >= REORDERED_LINES or self._waiting_bytes > REORDERED_BYTES
        ):
            yield self._first()

    def rest(self) -> Iterator[Run]:
        """Yield all remaining lines, in order."""
        while self._runs:
            yield self._first()

    def _first(self) -> Run:
        run = self._runs.popleft()
        self._waiting -= len(run[0])
        self._waiting_bytes -= run[2]
        return run

    def _sorted(self, lines: list[bytes], stamps: list[Stamp], size: int) -> Run:
        """Sort new lines among the waiting ones; count those that arrived late."""
        self._count_late(lines, stamps)
        first = min(stamps)
        parts = [(lines, stamps, size)]
        while self._runs and self._runs[-1][1][-1] > first:
            parts.append(self._runs.pop())
        pairs = chain.from_iterable(zip(part[0], part[1], strict=True) for part in reversed(parts))
        ordered = sorted(pairs, key=itemgetter(1))
        return [line for line, _ in ordered], [stamp for _, stamp in ordered], sum(part[2] for part in parts)

    def _count_late(self, lines: list[bytes], stamps: list[Stamp]) -> None:
        """Count the lines that arrived after a later one of their own window."""
        latest = self._latest
        behind: list[int] = []
        for index, stamp in enumerate(stamps):
            if stamp < latest:
                behind.append(index)
            else:
                latest = stamp
        newest: dict[str, Stamp] = {}
        begin = 0
        for index in behind:
            window = _window_of(lines[index])
            if window not in newest:
                newest[window], begin = self._newest_of(window), 0
            for line, stamp in zip(lines[begin:index], stamps[begin:index], strict=True):
                of = _window_of(line)
                if of in newest and stamp > newest[of]:
                    newest[of] = stamp
            begin = index
            self.late += stamps[index] < newest[window]

    def _newest_of(self, window: str) -> Stamp:
        """Return the newest stamp of a window among all lines so far."""
        head = b'["' + window.encode() + b'"'
        for lines, stamps, _ in reversed(self._runs):
            for line, stamp in zip(reversed(lines), reversed(stamps), strict=True):
                if line.startswith(head):
                    return stamp
        return self._newest(window)


def _window_of(line: bytes) -> str:
    """Return the window of a line `["window", event]`."""
    return line[2 : line.find(b'"', 2)].decode("utf-8", "replace")
