"""The walk over a recording: events in, observations out."""

import gc
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.finish.finish import finish
from recordings_mcp.replay.intake.line_reader import LineReader
from recordings_mcp.replay.intake.reader import Reader
from recordings_mcp.replay.model import AnalyticsEvent, ShowTyping, Timeline
from recordings_mcp.replay.signals.dispatch import EARLY_SOURCES, Dispatcher
from recordings_mcp.replay.signals.window import Session, Window
from recordings_mcp.replay.work import Work, never


@contextmanager
def _collector_paused() -> Generator[None]:
    """Pause the cyclic garbage collector inside the block, and restore it after that.

    A walk creates millions of objects and no cycles, so searching for cycles only costs time: a third of the
    total on pages with many nodes. Blocks may overlap in several threads: the block that paused the collector
    resumes it, and the others merely lose the gain.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Walker:
    """Reads a recording line by line as it arrives, without holding it in memory.

    Feed it the lines in the order of the recording, then finish it once:

        walker = Walker()
        for line in lines:
            walker.feed(line)
        timeline = walker.finish(events)

    `feed_all` does the same for many lines, faster. A line that cannot be read is counted, never raised.
    """

    def __init__(self, show_typing: ShowTyping = "none", is_stopped: Callable[[], bool] = never) -> None:
        """Start at the beginning of a recording.

        Args:
            show_typing: Which typed text the timeline contains. No other typed text is kept anywhere.
            is_stopped: Whether the walk must end now. It is called very often, in the thread that walks. Once
                it returns true, `feed`, `feed_all` and `finish` raise `WalkStopped`.
        """
        coverage = Coverage()
        self._reader = Reader(coverage)
        self._session = Session(EARLY_SOURCES, self._reader, coverage, Work(is_stopped), show_typing)
        self._lines = LineReader(
            self._reader, coverage, partial(Window, session=self._session), Dispatcher(self._session).walk
        )

    def feed(self, line: bytes) -> None:
        """Read one line, without its line break."""
        self._lines.feed(line)

    def feed_all(self, lines: Iterable[bytes]) -> None:
        """Read many lines, with the garbage collector paused."""
        with _collector_paused():
            self._lines.feed_all(lines)

    def finish(self, events: Iterable[AnalyticsEvent] = ()) -> Timeline:
        """Return the timeline, with the session's analytics events merged. Call this once, at the end."""
        with _collector_paused():
            self._session.work.check()
            span = self._lines.finish()
            windows = list(self._lines.windows.values())
            limits = self._session.coverage.limits_reached
            limits += [f"{text}: {count}" for text, count in self._reader.notes.items()]
            self._session.coverage.unnamed_targets = self._session.work.unnamed
            self._session.coverage.undecodable += sum(window.mirror.damaged for window in windows)
            if any(window.mirror.truncated for window in windows):
                limits.append("A page had more nodes than are followed; some targets have no name")
            timeline = finish(self._session, windows, span, events)
            self._lines.windows.clear()  # before the garbage collector scans all their nodes
            windows.clear()
            return timeline


def read_timeline(
    lines: Iterable[bytes], events: Iterable[AnalyticsEvent] = (), *, show_typing: ShowTyping = "none"
) -> Timeline:
    """Return the timeline of a recording.

    Args:
        lines: The lines of the recording, as returned by `recording_lines` or the snapshots API.
        events: The analytics events of the same session, if there are any.
        show_typing: Which typed text the timeline contains: none, that of search fields, or all but secrets.
    """
    with _collector_paused():
        walker = Walker(show_typing)
        walker.feed_all(lines)
        timeline = walker.finish(events)
        del walker  # before the garbage collector scans its objects
        return timeline
