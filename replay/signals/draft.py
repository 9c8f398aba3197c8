"""Observations while they may still change."""

from dataclasses import dataclass
from operator import attrgetter

from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Facts, Observation, Source, Target


@dataclass(slots=True)
class Draft:
    """An observation that may still change: an `Observation` with times in milliseconds since 1970.

    Attributes:
        count: As in `Observation`; 0 if it was withdrawn.
        before_last: The time of the last repetition but one.
    """

    t: float
    window: str
    kind: Kind
    target: Target | None = None
    facts: Facts | None = None
    count: int = 1
    last: float | None = None
    source: Source = "replay"
    derived: bool = False
    before_last: float | None = None
    node: int | None = None  # the control, if its target has no name that tells it from others

    @property
    def until(self) -> float:
        """The end, repetitions included."""
        return self.t if self.last is None else self.last

    def repeats(self, other: "Draft") -> bool:
        """Return whether this is the same as another, at another time."""
        return (
            self.kind == other.kind
            and self.target == other.target
            and self.facts == other.facts
            and self.node == other.node
        )

    def finished(self, first: float) -> Observation:
        """Return the observation, with times in seconds from `first`, which is in milliseconds since 1970."""
        t = seconds_since(first, self.t)
        last = None if self.last is None else max(t, seconds_since(first, self.last))
        return Observation(
            t, self.window, self.kind, self.target, self.facts, self.count, last, self.source, self.derived
        )


BY_TIME = attrgetter("t")
"""The sort key of drafts and observations."""


def seconds_since(first: float, at: float) -> float:
    """Return the seconds between two times in milliseconds, 0 if the second is earlier."""
    return round(max(0.0, at - first) / 1000, 3)
