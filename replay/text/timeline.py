"""Timelines as text within a budget."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from recordings_mcp.replay.kinds import KINDS, Kind
from recordings_mcp.replay.model import Observation, Timeline
from recordings_mcp.replay.text.budget import Item, as_item, count_fitting, fold
from recordings_mcp.replay.text.numbers import clock
from recordings_mcp.replay.text.together import group

DEFAULT_MAX_TOKENS = 8000

_TIME = attrgetter("t")
_CURSOR = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)s\+(\d{1,6})", re.ASCII)


class InvalidCursorError(ValueError):
    """The cursor was not returned by `render`."""


@dataclass(slots=True)
class TimelineText:
    """The lines of a timeline, and what was left out.

    Attributes:
        lines: One line per observation, or per run of folded ones.
        observations: The observations that the lines report.
        shown: The number of observations with their own line.
        folded: The number of observations that share a line with others.
        total: The number of observations selected by time, kinds and cursor, without those left out.
        left_out: The number of web vitals left out because none of their page is poor; 0 with `kinds`.
        next_cursor: Where to continue; None if all selected observations were rendered.
        notice: What was folded or cut, and how to see it; None if nothing was.
        windows: The id of each window by its tag in the lines; empty if there is only one.
    """

    lines: list[str]
    observations: list[Observation]
    shown: int
    folded: int
    total: int
    left_out: int
    next_cursor: str | None = None
    notice: str | None = None
    windows: dict[str, str] = field(default_factory=dict[str, str])


def render(  # noqa: PLR0913 - what to show, and how much
    timeline: Timeline,
    *,
    start: float | None = None,
    end: float | None = None,
    kinds: Collection[Kind] | None = None,
    without: Collection[Kind] = (),
    cursor: str | None = None,
    max_tokens: int = DEFAULT_MAX_TOKENS,
) -> TimelineText:
    """Render a timeline as text of at most about `max_tokens` tokens.

    If everything fits, each observation has its own line. Otherwise minor observations are folded into
    summary lines, then repetitions, then routine interaction, and no more than necessary; pages, errors and
    friction keep their lines. Only if that is not enough, the text is cut and `next_cursor` says where to
    continue.

    Args:
        timeline: The timeline to render.
        start: Seconds from the start; observations that end before it are left out.
        end: Seconds from the start; observations that begin after it are left out.
        kinds: The kinds to include; all if None or empty, but web vitals only where one of a page is poor.
        without: The kinds to leave out of these.
        cursor: `next_cursor` of an earlier call with the same other arguments.
        max_tokens: The budget for the lines, measured by `estimate_tokens`.

    Raises:
        InvalidCursorError: `cursor` is not a cursor.
    """
    selected = _selected(timeline.observations, start, end, frozenset(kinds or KINDS).difference(without))
    groups, left_out = ([[one] for one in selected], 0) if kinds else group(selected)
    places = [together[0] for together in groups]
    groups = groups[_offset(places, cursor) :]
    tags = _tags(timeline.observations)
    items = [as_item(together, tags) for together in groups]
    if not kinds:
        items = fold(items, max_tokens, tags)
    fits = count_fitting(items, max_tokens)
    rendered, cut = items[:fits], items[fits:]
    shown = sum(len(item.observations) for item in rendered if not item.folded)
    next_cursor = _cursor(places, cut[0].observations[0]) if cut else None
    return TimelineText(
        lines=[item.line for item in rendered],
        observations=[observation for item in rendered for observation in item.observations],
        shown=shown,
        folded=sum(len(item.observations) for item in rendered) - shown,
        total=sum(map(len, groups)),
        left_out=left_out,
        next_cursor=next_cursor,
        notice=_notice(rendered, cut, next_cursor),
        windows={tag: window for window, tag in tags.items()},
    )


def _selected(
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
    """Return tags w1, w2 and so on for windows in order of appearance; none if there is only one."""
    windows = list(dict.fromkeys(observation.window for observation in observations))
    return {window: f"w{index}" for index, window in enumerate(windows, 1)} if len(windows) > 1 else {}


def _cursor(selected: Sequence[Observation], following: Observation) -> str:
    """Return a cursor: the time of the next observation, and how many of the same time precede it."""
    index = next(index for index, observation in enumerate(selected) if observation is following)
    return f"{following.t:.3f}s+{index - bisect_left(selected, following.t, key=_TIME)}"


def _offset(selected: Sequence[Observation], cursor: str | None) -> int:
    if cursor is None:
        return 0
    match = _CURSOR.fullmatch(cursor.strip())
    if match is None:
        raise InvalidCursorError(
            "This is not a cursor of a timeline. A cursor looks like 12.345s+0 and comes from an earlier "
            "answer; to start elsewhere, use start."
        )
    t, passed = float(match[1]), int(match[2])
    begin = bisect_left(selected, t, key=_TIME)
    same = bisect_left(selected, t + 0.0005, lo=begin, key=_TIME) - begin
    return begin + min(passed, same)


def _notice(rendered: Sequence[Item], cut: Sequence[Item], next_cursor: str | None) -> str | None:
    parts: list[str] = []
    folded = _by_kind([item for item in rendered if item.folded])
    if folded:
        parts.append(
            f"Folded to fit: {folded}. To see each one, pass start and end for a shorter span, or kinds."
        )
    if cut:
        begin = clock(cut[0].observations[0].t)
        parts.append(
            f"Cut from {begin} on: {_by_kind(cut)}. To continue, repeat the call with cursor={next_cursor}; "
            "to cover more time, pass kinds."
        )
    return " ".join(parts) or None


def _by_kind(items: Sequence[Item]) -> str:
    counts = Counter(observation.kind for item in items for observation in item.observations)
    return ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
