"""Stretches of time."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Stretch = tuple[float, float]
"""Beginning and end."""


def merged(stretches: Iterable[Stretch], gap: float) -> list[Stretch]:
    """Give stretches in order, those no further apart than `gap` as one."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start - result[-1][1] <= gap:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def overlaps(stretches: Sequence[Stretch], start: float, end: float) -> bool:
    """Say whether any of these merged stretches reaches into the time from `start` to `end`."""
    index = bisect_left(stretches, start, key=_end)
    return index < len(stretches) and stretches[index][0] < end and stretches[index][1] > start


def _end(stretch: Stretch) -> float:
    return stretch[1]
