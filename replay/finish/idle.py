"""Pauses: when nobody clicked or typed."""

from bisect import bisect_left, bisect_right
from itertools import pairwise

from recordings_mcp.replay.model import Pause
from recordings_mcp.replay.signals.stretches import Stretch, merged, overlaps
from recordings_mcp.replay.signals.window import ACTIVE_GAP_MS, Draft, Session, Window

IDLE_MS = 30_000
"""A gap between clicks or keypresses longer than this is a pause (PostHog, session-feature-recorder.ts)."""


def add_pauses(session: Session, windows: list[Window]) -> None:
    """Add the pauses. One that the recorder noticed is part of the gap it is in, or stays as it is."""
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
