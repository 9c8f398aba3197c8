"""Stretches of time, above all those in which the person was active."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from recordings_mcp.replay.model import ActiveStretch

ACTIVE_GAP_MS = 5000
"""Activity at most this far apart is one stretch of active time (PostHog, segmenter.ts)."""

_NEVER = float("-inf")
_MOST_ACTIVE = 10_000
_SHORTEST = 0.001

Stretch = tuple[float, float]
"""Beginning and end."""


def merged(stretches: Iterable[Stretch], gap: float) -> list[Stretch]:
    """Return stretches sorted, with those at most `gap` apart merged."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start - result[-1][1] <= gap:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def overlaps(stretches: Sequence[Stretch], start: float, end: float) -> bool:
    """Return whether any of these merged stretches overlaps the time from `start` to `end`."""
    index = bisect_left(stretches, start, key=_end)
    return index < len(stretches) and stretches[index][0] < end and stretches[index][1] > start


def _end(stretch: Stretch) -> float:
    return stretch[1]


class Activity:
    """The times at which the person was active.

    Attributes:
        actions: The times of clicks and keypresses, appended by `interaction` and `native`.
    """

    __slots__ = ("_longest", "_since", "_stretches", "_until", "actions")

    def __init__(self) -> None:
        self.actions = array("d")
        self._since = float("inf")
        self._until = _NEVER
        self._stretches: list[Stretch] = []
        self._longest = _MOST_ACTIVE

    def touch(self, at: float) -> None:
        """Record that the person was active."""
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
        """Return the stretches of activity, merged, in milliseconds since 1970."""
        last = [(self._since, self._until)] if self._since <= self._until else []
        return merged([*self._stretches, *last], ACTIVE_GAP_MS)


def active_seconds(activity: Iterable[ActiveStretch], start: float = 0.0, end: float = float("inf")) -> float:
    """Return how many seconds the person was active between `start` and `end`, in any window.

    Activity is moving, pressing, scrolling, resizing, typing, touching, media and dragging. A stretch
    continues as long as gaps are at most 5,000 ms; a stretch without length counts as 1 ms. Source: PostHog,
    segmenter.ts and segmentation.ts. PostHog's own number may be smaller, because it is a sum over the stored
    blocks of a recording, or larger, because it includes changes of the page within 5 s after the person's
    activity.
    """
    seconds = [
        (max(start, stretch.start), min(end, stretch.end))
        for stretch in activity
        if stretch.start <= end and stretch.end >= start
    ]
    found = merged(seconds, ACTIVE_GAP_MS / 1000)
    return round(sum((max(_SHORTEST, until - since) for since, until in found), 0.0), 3)
