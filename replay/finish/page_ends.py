"""How far down a page was scrolled, where it is known how long the page was."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from math import isfinite

from recordings_mcp.replay.model import AnalyticsEvent, Observation

END_OF_PAGE = 0.9
"""A page was scrolled to its end when this share of its height has been seen (Google Analytics 4, enhanced
measurement, `scroll`: "when a 90% vertical depth becomes visible")."""

WHOLE_PAGE = "page"
"""The target of what scrolls the page itself, and no part of it."""

_ALL = 0.995
_MOST_LOOKED_AT = 1000
_TOLD = " (the end of the page"
_WENT_DOWN = re.compile(r"down to (\d{1,9}) px", re.ASCII)
_MAX_SCROLL, _MAX_CONTENT, _SHARE, _PATH = (
    "$prev_pageview_max_scroll",
    "$prev_pageview_max_content",
    "$prev_pageview_max_content_percentage",
    "$prev_pageview_pathname",
)


def tell_ends_of_pages(observations: Iterable[Observation], events: Iterable[AnalyticsEvent]) -> None:
    """Say of scrolling to the end of a page that it did: `down to 780 px (the end of the page, 98% seen)`.

    rrweb records how far a page is scrolled and never how long it is. posthog-js measures both, and tells
    them with the next `$pageview` or `$pageleave` (posthog-js, scroll-manager.ts and page-view.ts). Where no
    such event tells of a page, nothing is said.
    """
    windows: dict[str, list[Observation]] = {}
    for seen in sorted(observations, key=lambda seen: seen.t):
        if seen.kind == "page" or (seen.kind == "scroll" and seen.target == WHOLE_PAGE):
            windows.setdefault(seen.window, []).append(seen)
    only = next(iter(windows.values())) if len(windows) == 1 else []
    for event in events:
        height, screen = _heights(event)
        if height > 0:
            for scroll in _scrolls_of(windows.get(str(event.properties.get("$window_id")), only), event):
                _tell(scroll, height, screen)


def tells_end_of_page(scroll: Observation) -> bool:
    """Say whether an observation tells that a page was scrolled to its end."""
    return _TOLD in (scroll.detail or "")


def _heights(event: AnalyticsEvent) -> tuple[float, float]:
    """Give the height of the page an event tells of and of the part of it seen at once, in CSS pixels."""
    numbers = [event.properties.get(name) for name in (_MAX_SCROLL, _MAX_CONTENT, _SHARE)]
    scrolled, content, share = (
        number if isinstance(number, (int, float)) and isfinite(number) else 0.0 for number in numbers
    )
    return (content / share, content - scrolled) if share > 0 and content >= scrolled >= 0 else (0.0, 0.0)


def _scrolls_of(seen: list[Observation], event: AnalyticsEvent) -> list[Observation]:
    """Give the scrolling on the page that an event tells of: the last before the event, or the one before.

    The event may come a moment after the next page is shown.
    """
    until = bisect_right(seen, event.timestamp, key=lambda one: one.t)
    scrolls: list[Observation] = []
    pages = 0
    for index in range(until - 1, max(-1, until - _MOST_LOOKED_AT), -1):
        one = seen[index]
        if one.kind == "scroll":
            scrolls.append(one)
        elif _path_of(one) == event.properties.get(_PATH):
            return scrolls
        elif pages:
            break
        else:
            pages, scrolls = 1, []
    return []


def _path_of(page: Observation) -> str:
    target = (page.target or "").partition("?")[0].partition("#")[0]
    return target if target.startswith("/") else "/" + target.partition("/")[2]


def _tell(scroll: Observation, height: float, screen: float) -> None:
    found = _WENT_DOWN.match(scroll.detail or "")
    if found is None or tells_end_of_page(scroll):
        return
    share = min(1.0, (int(found[1]) + screen) / height)
    if share >= END_OF_PAGE:
        seen = "" if share >= _ALL else f", {int(100 * share)}% seen"
        scroll.detail = f"{found[0]}{_TOLD}{seen}){(scroll.detail or '')[found.end() :]}"
