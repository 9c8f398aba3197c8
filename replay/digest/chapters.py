"""What was done, page by page, and the plain facts."""

from collections import Counter
from collections.abc import Sequence

from recordings_mcp.replay.digest.journey import Journey, Visit
from recordings_mcp.replay.digest.model import Chapter, DeviceClass, Facts
from recordings_mcp.replay.digest.reading import last_of, size_of
from recordings_mcp.replay.finish.activity import active_seconds
from recordings_mcp.replay.finish.page_ends import tells_end_of_page
from recordings_mcp.replay.model import ActiveStretch, Kind, Observation

PHONE_BELOW, TABLET_BELOW = 768, 1024
"""Widths in CSS pixels from which on a viewport is a tablet's and a desktop's: the usual breakpoints of style
sheets."""

_ERRORS: frozenset[Kind] = frozenset({"exception", "network_error", "console_error"})
_FRICTION: frozenset[Kind] = frozenset({"rage_click", "dead_click", "quick_back"})
_FILLS: frozenset[Kind] = frozenset({"input", "select"})


def facts_of(journey: Journey, activity: Sequence[ActiveStretch] | None) -> Facts:
    """Give what is simply so."""
    counts = Counter[Kind]()
    for seen in journey.observations:
        counts[seen.kind] += seen.count
    viewport = next(
        (size for seen in journey.observations if seen.kind == "viewport" and (size := size_of(seen))), None
    )
    return Facts(
        duration=journey.duration,
        active=None if activity is None else active_seconds(activity),
        pages=[visit.address for visit in journey.visits if visit.address is not None],
        windows=len({visit.window for visit in journey.visits}),
        viewport=viewport,
        device=_device(viewport),
        counts=dict(counts.most_common()),
    )  # fmt: skip


def chapters_of(journey: Journey, activity: Sequence[ActiveStretch] | None) -> list[Chapter]:
    """Tell each visit: what was clicked and filled in, which events came, how much went wrong."""
    numbers = {
        window: number
        for number, window in enumerate(dict.fromkeys(visit.window for visit in journey.visits), 1)
    }
    return [_chapter(visit, numbers[visit.window], activity) for visit in journey.visits]


def path_of(journey: Journey) -> list[str]:
    """Give the paths of the pages in order, without repetitions in a row."""
    places = [visit.place for visit in journey.visits if visit.address is not None]
    return [place for index, place in enumerate(places) if index == 0 or places[index - 1] != place]


def _device(viewport: tuple[int, int] | None) -> DeviceClass | None:
    if viewport is None:
        return None
    if viewport[0] < PHONE_BELOW:
        return "phone"
    return "tablet" if viewport[0] < TABLET_BELOW else "desktop"


def _chapter(visit: Visit, window: int, activity: Sequence[ActiveStretch] | None) -> Chapter:
    seen = visit.observations
    fields = list(dict.fromkeys(one.target or "a field" for one in seen if one.kind in _FILLS))
    clicks = Counter[str]()
    for one in seen:
        if one.kind == "click" and one.target not in fields:
            clicks[one.target or "something"] += one.count
    return Chapter(
        page=visit.address,
        title=visit.title,
        window=window,
        start=visit.start,
        end=visit.end,
        loads=visit.loads,
        clicks=dict(clicks),
        fields=fields,
        events=dict(_events(seen)),
        errors=sum(one.count for one in seen if one.kind in _ERRORS),
        friction=sum(one.count for one in seen if one.kind in _FRICTION),
        idle=round(sum(last_of(one) - one.t for one in seen if one.kind == "idle"), 3),
        active=None if activity is None else _active_in(visit, activity),
        scrolled_to_end=any(one.kind == "scroll" and tells_end_of_page(one) for one in seen),
    )


def _active_in(visit: Visit, activity: Sequence[ActiveStretch]) -> float:
    here = [stretch for stretch in activity if stretch.window == visit.window]
    return active_seconds(here, visit.start, visit.end)


def _events(seen: Sequence[Observation]) -> Counter[str]:
    events = Counter[str]()
    for one in seen:
        if one.kind == "custom" and one.source == "event" and one.target and not one.target.startswith("$"):
            events[one.target] += one.count
    return events
