"""Times as recorders write them, and what of them belongs to one recording."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from recordings_mcp.replay.limits import MAX_SPAN_MS

EARLIEST_RRWEB_MS: Final = 1.5e12
"""July 2017: rrweb did not exist before 2018."""

_LATEST_MS = 4.2e12  # the year 2103
_UNITS = (1000.0, 1e-3, 1e-6)
"""What converts seconds, microseconds and nanoseconds to milliseconds."""


def milliseconds(at: float) -> float:
    """Return a time since 1970 in milliseconds, where it was written in seconds, micro- or nanoseconds.

    No other unit gives a year from 2017 to 2103. A time that no unit does is returned as it is.
    """
    if not EARLIEST_RRWEB_MS <= at <= _LATEST_MS:
        for factor in _UNITS:
            if EARLIEST_RRWEB_MS <= at * factor <= _LATEST_MS:
                return round(at * factor, 3)
    return at


def densest_span(times: Iterable[float]) -> tuple[float, float]:
    """Return between which times an event must be to belong to the recording that begins with these.

    A few events may come from a wrong clock, even the first one. So the 24 hours that contain most of these
    times decide, if that is more than twice as many as the 24 hours from the first one contain.

    Args:
        times: In milliseconds since 1970, in any order, at least one.
    """
    ordered = sorted(times)
    ordered = [at for at in ordered if at >= EARLIEST_RRWEB_MS] or ordered
    ends = [bisect_right(ordered, at + MAX_SPAN_MS) for at in ordered]
    begin = max(range(len(ordered)), key=lambda index: ends[index] - index)
    if ends[begin] - begin <= 2 * ends[0]:
        begin = 0
    return ordered[ends[begin] - 1] - MAX_SPAN_MS, ordered[begin] + MAX_SPAN_MS
