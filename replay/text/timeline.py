"""A timeline as text within a budget."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from recordings_mcp.replay.kinds import KINDS, Kind
from recordings_mcp.replay.model import Observation, Timeline
from recordings_mcp.replay.text.budget import Item, as_items, fitting, fold
from recordings_mcp.replay.text.numbers import clock

DEFAULT_MAX_TOKENS = 8000

_CURSOR = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)s\+(\d{1,6})", re.ASCII)


class InvalidCursorError(ValueError):
    """A cursor is not one that a timeline's text gave."""


@dataclass(slots=True)
class TimelineText:
    """The lines of a timeline and what they leave out.

    Attributes:
        lines: one per observation, or per run of folded ones.
        observations: what the lines tell.
        shown: observations that have a line of their own.
        folded: observations told together with others in one line.
        total: observations asked for: in the span of time, of the kinds, from the cursor on.
        next_cursor: where to go on; None when everything asked for was told.
        notice: what was folded or cut, and how to see it; None when nothing was.
        windows: the id of each window by its tag in the lines; empty when there is only one.
    """

    lines: list[str]
    observations: list[Observation]
    shown: int
    folded: int
    total: int
    next_cursor: str | None = None
    notice: str | None = None
    windows: dict[str, str] = field(default_factory=dict[str, str])


def render(
    timeline: Timeline,
    *,
    start: float | None = None,
    end: float | None = None,
    kinds: Collection[Kind] | None = None,
    cursor: str | None = None,
    max_tokens: int = DEFAULT_MAX_TOKENS,
) -> TimelineText:
    """Write a timeline in at most about `max_tokens` tokens.

    When everything fits, each observation has its line. Otherwise runs of minor observations are folded
    into summary lines, then repetitions, then routine interaction, as little as it takes; pages, errors
    and friction keep their lines. Only if that does not suffice, the text is cut and `next_cursor` says
    where to go on.

    Args:
        timeline: what to write.
        start: seconds from the start; what was over before is left out.
        end: seconds from the start; what begins after is left out.
        kinds: the kinds to tell; all if None or empty.
        cursor: `next_cursor` of an earlier text with the same other arguments.
        max_tokens: the budget, by `estimate_tokens`.

    Raises:
        InvalidCursorError: `cursor` is no cursor.
    """
    asked = _asked(timeline.observations, start, end, frozenset(kinds or KINDS))
    asked = asked[_offset(asked, cursor) :]
    tags = _tags(timeline.observations)
    items = as_items(asked, tags)
    if not kinds:
        items = fold(items, max_tokens, tags)
    fits = fitting(items, max_tokens)
    told, cut = items[:fits], items[fits:]
    shown = sum(len(item.observations) == 1 for item in told)
    next_cursor = _cursor(asked, cut[0].observations[0]) if cut else None
    return TimelineText(
        lines=[item.line for item in told],
        observations=[observation for item in told for observation in item.observations],
        shown=shown,
        folded=sum(len(item.observations) for item in told) - shown,
        total=len(asked),
        next_cursor=next_cursor,
        notice=_notice(told, cut, next_cursor),
        windows={tag: window for window, tag in tags.items()},
    )


def _asked(
    observations: Sequence[Observation], start: float | None, end: float | None, kinds: frozenset[Kind]
) -> list[Observation]:
    begin = float("-inf") if start is None else start
    until = float("inf") if end is None else end
    return [
        observation
        for observation in observations
        if observation.kind in kinds
        and observation.t <= until
        and (observation.t if observation.last is None else observation.last) >= begin
    ]


def _tags(observations: Sequence[Observation]) -> dict[str, str]:
    """Name the windows w1, w2 and so on, in order of appearance; one alone needs no name."""
    windows = list(dict.fromkeys(observation.window for observation in observations))
    return {window: f"w{index}" for index, window in enumerate(windows, 1)} if len(windows) > 1 else {}


def _cursor(asked: Sequence[Observation], following: Observation) -> str:
    """Name a place: the time of what follows, and how many of the same time stand before it."""
    index = next(index for index, observation in enumerate(asked) if observation is following)
    return f"{following.t:.3f}s+{index - bisect_left(asked, following.t, key=_time)}"


def _offset(asked: Sequence[Observation], cursor: str | None) -> int:
    if cursor is None:
        return 0
    match = _CURSOR.fullmatch(cursor.strip())
    if match is None:
        raise InvalidCursorError(
            "This is no cursor of a timeline. A cursor looks like 12.345s+0 and comes from an answer before; "
            "to begin somewhere else, use start."
        )
    t, passed = float(match[1]), int(match[2])
    begin = bisect_left(asked, t, key=_time)
    same = bisect_left(asked, t + 0.0005, lo=begin, key=_time) - begin
    return begin + min(passed, same)


def _time(observation: Observation) -> float:
    return observation.t


def _notice(told: Sequence[Item], cut: Sequence[Item], next_cursor: str | None) -> str | None:
    parts: list[str] = []
    folded = _by_kind([item for item in told if len(item.observations) > 1])
    if folded:
        parts.append(
            f"Folded to fit: {folded}. To see each, ask for a shorter span with start and end, or for kinds."
        )
    if cut:
        begin = clock(cut[0].observations[0].t)
        parts.append(
            f"Cut from {begin} on: {_by_kind(cut)}. To go on, repeat the call with cursor={next_cursor}; "
            "to see less of more, ask for kinds."
        )
    return " ".join(parts) or None


def _by_kind(items: Sequence[Item]) -> str:
    counts = Counter(observation.kind for item in items for observation in item.observations)
    return ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
