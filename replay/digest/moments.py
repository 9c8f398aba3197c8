"""The moments of a recording, ranked by how much they would matter to a person fixing the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordings_mcp.replay.digest.attempts import Attempt, Completion
from recordings_mcp.replay.digest.errors import is_trouble
from recordings_mcp.replay.digest.evidence import evidence_of, signatures_of
from recordings_mcp.replay.digest.groups import Group, group_signals
from recordings_mcp.replay.digest.journey import Journey
from recordings_mcp.replay.digest.model import Moment
from recordings_mcp.replay.digest.reading import is_elsewhere, status_of
from recordings_mcp.replay.digest.says import say
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.model import Observation

LEAST_SCORE = 20
"""What scores less is no moment, such as a dead click on a text field, or a warning about
`ResizeObserver`."""

MOST_MOMENTS = 50
"""No more than these are kept."""

_MOST_TIMES = 20
_WEIGHTS: Mapping[SignalName, int] = {
    "redirect_loop": 75,
    "rage_click": 70,
    "form_given_up": 60,
    "repeated_submit": 55,
    "error_page": 55,
    "dead_click": 50,
    "long_wait": 45,
    "quick_back": 30,
    "slow_request": 30,
    "poor_vital": 20,
}
_ELSEWHERE_THAN_CONTROLS: Mapping[SignalName, tuple[int, int]] = {
    "dead_click": (20, 10),
    "rage_click": (45, 30),
}
"""What dead and rage clicks weigh on what is no control, and on a field, where three clicks select a line."""

_AGAIN, _MOST_AGAIN = 5, 15
_UNSOLVED = 10
_RECOVERED = -30
_OFFLINE = -20
_HARMLESS = -25
_ELSEWHERE = -15
_SERVER_FAILED = 500
_HARMLESS_MESSAGES = ("ResizeObserver loop", "Script error", "[PostHog")
"""The first is no fault by its specification (W3C, Resize Observer, 3.4.5), the second a foreign script's
secret, the third the recorder speaking of itself."""


@dataclass(frozen=True, slots=True)
class _Situation:
    """What else is known when a group is weighed."""

    attempts: Mapping[tuple[str, str], Attempt]
    completed: float
    outages: Sequence[tuple[float, float]]
    home: str | None


def rank(
    journey: Journey,
    signals: Sequence[Signal],
    attempts: Sequence[Attempt],
    completions: Sequence[Completion],
) -> list[Moment]:
    """Group signals about the same thing into moments, and give those that may matter, the weightiest first.

    What happened to one control of one page is one moment; errors without an action are one by message or
    request. The score is the heaviest signal's weight: 75 to 55 for an error after something was sent off, 60
    to 45 after another action, 40 to 20 alone, and `_WEIGHTS` for the rest. Added are 5 for each further time
    (at most 15) and 10 when it could not be done in the end; taken off are 30 when it worked later, 20 while
    the browser was offline, 15 for a request to another site, 25 for errors known to be harmless. The numbers
    are this project's judgement.
    """
    situation = _Situation(
        {attempt.target: attempt for attempt in attempts},
        completions[-1].t if completions else float("-inf"),
        outages(journey),
        journey.home,
    )
    moments = [_moment(group, situation) for group in group_signals(signals)]
    listed = [moment for moment in moments if moment.score >= LEAST_SCORE]
    return sorted(listed, key=lambda moment: (-moment.score, moment.t, moment.evidence))[:MOST_MOMENTS]


def outages(journey: Journey) -> list[tuple[float, float]]:
    """Give the spans during which the browser was offline, as the recorder told."""
    spans: list[tuple[float, float]] = []
    for seen in journey.observations:
        if seen.kind == "custom" and seen.target == "recorder" and seen.source == "replay":
            if (seen.detail or "").endswith("went offline"):
                spans.append((seen.t, journey.end))
            elif (seen.detail or "").endswith("back online") and spans:
                spans[-1] = (spans[-1][0], seen.t)
    return spans


def was_offline(t: float, spans: Sequence[tuple[float, float]]) -> bool:
    """Say whether a time lies in one of the spans."""
    return any(begin <= t <= end for begin, end in spans)


def _moment(group: Group, situation: _Situation) -> Moment:
    parts = [_heaviest(group, situation), *_adjustments(group, situation)]
    signals = sorted(
        group.signals,
        key=lambda signal: (-_weight(signal, situation.home, submits=group.submits)[0], signal.t),
    )
    first = signals[0]
    offline = _is_offline(group, situation)
    return Moment(
        t=group.times[0],
        until=max(signal.until for signal in group.signals),
        times=group.times[:_MOST_TIMES],
        count=group.count,
        signals=list(dict.fromkeys(signal.name for signal in signals)),
        says=f"{say(group)}{', while the browser was offline' if offline else ''}{_later(group, situation)}",
        page=first.visit.address,
        place=first.visit.place,
        target=group.action.observation.target if group.action else None,
        evidence=evidence_of(group),
        score=max(0, min(100, sum(points for points, _ in parts))),
        reason=", ".join(f"{words} {points:+}" for points, words in parts if points),
        signatures=signatures_of(group),
    )


def _heaviest(group: Group, situation: _Situation) -> tuple[int, str]:
    return max(
        (_weight(signal, situation.home, submits=group.submits) for signal in group.signals),
        key=lambda part: part[0],
    )


def _weight(signal: Signal, home: str | None, *, submits: bool) -> tuple[int, str]:
    """Weigh one signal, and say what as."""
    if signal.name in ("error_after_action", "error", "trouble_event"):
        return _weight_of_error(signal.observations[0], home, submits=submits, alone=signal.action is None)
    words = signal.name.replace("_", " ")
    role = signal.action.control.role if signal.action else "element"
    if signal.name not in _ELSEWHERE_THAN_CONTROLS or role in ("button", "link", "tab"):
        return _WEIGHTS[signal.name], words
    on_element, on_field = _ELSEWHERE_THAN_CONTROLS[signal.name]
    if role in ("field", "search field", "choice"):
        return on_field, f"{words} on a field"
    return on_element, f"{words} on no control"


def _weight_of_error(seen: Observation, home: str | None, *, submits: bool, alone: bool) -> tuple[int, str]:
    where = "alone" if alone else "after a submit" if submits else "after an action"
    column = 2 if alone else 0 if submits else 1
    if seen.kind == "exception":
        return (75, 60, 40)[column], f"exception {where}"
    if is_trouble(seen):
        return (60, 50, 40)[column], f"event of a failure {where}"
    if seen.kind == "console_error":
        return (55, 45, 20)[column], f"console error {where}"
    refused = 0 < (status_of(seen) or 0) < _SERVER_FAILED
    points = ((70, 55, 25) if refused else (75, 60, 35))[column]
    if is_elsewhere(seen, home):
        return points + _ELSEWHERE, f"failed request to another site {where}"
    return points, f"failed request {where}"


def _adjustments(group: Group, situation: _Situation) -> list[tuple[int, str]]:
    parts = [(min(_AGAIN * (group.count - 1), _MOST_AGAIN), "again")]
    attempt = situation.attempts.get(group.action.target) if group.action else None
    end = max(signal.t for signal in group.signals)
    if attempt is not None and attempt.failed and situation.completed < end:
        parts.append((_UNSOLVED, "not done in the end"))
    elif attempt is not None and group.errors and (not attempt.failed or situation.completed > end):
        parts.append((_RECOVERED, "not in the way in the end"))
    if _is_offline(group, situation):
        parts.append((_OFFLINE, "browser offline"))
    if group.errors and all(_is_harmless(seen) for seen in group.errors):
        parts.append((_HARMLESS, "known to be harmless"))
    return parts


def _is_harmless(seen: Observation) -> bool:
    return any(message in (seen.detail or "") for message in _HARMLESS_MESSAGES)


def _later(group: Group, situation: _Situation) -> str:
    """Say that a failing action was done again, later, without a failure."""
    attempt = situation.attempts.get(group.action.target) if group.action else None
    failed = group.failed_actions
    again = attempt is not None and not attempt.failed and failed and attempt.last > failed[-1].last
    return "; tried again later without a failure" if again else ""


def _is_offline(group: Group, situation: _Situation) -> bool:
    return bool(group.errors) and all(was_offline(seen.t, situation.outages) for seen in group.errors)
