"""Pauses: when nobody clicked or typed."""

from bisect import bisect_left, bisect_right
from itertools import pairwise

from recordings_mcp.replay.finish.activity import stretches_of
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.signals.stretches import Stretch, merged, overlaps
from recordings_mcp.replay.signals.window import ACTIVE_GAP_MS, Session, Window
from recordings_mcp.replay.words import seconds

IDLE_MS = 30_000
"""A gap between clicks or keypresses longer than this is a pause (PostHog, session-feature-recorder.ts)."""


def tell_idle(session: Session, windows: list[Window]) -> None:
    """Add the pauses.

    One that the recorder itself noticed is part of the gap it lies in, or told as it is.
    """
    actions = sorted((at, window.id) for window in windows for at in window.actions)
    stretches = merged([stretch for window in windows for stretch in stretches_of(window)], ACTIVE_GAP_MS)
    noticed = sorted(found.t for found in session.observations if found.kind == "idle")
    gaps: list[Stretch] = []
    for (before, window_id), (after, _) in pairwise(actions):
        if after - before > IDLE_MS:
            detail = f"{seconds(after - before)} without a click or keypress"
            if overlaps(stretches, before + ACTIVE_GAP_MS, after - ACTIVE_GAP_MS):
                detail += ", but with movement or scrolling"
            if bisect_right(noticed, after) > bisect_left(noticed, before):
                detail += "; the recorder paused"
            gaps.append((before, after))
            session.observations.append(
                Observation(before, window_id, "idle", None, detail, last=after, derived=True)
            )
    session.observations[:] = [
        found
        for found in session.observations
        if found.kind != "idle" or found.derived or not overlaps(gaps, found.t, found.t + 1)
    ]
