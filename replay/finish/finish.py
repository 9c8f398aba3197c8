"""The end of a walk: everything on one clock."""

from collections.abc import Iterable

from recordings_mcp.replay.finish.activity import stretches_of
from recordings_mcp.replay.finish.device import device_of
from recordings_mcp.replay.finish.idle import tell_idle
from recordings_mcp.replay.finish.merge import Frustration, merge_events
from recordings_mcp.replay.finish.page_ends import tell_ends_of_pages
from recordings_mcp.replay.finish.quick_back import quick_backs
from recordings_mcp.replay.model import ActiveStretch, AnalyticsEvent, Observation, Timeline
from recordings_mcp.replay.signals.frustration import expire
from recordings_mcp.replay.signals.stretches import Stretch, merged, overlaps
from recordings_mcp.replay.signals.window import Session, Window

SAME_FRUSTRATION_MS = 2000
"""An event this close to what was inferred says the same: it is sent up to some seconds after the click."""


def finish(
    session: Session, windows: list[Window], span: tuple[float, float], events: Iterable[AnalyticsEvent]
) -> Timeline:
    """Add what only the whole shows, sort, and turn times into seconds from the start."""
    for window in windows:
        expire(window, window.newest)
    events = list(events)
    said = merge_events(session, windows, events)
    observations = session.observations
    observations += _not_told_by_events(session.inferred, said)
    observations += quick_backs(observations)
    tell_ends_of_pages(observations, events)
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
    return Timeline(
        start=first,
        duration=round((last - first) / 1000, 3),
        observations=observations,
        coverage=session.coverage,
        activity=_activity(windows, first),
        device=device_of(events),
    )


def _activity(windows: list[Window], first: float) -> list[ActiveStretch]:
    stretches = [
        ActiveStretch(window.id, _since(first, start), _since(first, end))
        for window in windows
        for start, end in stretches_of(window)
    ]
    return sorted(stretches, key=lambda stretch: stretch.start)


def _not_told_by_events(inferred: list[Observation], said: list[Frustration]) -> list[Observation]:
    """Leave out rage and dead clicks that PostHog's own events tell."""
    moments: dict[tuple[str, str], list[Stretch]] = {}
    for one in said:
        moments.setdefault((one.kind, one.window), []).append((one.at, one.at))
    told = {key: merged(stretches, SAME_FRUSTRATION_MS) for key, stretches in moments.items()}
    return [
        found
        for found in inferred
        if not overlaps(
            told.get((found.kind, found.window), ()),
            found.t - SAME_FRUSTRATION_MS,
            _last(found) + SAME_FRUSTRATION_MS,
        )
    ]


def _last(observation: Observation) -> float:
    return observation.t if observation.last is None else observation.last


def _since(start: float, at: float) -> float:
    return round(max(0.0, at - start) / 1000, 3)
