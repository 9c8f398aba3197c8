"""The end of a walk: everything on one clock."""

from collections.abc import Iterable

from recordings_mcp.replay._frustration import expire
from recordings_mcp.replay._idle import tell_idle
from recordings_mcp.replay._merge import merge_events
from recordings_mcp.replay._model import AnalyticsEvent, Observation, Timeline
from recordings_mcp.replay._quick_back import quick_backs
from recordings_mcp.replay._stretches import Stretch, merged, overlaps
from recordings_mcp.replay._window import Session, Window

SAME_FRUSTRATION_MS = 2000
"""An event this close to what was inferred says the same: it is sent up to some seconds after the click."""


def finish(
    session: Session, windows: list[Window], span: tuple[float, float], events: Iterable[AnalyticsEvent]
) -> Timeline:
    """Add what only the whole shows, sort, and turn times into seconds from the start."""
    for window in windows:
        expire(window, window.newest)
    merge_events(session, windows, events)
    observations = session.observations
    observations += _not_told_by_events(session.inferred, observations)
    observations += quick_backs(observations)
    tell_idle(session, windows)
    first, last = span
    for observation in observations:
        observation.t = _since(first, observation.t)
        if observation.last is not None:
            observation.last = max(observation.t, _since(first, observation.last))
    observations.sort(key=lambda observation: observation.t)
    if session.dropped:
        session.coverage.limits_reached.append(
            f"Observations beyond the limit were not kept: {session.dropped}"
        )
    return Timeline(first, round((last - first) / 1000, 3), observations, session.coverage)


def _not_told_by_events(inferred: list[Observation], observations: list[Observation]) -> list[Observation]:
    """Leave out rage and dead clicks that PostHog's own events tell."""
    told: dict[tuple[str, str], list[Stretch]] = {}
    for seen in observations:
        if seen.source == "event" and seen.kind in ("rage_click", "dead_click"):
            told.setdefault((seen.kind, seen.window), []).append(_stretch(seen))
    told = {key: merged(stretches, SAME_FRUSTRATION_MS) for key, stretches in told.items()}
    return [
        found
        for found in inferred
        if not overlaps(
            told.get((found.kind, found.window), ()),
            found.t - SAME_FRUSTRATION_MS,
            _stretch(found)[1] + SAME_FRUSTRATION_MS,
        )
    ]


def _stretch(observation: Observation) -> Stretch:
    return observation.t, observation.t if observation.last is None else observation.last


def _since(start: float, at: float) -> float:
    return round(max(0.0, at - start) / 1000, 3)
