"""Moments of a recording as people write them."""

import math
import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):([0-5]?\d(?:\.\d{1,3})?)", re.ASCII)


def clock(t: float) -> str:
    """Give seconds from the start as `mm:ss`, minutes running on beyond 59."""
    minutes, rest = divmod(int(t), 60)
    return f"{minutes:02}:{rest:02}"


def parse_moment(text: str) -> float:
    """Give the seconds from the start that `90`, `01:30` or `1:01:30` mean.

    Raises:
        ValueError: it is none of these.
    """
    text = text.strip()
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise ValueError('must be "mm:ss" or seconds, e.g. "01:30" or 90')
    return seconds
