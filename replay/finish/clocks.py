"""Other clocks than the recording's: the ones of requests and of analytics events.

PostHog corrects the times of a device whose clock is wrong, but not everywhere: it moves the events of a
recording and not the times inside them, and older servers did not move them at all (PostHog/posthog#93203).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from math import inf, isfinite
from statistics import median

from recordings_mcp.replay.model import AnalyticsEvent, Page, Request
from recordings_mcp.replay.shortening import short_address
from recordings_mcp.replay.signals.window import Session

PAGE_MS = 5000
"""A `$pageview` at most this long before a page in the recording refers to that page: the recorder starts
later."""

_REQUEST_CLOCK_MS = 5000
"""The recorder reports a request some milliseconds after its end. If even the fastest report took this long,
the request's clock differs."""

_BEFORE_MS = 60_000
_AFTER_MS = 300_000
"""How long before its first event and after its last one something belongs to a recording: the recorder loads
later than the library, and pauses after 5 minutes without activity."""

_MAX_COMPARED = 1000
_MAX_CANDIDATES = 50
_FEW_VIEWS = 3
_ALL_VIEWS = 0.9

Span = tuple[float, float]
"""The first and last time of a recording, in milliseconds since 1970."""


def move_requests(session: Session, span: Span) -> None:
    """Put requests on the recording's clock where their own clock differs."""
    late = session.request_delay
    if not _REQUEST_CLOCK_MS < late < inf:
        return
    for draft in session.observations:
        if isinstance(draft.facts, Request) and not draft.derived:
            draft.t = min(draft.t + late, span[1])
            draft.last = None if draft.last is None else min(draft.last + late, span[1])
    session.coverage.requests_moved = round(late / 1000, 3)


def on_the_recordings_clock(
    session: Session, events: Iterable[AnalyticsEvent], span: Span
) -> list[AnalyticsEvent]:
    """Return the analytics events that happened during the recording, on its clock, sorted by time.

    If the events are on another clock, one shift must bring all pageviews to the pages that they refer to. If
    none does, or several do equally well, the events cannot be placed.
    """
    ordered = sorted((event for event in events if isfinite(event.timestamp)), key=_time)
    shift = _shift(_Pages(session), ordered, span)
    if shift:
        ordered = [replace(event, timestamp=event.timestamp + shift) for event in ordered]
        session.coverage.analytics_moved = round(shift / 1000, 3)
    kept = [event for event in ordered if _is_during(event.timestamp, span)]
    session.coverage.analytics_left_out = len(ordered) - len(kept)
    return kept


def _time(event: AnalyticsEvent) -> float:
    return event.timestamp


def _is_during(at: float, span: Span) -> bool:
    return span[0] - _BEFORE_MS <= at <= span[1] + _AFTER_MS


class _Pages:
    """The times at which the recording shows each page."""

    def __init__(self, session: Session) -> None:
        self._home = session.home
        self._times: dict[str, list[float]] = {}
        self._of_both: dict[tuple[str, str], list[float]] = {}
        for draft in session.observations:
            if isinstance(draft.facts, Page):
                self._times.setdefault(draft.facts.url, []).append(draft.t)
        for times in self._times.values():
            times.sort()

    def times_of(self, event: AnalyticsEvent) -> list[float]:
        """Return when the page was shown that a pageview refers to; nothing for other events."""
        if event.event not in ("$pageview", "$screen"):
            return []
        url = event.properties.get("$current_url") or event.properties.get("$screen_name")
        if not isinstance(url, str):
            return []
        addresses = short_address(url, self._home), short_address(url, None)
        if addresses not in self._of_both:
            first, second = (self._times.get(address, []) for address in addresses)
            self._of_both[addresses] = sorted(first + second) if first and second else first or second
        return self._of_both[addresses]


View = tuple[float, list[float]]
"""When an event reports a page, and when the recording shows that page."""


def _shift(pages: _Pages, events: list[AnalyticsEvent], span: Span) -> float:
    """Return the milliseconds to add to the times of the events; 0 if they are right, or cannot be corrected.

    Events that are mostly outside the recording are on another clock. Those within are only if most pageviews
    are at no time near their page, and there are several.
    """
    shown = ((event.timestamp, pages.times_of(event)) for event in events)
    views: list[View] = list(islice((view for view in shown if view[1]), _MAX_COMPARED))
    right = _fitting(views, 0.0)
    outside = 2 * sum(not _is_during(event.timestamp, span) for event in events) > len(events)
    if not views or (right if outside else len(views) < _FEW_VIEWS or 2 * right >= len(views)):
        return 0.0
    times = [event.timestamp for event in events]
    begin, end = span[0] - PAGE_MS, span[1] + PAGE_MS
    found = [
        (bisect_right(times, end - shift) - bisect_left(times, begin - shift), shift)
        for shift in sorted(_candidates(views))
        if _fitting(views, shift) >= _ALL_VIEWS * len(views)
    ]
    best = [shift for inside, shift in found if inside == max(found)[0]]
    if not best or best[-1] - best[0] > PAGE_MS:
        return 0.0
    return _refined(views, best[len(best) // 2])


def _candidates(views: list[View]) -> set[float]:
    """Return the shifts that bring one of the rarest pages to a time at which it was shown."""
    rarest = sorted(views, key=lambda view: len(view[1]))[:_FEW_VIEWS]
    return {shown - at for at, times in rarest for shown in times[:_MAX_CANDIDATES]}


def _distances(views: list[View], shift: float) -> Iterator[float]:
    """Yield how many milliseconds each page was shown after its pageview, or before that."""
    for at, times in views:
        index = bisect_left(times, at + shift)
        yield min((shown - at - shift for shown in times[max(0, index - 1) : index + 1]), key=abs)


def _fitting(views: list[View], shift: float) -> int:
    return sum(abs(distance) <= PAGE_MS for distance in _distances(views, shift))


def _refined(views: list[View], shift: float) -> float:
    """Return the shift that fits the middle one of the pageviews exactly."""
    return shift + median(distance for distance in _distances(views, shift) if abs(distance) <= PAGE_MS)
