"""Analytics events of the session, merged into the observations without duplicates."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from recordings_mcp.replay.finish.clocks import PAGE_MS
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.limits import MAX_OBSERVATIONS
from recordings_mcp.replay.model import AnalyticsEvent, Custom, Facts, Log, Page, Rejection, Target, WebVital
from recordings_mcp.replay.shapes import fields_of, finite, items_of
from recordings_mcp.replay.shortening import MESSAGE_LENGTH, one_line, rounded, short_address
from recordings_mcp.replay.signals.console import rejection_of
from recordings_mcp.replay.signals.draft import BY_TIME, Draft
from recordings_mcp.replay.signals.window import Session, Window

SAME_MOMENT_MS = 2000
"""An event refers to an exception or click in the recording that is at most this far away."""

_VITALS = ("LCP", "INP", "CLS", "FCP")
_KEPT_CUSTOM = frozenset({"$identify"})
_PROPERTIES = 5
_MAX_COMPARED = 100
_CLOCKS_APART_MS = 60_000  # PostHog corrects an event's time by when it was sent
_LARGEST_SHIFT = 1e6


@dataclass(frozen=True, slots=True)
class ReportedFrustration:
    """A rage or dead click that one of PostHog's own events reports.

    Attributes:
        kind: `rage_click` or `dead_click`.
        window: The id of the browser tab.
        at: Its time in milliseconds since 1970.
    """

    kind: Kind
    window: str
    at: float


def merge_events(
    session: Session, windows: list[Window], events: Iterable[AnalyticsEvent]
) -> list[ReportedFrustration]:
    """Add what only events report: pages, exceptions, rage and dead clicks, web vitals and custom events.

    Return the rage and dead clicks that events report. The events are sorted by time.
    """
    merger = _Merger(session, windows)
    for event in events:
        session.work.check()
        session.coverage.analytics_events += 1
        merger.merge(event)
    return merger.frustrations


class _Merger:
    def __init__(self, session: Session, windows: list[Window]) -> None:
        self.frustrations: list[ReportedFrustration] = []
        self._observations = session.observations
        self._home = session.home
        self._windows = [window.id for window in windows]
        self._of_kind: dict[tuple[Kind, str], list[Draft]] = {}
        for draft in sorted(session.observations, key=BY_TIME):
            self._of_kind.setdefault((draft.kind, draft.window), []).append(draft)
        self._added: dict[tuple[Kind, str], Draft] = {}

    def merge(self, event: AnalyticsEvent) -> None:
        name = event.event
        if name in ("$pageview", "$screen"):
            self._page(event)
        elif name == "$exception":
            self._exception(event)
        elif name == "$rageclick":
            self._frustration(event, "rage_click")
        elif name == "$dead_click":
            self._frustration(event, "dead_click")
        elif name == "$web_vitals":
            self._vitals(event)
        elif name in _KEPT_CUSTOM or not name.startswith("$"):
            self._add(event, "custom", facts=Custom(one_line(name), _own_properties(event.properties)))

    def _window_of(self, event: AnalyticsEvent) -> str:
        window_id = event.properties.get("$window_id")
        if isinstance(window_id, str) and window_id in self._windows:
            return window_id
        if len(self._windows) == 1 or (self._windows and not isinstance(window_id, str)):
            return self._windows[0]
        return one_line(window_id) if isinstance(window_id, str) else ""

    def _add(
        self,
        event: AnalyticsEvent,
        kind: Kind,
        target: Target | None = None,
        facts: Facts | None = None,
        *,
        at: float | None = None,
        node: int | None = None,
    ) -> None:
        at = event.timestamp if at is None else at
        window_id = self._window_of(event)
        last = self._added.get((kind, window_id))
        added = Draft(at, window_id, kind, target, facts, source="event", node=node)
        if last is not None and added.repeats(last):
            last.count += 1
            last.last = max(last.t, last.last or at, at)
        elif len(self._observations) < MAX_OBSERVATIONS:
            self._added[kind, window_id] = added
            self._observations.append(added)
            insort(self._of_kind.setdefault((kind, window_id), []), added, key=BY_TIME)

    def _around(self, kind: Kind, event: AnalyticsEvent, at: float, until: float) -> list[Draft]:
        """Return the last observation up to `at`, and some of those up to `until`, sorted by time."""
        seen = self._of_kind.get((kind, self._window_of(event)), [])
        first = bisect_right(seen, at, key=BY_TIME)
        end = min(bisect_right(seen, until, key=BY_TIME), first + _MAX_COMPARED)
        return seen[max(0, first - 1) : end]

    def _page(self, event: AnalyticsEvent) -> None:
        url = event.properties.get("$current_url") or event.properties.get("$screen_name")
        if not isinstance(url, str):
            return
        addresses = {short_address(url, self._home), short_address(url, None)}
        pages = self._around("page", event, event.timestamp, event.timestamp + PAGE_MS)
        if any(isinstance(page.facts, Page) and page.facts.url in addresses for page in pages):
            return
        self._add(event, "page", facts=Page(short_address(url, self._home), _title(event)))

    def _exception(self, event: AnalyticsEvent) -> None:
        message, value = _exception_of(event.properties)
        at = event.timestamp
        rejection = rejection_of(value)
        for draft in self._around("exception", event, at - SAME_MOMENT_MS, at + SAME_MOMENT_MS):
            if (
                draft.source == "replay"
                and (
                    isinstance(draft.facts, Rejection)
                    if rejection
                    else isinstance(draft.facts, Log) and value in draft.facts.text
                )
                and _distance(draft, event.timestamp) <= SAME_MOMENT_MS
            ):
                return
        self._add(event, "exception", facts=rejection or Log(message))

    def _frustration(self, event: AnalyticsEvent, kind: Kind) -> None:
        """Add a rage or dead click at the time of the click it refers to, never before that."""
        window_id = self._window_of(event)
        at = _clicked_at(event)
        clicks = self._around("click", event, at, float("inf"))[:2]
        node: int | None = None
        nearest = min(clicks, key=lambda click: _distance(click, at), default=None)
        if nearest is not None and _distance(nearest, at) <= SAME_MOMENT_MS:
            target, at, node = nearest.target, max(at, nearest.t), nearest.node
        else:
            text = event.properties.get("$el_text")
            target = Target(name=one_line(text)) if isinstance(text, str) and text else None
        self.frustrations.append(ReportedFrustration(kind, window_id, at))
        self._add(event, kind, target, at=at, node=node)

    def _vitals(self, event: AnalyticsEvent) -> None:
        for name in _VITALS:
            fields = fields_of(event.properties.get(f"$web_vitals_{name}_event"))
            value = finite(fields.get("value", event.properties.get(f"$web_vitals_{name}_value")))
            if value is not None:
                amount = round(min(float(value), _LARGEST_SHIFT), 3) if name == "CLS" else rounded(value)
                rating = fields.get("rating")
                facts = WebVital(name, amount, one_line(rating) if isinstance(rating, str) else None)
                self._add(event, "web_vital", facts=facts)


def _clicked_at(event: AnalyticsEvent) -> float:
    """Return the time of the click: as the event reports it if that is plausible, or else the event's own."""
    at = finite(event.properties.get("$dead_click_event_timestamp"))
    if at is not None and abs(at - event.timestamp) <= _CLOCKS_APART_MS:
        return float(at)
    return event.timestamp


def _distance(draft: Draft, at: float) -> float:
    """Return the milliseconds between a time and an observation, 0 within its duration."""
    return max(draft.t - at, at - draft.until, 0.0)


def _exception_of(properties: Any) -> tuple[str, str]:
    """Return an exception's message with its type, and the part that the console shows without the type."""
    first = fields_of(next(iter(items_of(properties.get("$exception_list"))), None))
    kind = str(first.get("type") or properties.get("$exception_type") or "Error")
    value = first.get("value") or properties.get("$exception_message") or ""
    message = one_line(f"{kind}: {value}" if value else kind, MESSAGE_LENGTH)
    return message, message[len(f"{one_line(kind, MESSAGE_LENGTH)}: ") :] or message


def _title(event: AnalyticsEvent) -> str | None:
    title = event.properties.get("title")
    return one_line(title) if isinstance(title, str) and title else None


def _own_properties(properties: Any) -> dict[str, str] | None:
    """Return a custom event's own properties; those that begin with `$` are the library's."""
    own = (
        (one_line(str(key)), one_line(str(value)))
        for key, value in properties.items()
        if not str(key).startswith("$")
        and key not in ("token", "distinct_id")
        and isinstance(value, (str, int, float))
    )
    return dict(islice(own, _PROPERTIES)) or None
