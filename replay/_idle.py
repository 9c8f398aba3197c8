"""Pauses: when nobody clicked or typed."""

from itertools import pairwise

from recordings_mcp.replay._model import Observation
from recordings_mcp.replay._window import ACTIVE_GAP_MS, Session, Window
from recordings_mcp.replay._words import seconds

IDLE_MS = 30_000
"""A gap between clicks or keypresses longer than this is a pause (PostHog, session-feature-recorder.ts)."""

Stretch = tuple[float, float]


def tell_idle(session: Session, windows: list[Window]) -> None:
    """Add the pauses. A pause the recorder itself noticed is part of one of these, or told as it is."""
    actions = sorted((at, window.id) for window in windows for at in window.actions)
    stretches = active_stretches(windows)
    noticed = [observation for observation in session.observations if observation.kind == "idle"]
    for (before, window_id), (after, _) in pairwise(actions):
        if after - before > IDLE_MS:
            detail = f"{seconds(after - before)} without a click or keypress"
            if any(
                start < after - ACTIVE_GAP_MS and end > before + ACTIVE_GAP_MS for start, end in stretches
            ):
                detail += ", but with movement or scrolling"
            for observation in noticed:
                if before <= observation.t <= after:
                    session.observations.remove(observation)
                    detail += "; the recorder paused"
            noticed = [observation for observation in noticed if not before <= observation.t <= after]
            session.observations.append(
                Observation(before, window_id, "idle", None, detail, last=after, derived=True)
            )


def active_stretches(windows: list[Window]) -> list[Stretch]:
    """Give the times at which the person was active in any window, merged, in milliseconds."""
    stretches = [stretch for window in windows for stretch in window.active]
    stretches += [
        (window.active_since, window.active_until)
        for window in windows
        if window.active_since > float("-inf")
    ]
    stretches.sort()
    merged: list[Stretch] = []
    for start, end in stretches:
        if merged and start - merged[-1][1] <= ACTIVE_GAP_MS:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
