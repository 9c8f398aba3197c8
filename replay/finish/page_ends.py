"""How far down a page was scrolled, where it is known how long the page was."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

from recordings_mcp.replay.finish.quick_back import path_of
from recordings_mcp.replay.model import AnalyticsEvent, Page, Scroll
from recordings_mcp.replay.page.targets import WHOLE_PAGE
from recordings_mcp.replay.signals.window import BY_TIME, Draft

END_OF_PAGE = 0.9
"""A page was scrolled to its end when this share of its height has been seen (Google Analytics 4, enhanced
measurement, `scroll`: "when a 90% vertical depth becomes visible")."""

_MOST_LOOKED_AT = 1000
_MAX_SCROLL, _MAX_CONTENT, _SHARE, _PATH = (
    "$prev_pageview_max_scroll",
    "$prev_pageview_max_content",
    "$prev_pageview_max_content_percentage",
    "$prev_pageview_pathname",
)


def find_page_ends(drafts: Iterable[Draft], events: Iterable[AnalyticsEvent]) -> None:
    """Note with scrolling that reached the end of a page which share of the page was seen.

    rrweb records how far a page is scrolled and never how long it is. posthog-js measures both, and sends
    them with the next `$pageview` or `$pageleave` (posthog-js, scroll-manager.ts and page-view.ts). Where no
    such event mentions a page, nothing is noted.
    """
    heights = [(event, *sizes) for event in events if (sizes := _heights(event))]
    if not heights:
        return
    windows: dict[str, list[Draft]] = {}
    on_pages = [
        draft
        for draft in drafts
        if draft.kind == "page" or (draft.kind == "scroll" and draft.target == WHOLE_PAGE)
    ]
    for draft in sorted(on_pages, key=BY_TIME):
        windows.setdefault(draft.window, []).append(draft)
    only = next(iter(windows.values())) if len(windows) == 1 else []
    for event, height, screen in heights:
        for draft in _scrolls_of(windows.get(str(event.properties.get("$window_id")), only), event):
            _note(draft, height, screen)


def _heights(event: AnalyticsEvent) -> tuple[float, float] | None:
    """Return the height of the page an event is about and of the part seen at once, in CSS pixels."""
    numbers = [event.properties.get(name) for name in (_MAX_SCROLL, _MAX_CONTENT, _SHARE)]
    scrolled, content, share = (
        number if isinstance(number, (int, float)) and isfinite(number) else 0.0 for number in numbers
    )
    if share <= 0 or not 0 <= scrolled <= content or content == 0:
        return None
    return content / share, content - scrolled


def _scrolls_of(drafts: list[Draft], event: AnalyticsEvent) -> list[Draft]:
    """Return the scrolling on the page that an event is about: the last page before it, or the one before.

    The event may come a moment after the next page is shown.
    """
    until = bisect_right(drafts, event.timestamp, key=BY_TIME)
    scrolls: list[Draft] = []
    pages = 0
    for index in range(until - 1, max(-1, until - _MOST_LOOKED_AT), -1):
        draft = drafts[index]
        if not isinstance(draft.facts, Page):
            scrolls.append(draft)
        elif path_of(draft.facts.url.partition("?")[0].partition("#")[0]) == event.properties.get(_PATH):
            return scrolls
        elif pages:
            break
        else:
            pages, scrolls = 1, []
    return []


def _note(draft: Draft, height: float, screen: float) -> None:
    if isinstance(draft.facts, Scroll) and draft.facts.page_seen is None:
        share = min(1.0, (draft.facts.lowest + screen) / height)
        if share >= END_OF_PAGE:
            draft.facts = replace(draft.facts, page_seen=share)
