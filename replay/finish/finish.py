"""The end of a walk: all observations on one clock."""

from collections import Counter
from collections.abc import Iterable

from recordings_mcp.replay.finish.clocks import move_requests, on_the_recordings_clock
from recordings_mcp.replay.finish.frames import frames_among, without_frames
from recordings_mcp.replay.finish.inferred import add_pauses, find_page_ends, quick_backs
from recordings_mcp.replay.finish.merge import ReportedFrustration, merge_events
from recordings_mcp.replay.kinds import CLICKS
from recordings_mcp.replay.model import ActiveStretch, AnalyticsEvent, Device, Timeline
from recordings_mcp.replay.shortening import one_line
from recordings_mcp.replay.signals.activity import Stretch, merged, overlaps
from recordings_mcp.replay.signals.draft import BY_TIME, Draft, seconds_since
from recordings_mcp.replay.signals.frustration import expire
from recordings_mcp.replay.signals.presses import settle
from recordings_mcp.replay.signals.window import Session, Window

SAME_FRUSTRATION_MS = 2000
"""PostHog's event this close to an inferred click reports the same click: it is sent some seconds later."""

SAME_REQUEST_MS = 1000
"""An exception this close to the end of a failed request reports that request."""


def finish(
    session: Session, windows: list[Window], span: tuple[float, float], events: Iterable[AnalyticsEvent]
) -> Timeline:
    """Return the timeline: add what only the whole recording shows, sort, and convert times to seconds."""
    for window in windows:
        settle(window)
        expire(window, window.newest)
    captured = list(events)
    move_requests(session, span)
    events = on_the_recordings_clock(session, captured, span)
    frames = frames_among(session, windows)
    if frames:
        session.observations[:] = without_frames(session.observations, frames)
    reported = merge_events(session, windows, events)
    drafts = session.observations
    if frames:
        drafts[:] = without_frames(drafts, frames)
        session.inferred[:] = without_frames(session.inferred, frames)
    drafts[:] = _repetitions_joined(_without_recorded_requests(drafts))
    drafts += _not_reported(session.inferred, reported)
    drafts += quick_backs(drafts)
    find_page_ends(drafts, events, session.work)
    add_pauses(session, windows)
    first, last = span
    observations = [draft.finished(first) for draft in drafts]
    observations.sort(key=BY_TIME)
    if session.dropped:
        session.coverage.limits_reached.append(
            f"Observations beyond the limit were not kept: {session.dropped}"
        )
    return Timeline(
        start=first,
        duration=max([round((last - first) / 1000, 3), *(found.until for found in observations)]),
        observations=observations,
        coverage=session.coverage,
        activity=_activity(windows, first),
        device=_device(captured),
    )


def _activity(windows: list[Window], first: float) -> list[ActiveStretch]:
    stretches = [
        ActiveStretch(window.id, seconds_since(first, start), seconds_since(first, end))
        for window in windows
        for start, end in window.activity.stretches()
    ]
    return sorted(stretches, key=lambda stretch: stretch.start)


def _without_recorded_requests(drafts: list[Draft]) -> list[Draft]:
    """Leave out failed requests that only an exception reports where the request itself was recorded."""
    moments: dict[str, list[Stretch]] = {}
    for draft in drafts:
        if draft.kind == "network_error" and not draft.derived:
            moments.setdefault(draft.window, []).append((draft.t, draft.until))
    spans = {window: merged(stretches, SAME_REQUEST_MS) for window, stretches in moments.items()}
    return [
        draft
        for draft in drafts
        if not (draft.kind == "network_error" and draft.derived)
        or not overlaps(spans.get(draft.window, ()), draft.t - SAME_REQUEST_MS, draft.until + SAME_REQUEST_MS)
    ]


def _repetitions_joined(drafts: list[Draft]) -> list[Draft]:
    """Join clicks and presses in a row that are equal: a press is known only when no click has followed."""
    joined: list[Draft] = []
    before: dict[str, Draft] = {}
    for draft in sorted(drafts, key=BY_TIME):
        last = before.get(draft.window)
        if last is not None and draft.kind in CLICKS and draft.repeats(last):
            last.count += draft.count
            last.last = draft.until
        else:
            before[draft.window] = draft
            joined.append(draft)
    return joined


def _not_reported(inferred: list[Draft], reported: list[ReportedFrustration]) -> list[Draft]:
    """Return the rage and dead clicks that none of PostHog's own events reports."""
    moments: dict[tuple[str, str], list[Stretch]] = {}
    for one in reported:
        moments.setdefault((one.kind, one.window), []).append((one.at, one.at))
    spans = {key: merged(stretches, SAME_FRUSTRATION_MS) for key, stretches in moments.items()}
    return [
        found
        for found in inferred
        if found.count
        and not overlaps(
            spans.get((found.kind, found.window), ()),
            found.t - SAME_FRUSTRATION_MS,
            found.until + SAME_FRUSTRATION_MS,
        )
    ]


def _device(events: list[AnalyticsEvent]) -> Device:
    """Return the device that most events of a session report, property by property.

    The person's properties are not used: they describe the person's latest session.
    """
    most: list[str | None] = []
    for name in ("$device_type", "$browser", "$os"):
        values = (event.properties.get(name) for event in events)
        counts = Counter(one_line(value) for value in values if isinstance(value, str) and value.strip())
        most.append(next((value for value, _ in counts.most_common(1)), None))
    return Device(*most)
