"""What was done, page by page, and an overview."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from recordings_mcp.replay.digest.journey import Journey, Visit, end_of
from recordings_mcp.replay.digest.model import Chapter, DeviceClass, Overview
from recordings_mcp.replay.kinds import CLICKS, FAILURES, FILLS, FRICTION, Kind
from recordings_mcp.replay.model import ActiveStretch, Observation, Scroll, Target, Viewport
from recordings_mcp.replay.signals.activity import active_seconds, merged

PHONE_BELOW, TABLET_BELOW = 768, 1024
"""Viewports narrower than this, in CSS pixels, are those of a phone and of a tablet: the usual breakpoints of
style sheets."""

_START, _END = attrgetter("start"), attrgetter("end")
_TOO_LARGE = 1e6
"""No screen has so many pixels; viewports of this size are left out."""


def overview_of(journey: Journey, activity: Sequence[ActiveStretch] | None) -> Overview:
    """Return the overview: duration, pages, windows, viewport and counts."""
    counts = Counter[Kind]()
    for seen in journey.observations:
        counts[seen.kind] += seen.count
    viewport = next(
        (
            (int(seen.facts.width), int(seen.facts.height))
            for seen in journey.observations
            if isinstance(seen.facts, Viewport)
            and 0 <= seen.facts.width < _TOO_LARGE
            and 0 <= seen.facts.height < _TOO_LARGE
        ),
        None,
    )
    return Overview(
        duration=journey.duration,
        active=None if activity is None else active_seconds(activity),
        pages=[visit.address for visit in journey.visits if visit.address is not None],
        windows=len({visit.window for visit in journey.visits}),
        viewport=viewport,
        device=_device(viewport),
        counts=dict(counts.most_common()),
    )  # fmt: skip


def chapters_of(journey: Journey, activity: Sequence[ActiveStretch] | None) -> list[Chapter]:
    """Return a chapter for each visit: clicks, fields, events and how much went wrong."""
    numbers = {
        window: number
        for number, window in enumerate(dict.fromkeys(visit.window for visit in journey.visits), 1)
    }
    active = None if activity is None else _by_window(activity)
    return [_chapter(visit, numbers[visit.window], active) for visit in journey.visits]


def _by_window(activity: Sequence[ActiveStretch]) -> dict[str, list[ActiveStretch]]:
    """Return the activity of each window as sorted stretches that do not overlap."""
    stretches: dict[str, list[tuple[float, float]]] = {}
    for stretch in activity:
        stretches.setdefault(stretch.window, []).append((stretch.start, stretch.end))
    return {
        window: [ActiveStretch(window, start, end) for start, end in merged(found, 0)]
        for window, found in stretches.items()
    }


def path_of(journey: Journey) -> list[str]:
    """Return the paths of the pages in order, each once where it repeats in a row."""
    places = [visit.place for visit in journey.visits if visit.address is not None]
    return [place for index, place in enumerate(places) if index == 0 or places[index - 1] != place]


def _device(viewport: tuple[int, int] | None) -> DeviceClass | None:
    if viewport is None:
        return None
    if viewport[0] < PHONE_BELOW:
        return "phone"
    return "tablet" if viewport[0] < TABLET_BELOW else "desktop"


def _chapter(visit: Visit, window: int, activity: dict[str, list[ActiveStretch]] | None) -> Chapter:
    seen = visit.observations
    fields = dict.fromkeys(one.target for one in seen if one.kind in FILLS)
    clicks = Counter[Target | None]()
    for one in seen:
        if one.kind in CLICKS and (one.target is None or one.target not in fields):
            clicks[one.target] += one.count
    active = None
    if activity is not None:
        here = activity.get(visit.window, [])
        first = bisect_left(here, visit.start, key=_END)
        until = bisect_right(here, visit.end, key=_START)
        active = active_seconds(here[first:until], visit.start, visit.end)
    return Chapter(
        page=visit.address,
        title=visit.title,
        window=window,
        start=visit.start,
        end=visit.end,
        loads=visit.loads,
        clicks=dict(clicks),
        fields=list(fields),
        events=dict(_events(seen)),
        errors=sum(one.count for one in seen if one.kind in FAILURES),
        friction=sum(one.count for one in seen if one.kind in FRICTION),
        idle=round(sum(end_of(one) - one.t for one in seen if one.kind == "idle"), 3),
        active=active,
        scrolled_to_end=any(
            isinstance(one.facts, Scroll) and one.facts.page_seen is not None for one in seen
        ),
    )


def _events(seen: Sequence[Observation]) -> Counter[str]:
    events = Counter[str]()
    for one in seen:
        if one.source == "event" and one.name and not one.name.startswith("$"):
            events[one.name] += one.count
    return events
