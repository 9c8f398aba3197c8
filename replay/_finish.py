"""The end of a walk: everything on one clock."""

from collections.abc import Iterable

from recordings_mcp.replay._idle import tell_idle
from recordings_mcp.replay._merge import merge_events
from recordings_mcp.replay._model import AnalyticsEvent, Timeline
from recordings_mcp.replay._window import Session, Window


def finish(
    session: Session, windows: list[Window], span: tuple[float, float], events: Iterable[AnalyticsEvent]
) -> Timeline:
    """Add what only the whole shows, sort, and turn times into seconds from the start."""
    merge_events(session, windows, events)
    tell_idle(session, windows)
    first, last = span if span[0] <= span[1] else (0.0, 0.0)
    observations = session.observations
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


def _since(start: float, at: float) -> float:
    return round(max(0.0, at - start) / 1000, 3)
