"""When the person was active, and other stretches of time."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from recordings_mcp.replay.model import ActiveStretch

ACTIVE_GAP_MS = 5000
"""Activity no further apart than this is one stretch of active time (PostHog, segmenter.ts)."""

_NEVER = float("-inf")
_MOST_ACTIVE = 10_000
_SHORTEST = 0.001

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


class Activity:
    """When the person was active. Changed by everything the person does, through `touch`.

    Attributes:
        actions: Times of clicks and keypresses.
    """

    __slots__ = ("_longest", "_since", "_stretches", "_until", "actions")

    def __init__(self) -> None:
        self.actions = array("d")
        self._since = float("inf")
        self._until = _NEVER
        self._stretches: list[Stretch] = []
        self._longest = _MOST_ACTIVE

    def touch(self, at: float) -> None:
        """Note that the person was active."""
        if self._since <= at <= self._until + ACTIVE_GAP_MS:
            if at > self._until:  # noqa: PLR1730  nearly every event comes by here
                self._until = at
            return
        if self._since <= self._until:
            self._stretches.append((self._since, self._until))
            if len(self._stretches) >= self._longest:
                self._stretches = merged(self._stretches, ACTIVE_GAP_MS)
                self._longest = max(_MOST_ACTIVE, 2 * len(self._stretches))
        self._since = self._until = at

    def stretches(self) -> list[Stretch]:
        """Return the times at which the person was active, merged, in milliseconds."""
        last = [(self._since, self._until)] if self._since <= self._until else []
        return merged([*self._stretches, *last], ACTIVE_GAP_MS)


def active_seconds(activity: Iterable[ActiveStretch], start: float = 0.0, end: float = float("inf")) -> float:
    """Return how many seconds the person was active between two moments, in any of the stretches' windows.

    Activity is moving, pressing, scrolling, resizing, typing, touching, media and dragging; a stretch of it
    goes on while no more than 5,000 ms pass without any, and one without length counts 1 ms. Source: PostHog,
    segmenter.ts and segmentation.ts. PostHog's own number may be smaller, because it is a sum over the blocks
    a recording was stored in, or larger by what the page did within 5 s after the person.
    """
    seconds = [
        (max(start, stretch.start), min(end, stretch.end))
        for stretch in activity
        if stretch.start <= end and stretch.end >= start
    ]
    found = merged(seconds, ACTIVE_GAP_MS / 1000)
    return round(sum((max(_SHORTEST, until - since) for since, until in found), 0.0), 3)
