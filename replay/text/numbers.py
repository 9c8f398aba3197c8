"""Numbers and times as people write them."""

import math
import re
from typing import Final

TIMES: Final = "\N{MULTIPLICATION SIGN}"
TO: Final = "\N{EN DASH}"

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):([0-5]?\d(?:\.\d{1,3})?)", re.ASCII)
_MINUTE = 60
_LONGEST_IN_SECONDS = 1e6
_LARGEST_IN_FULL = 1e9


def clock(t: float) -> str:
    """Return seconds from the start as `mm:ss`; minutes may exceed 59."""
    minutes, rest = divmod(int(t), 60)
    return f"{minutes:02}:{rest:02}"


def parse_moment(text: str) -> float:
    """Parse a time such as `90`, `01:30` or `1:01:30` into seconds from the start.

    Raises:
        ValueError: The text has none of these forms.
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


def whole(number: float) -> str:
    """Return a number without its fraction; a very large one in scientific notation."""
    return f"{number:.0f}" if abs(number) < _LARGEST_IN_FULL else f"{number:.2g}"


def length(seconds: float) -> str:
    """Return a duration: `812 ms`, `2.2 s`, `3 min 20 s`."""
    if seconds < 1:
        return f"{whole(seconds * 1000)} ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds >= _LONGEST_IN_SECONDS:
        return f"{whole(seconds / _MINUTE)} min"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 field`, `3 fields`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
