"""A whole recording in one call."""

from collections.abc import Iterable

from recordings_mcp.replay.collector import quiet_collector
from recordings_mcp.replay.model import AnalyticsEvent, Timeline
from recordings_mcp.replay.walker import Walker


def read_timeline(lines: Iterable[bytes], events: Iterable[AnalyticsEvent] = ()) -> Timeline:
    """Give what happened in a recording.

    Args:
        lines: the lines of the recording, as `recording_lines` or the snapshots API give them.
        events: the analytics events of the same session, if there are any.
    """
    with quiet_collector():
        walker = Walker()
        walker.feed_all(lines)
        return walker.finish(events)
