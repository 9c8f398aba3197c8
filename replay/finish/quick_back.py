"""Pages that were left again at once."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from recordings_mcp.replay.model import Observation

QUICK_BACK_MS = 2000
"""A page left again in less than this was left at once (PostHog, session-feature-recorder.ts)."""


def quick_backs(observations: Iterable[Observation]) -> list[Observation]:
    """Find pages that were left in less than 2,000 ms for the one they were reached from.

    PostHog counts any next address; only a way back is told here, so that redirects are not.
    """
    windows: dict[str, list[Observation]] = {}
    for observation in sorted(
        (found for found in observations if found.kind == "page"), key=lambda found: found.t
    ):
        windows.setdefault(observation.window, []).append(observation)
    found: list[Observation] = []
    for pages in windows.values():
        for (before, page), (_, after) in pairwise(pairwise(pages)):
            if after.t - page.t < QUICK_BACK_MS and _address(after) == _address(before) != _address(page):
                detail = f"left after {(after.t - page.t) / 1000:.1f} s"
                back = replace(page, kind="quick_back", detail=detail, count=1, last=after.t, derived=True)
                found.append(back)
    return found


def _address(page: Observation) -> str:
    """Give a page's path: the first page of a recording is told with its host."""
    target = page.target or ""
    return target if target.startswith("/") else "/" + target.partition("/")[2]
