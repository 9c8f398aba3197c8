"""Pages that were left again at once."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from recordings_mcp.replay.model import Page, Return
from recordings_mcp.replay.signals.window import Draft

QUICK_BACK_MS = 2000
"""A page left again in less than this was left at once (PostHog, session-feature-recorder.ts)."""


def quick_backs(drafts: Iterable[Draft]) -> list[Draft]:
    """Find pages that were left in less than 2,000 ms for the one they were reached from.

    PostHog counts any next address; only a way back is found here, so that redirects are not.
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
                facts = Return(page.url, round(lasted / 1000, 3))
                found.append(
                    replace(draft, kind="quick_back", facts=facts, count=1, last=following.t, derived=True)
                )
    return found


def path_of(url: str) -> str:
    """Return the path of a page's address: the first page of a recording has its host."""
    return url if url.startswith("/") else "/" + url.partition("/")[2]
