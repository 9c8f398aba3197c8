"""What only the whole recording shows: pauses, pages left at once, and pages scrolled to their end."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from math import inf

from recordings_mcp.replay.model import AnalyticsEvent, Page, Pause, QuickBack, Scroll
from recordings_mcp.replay.page.targets import WHOLE_PAGE
from recordings_mcp.replay.shapes import finite
from recordings_mcp.replay.signals.activity import ACTIVE_GAP_MS, Stretch, merged, overlaps
from recordings_mcp.replay.signals.draft import BY_TIME, Draft
from recordings_mcp.replay.signals.window import Session, Window
from recordings_mcp.replay.work import Work

IDLE_MS = 30_000
"""A gap between clicks or keypresses longer than this is a pause (PostHog, session-feature-recorder.ts)."""

QUICK_BACK_MS = 2000
"""A page left in less than this for the previous one is a quick back (PostHog,
session-feature-recorder.ts)."""

END_OF_PAGE = 0.9
"""A page was scrolled to its end when this share of its height has been seen (Google Analytics 4, enhanced
measurement, `scroll`: "when a 90% vertical depth becomes visible")."""

_MAX_COMPARED = 1000
_MAX_SCROLL, _MAX_CONTENT, _SHARE, _PATH = (
    "$prev_pageview_max_scroll",
    "$prev_pageview_max_content",
    "$prev_pageview_max_content_percentage",
    "$prev_pageview_pathname",
)


def add_pauses(session: Session, windows: list[Window]) -> None:
    """Add the pauses. A pause that the recorder noticed is merged into the gap it is in, if there is one."""
    actions = sorted((at, window.id) for window in windows for at in window.activity.actions)
    stretches = merged(
        [stretch for window in windows for stretch in window.activity.stretches()], ACTIVE_GAP_MS
    )
    noticed = sorted(draft.t for draft in session.observations if draft.kind == "idle")
    gaps: list[Stretch] = []
    for (before, window_id), (after, _) in pairwise(actions):
        if after - before > IDLE_MS:
            pause = Pause(
                seconds=round((after - before) / 1000, 3),
                moved=overlaps(stretches, before + ACTIVE_GAP_MS, after - ACTIVE_GAP_MS),
                recorder_paused=bisect_right(noticed, after) > bisect_left(noticed, before),
            )
            gaps.append((before, after))
            session.observations.append(
                Draft(before, window_id, "idle", facts=pause, last=after, derived=True)
            )
    session.observations[:] = [
        draft
        for draft in session.observations
        if draft.kind != "idle" or draft.derived or not overlaps(gaps, draft.t, draft.t + 1)
    ]


def quick_backs(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the quick backs: pages left in less than 2,000 ms for the one they were reached from.

    PostHog counts any next address; only returns count here, so that redirects do not.
    """
    windows: dict[str, list[tuple[Draft, Page]]] = {}
    shown = [(draft, draft.facts) for draft in drafts if isinstance(draft.facts, Page)]
    for draft, page in sorted(shown, key=lambda pair: pair[0].t):
        windows.setdefault(draft.window, []).append((draft, page))
    found: list[Draft] = []
    for pages in windows.values():
        for ((_, before), (draft, page)), (_, (following, after)) in pairwise(pairwise(pages)):
            lasted = following.t - draft.t
            if lasted < QUICK_BACK_MS and path_of(after.url) == path_of(before.url) != path_of(page.url):
                facts = QuickBack(page.url, round(lasted / 1000, 3))
                found.append(
                    replace(draft, kind="quick_back", facts=facts, count=1, last=following.t, derived=True)
                )
    return found


def path_of(url: str) -> str:
    """Return the path of a page's address. Only the first page of a recording has a host."""
    return url if url.startswith("/") else "/" + url.partition("/")[2]


def find_page_ends(drafts: Iterable[Draft], events: Iterable[AnalyticsEvent], work: Work) -> None:
    """Set `page_seen` on the scrolling that reached the end of a page.

    rrweb records how far a page is scrolled, but not its height. posthog-js measures both and sends them with
    the next `$pageview` or `$pageleave` (posthog-js, scroll-manager.ts and page-view.ts). Pages that no such
    event mentions are left unchanged.
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
        work.check()
        for draft in _scrolls_of(windows.get(str(event.properties.get("$window_id")), only), event):
            _note(draft, height, screen)


def _heights(event: AnalyticsEvent) -> tuple[float, float] | None:
    """Return the heights of the page that an event refers to and of the viewport, in CSS pixels."""
    scrolled, content, share = (
        finite(event.properties.get(name)) or 0.0 for name in (_MAX_SCROLL, _MAX_CONTENT, _SHARE)
    )
    if share <= 0 or not 0 <= scrolled <= content or content == 0:
        return None
    return content / share, content - scrolled


def _scrolls_of(drafts: list[Draft], event: AnalyticsEvent) -> list[Draft]:
    """Return the scrolling on the page that an event refers to: the last or next to last page before it.

    The event may come a moment after the next page is shown.
    """
    until = bisect_right(drafts, event.timestamp, key=BY_TIME)
    scrolls: list[Draft] = []
    pages = 0
    for index in range(until - 1, max(-1, until - _MAX_COMPARED), -1):
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
        share = (draft.facts.lowest + screen) / height
        if END_OF_PAGE <= share < inf:
            draft.facts = replace(draft.facts, page_seen=min(1.0, share))
