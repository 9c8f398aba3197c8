"""Frames of a page that have a recorder of their own.

posthog-js in a page also records frames of the same origin. If such a frame loads posthog-js itself, the
session has a second window, in which everything that the person does in the frame happens once more.
"""

from bisect import bisect_left, bisect_right
from typing import Final

from recordings_mcp.replay.kinds import FAILURES, Kind
from recordings_mcp.replay.signals.draft import Draft
from recordings_mcp.replay.signals.window import Session, Window

_TWIN_MS = 100
"""Two recorders report the same act at most this far apart; nobody acts in two windows so quickly."""

_LOADING_MS = 2000
_MAX_COMPARED = 16
_ITS_OWN: Final = FAILURES | frozenset[Kind](
    {"slow_request", "console_warn", "console_log", "custom", "web_vital"}
)
"""What only the frame's own recorder sees."""


def frames_among(session: Session, windows: list[Window]) -> set[str]:
    """Return the ids of the windows that are frames of another window, and count them.

    A frame is smaller than its page and recorded while the page is. Every act in it is recorded in the page
    too; if there is none, the page was visible all the time.
    """
    sizes = {window.id: window.shown.viewport for window in windows}
    if len(set(sizes.values())) <= 1:
        return set()
    acts = sorted((at, window.id) for window in windows for at in window.activity.actions)
    hidden: dict[str, list[float]] = {}
    for draft in session.observations:
        if draft.kind == "tab_hidden":
            hidden.setdefault(draft.window, []).append(draft.t)
    for times in hidden.values():
        times.sort()
    frames: set[str] = set()
    for frame in windows:
        pages = {page.id for page in windows if page.id not in frames and _may_be_in(frame, page, sizes)}
        if frame.activity.actions:
            is_frame = bool(pages) and all(_has_twin(acts, at, pages) for at in frame.activity.actions)
        else:
            is_frame = any(not _any_during(hidden.get(page, []), frame) for page in pages)
        if is_frame:
            frames.add(frame.id)
    session.coverage.frames_left_out = len(frames)
    return frames


def without_frames(drafts: list[Draft], frames: set[str]) -> list[Draft]:
    """Return the observations without what frames only repeat."""
    return [draft for draft in drafts if draft.window not in frames or draft.kind in _ITS_OWN]


def _may_be_in(frame: Window, page: Window, sizes: dict[str, tuple[float, float] | None]) -> bool:
    inner, outer = sizes[frame.id], sizes[page.id]
    return (
        inner is not None
        and outer is not None
        and inner[0] <= outer[0]
        and inner[1] <= outer[1]
        and inner != outer
        and page.oldest <= frame.oldest
        and frame.newest <= page.newest + _LOADING_MS
    )


def _has_twin(acts: list[tuple[float, str]], at: float, pages: set[str]) -> bool:
    begin = bisect_left(acts, (at - _TWIN_MS, ""))
    near = acts[begin : begin + _MAX_COMPARED]
    return any(window_id in pages and abs(other - at) <= _TWIN_MS for other, window_id in near)


def _any_during(times: list[float], frame: Window) -> bool:
    return bisect_right(times, frame.newest) > bisect_left(times, frame.oldest - _LOADING_MS)
