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
        if stamps[0] >= self._latest and stamps == sorted(stamps):
            self._append(lines, stamps)
        else:
            self._count_late(lines, stamps)
            self._insert(lines, stamps)
        self._latest = max(self._latest, self._runs[-1][1][-1])

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

    def _append(self, lines: list[bytes], stamps: list[Stamp]) -> None:
        size = sum(map(len, lines))
        self._waiting_bytes += size
        self._runs.append((lines, stamps, size))

    def _insert(self, lines: list[bytes], stamps: list[Stamp]) -> None:
        """Sort new lines among the waiting ones, in runs short enough to be released one after the other."""
        first = min(stamps)
        parts = [(lines, stamps)]
        while self._runs and self._runs[-1][1][-1] > first:
            run = self._runs.pop()
            self._waiting_bytes -= run[2]
            parts.append((run[0], run[1]))
        pairs = chain.from_iterable(zip(*part, strict=True) for part in reversed(parts))
        ordered = sorted(pairs, key=itemgetter(1))
        for begin in range(0, len(ordered), REORDERED_LINES):
            part = ordered[begin : begin + REORDERED_LINES]
            self._append([line for line, _ in part], [stamp for _, stamp in part])

    def _count_late(self, lines: list[bytes], stamps: list[Stamp]) -> None:
        """Count the lines that arrived after a later one of their own window."""
        newest: dict[bytes, Stamp] = {}
        for run in self._runs:
            newest.update(_with_windows(run[0], run[1]))
        for window, stamp in _with_windows(lines, stamps):
            before = newest.get(window)
            if before is None:
                before = self._newest(window[2:-1].decode("utf-8", "replace"))
            if stamp < before:
                self.late += 1
            else:
                newest[window] = stamp


def _with_windows(lines: list[bytes], stamps: list[Stamp]) -> Iterator[tuple[bytes, Stamp]]:
    """Yield how each line `["window", event]` begins, up to the comma, and its stamp."""
    beginning = b"\n"
    for line, stamp in zip(lines, stamps, strict=True):
        if not line.startswith(beginning):
            beginning = line[: line.find(b'"', 2) + 1] or line
        yield beginning, stamp
