"""What may matter in a recording, ranked by how much it would matter to a person fixing the product."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.attempts import Attempt, Completion
from recordings_mcp.replay.digest.errors import is_trouble
from recordings_mcp.replay.digest.groups import Group, group_signals
from recordings_mcp.replay.digest.journey import Journey, Place, is_elsewhere
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.model import Observation, Recorder

LEAST_SCORE = 20
"""What scores less is no moment, such as a dead click on a text field, or a warning about
`ResizeObserver`."""

MOST_MOMENTS = 50
"""No more than these are kept."""

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

Reason = (
    SignalName
    | Literal[
        "exception",
        "failure_event",
        "console_error",
        "failed_request",
        "failed_request_elsewhere",
        "again",
        "not_done",
        "recovered",
        "offline",
        "harmless",
    ]
)
"""What a group gets points for."""

Where = Literal["alone", "after_submit", "after_action", "on_field", "on_no_control"]


@dataclass(frozen=True, slots=True)
class Points:
    """A part of a score."""

    points: int
    reason: Reason
    where: Where | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Signals about the same thing, weighed.

    Attributes:
        group: The signals, in order of time.
        signals: The same, the weightiest first.
        parts: What the score is the sum of.
        is_offline: Whether all of it happened while the browser was offline.
        worked_later: Whether a failing action was done again, later, without a failure.
    """

    group: Group
    signals: Sequence[Signal]
    parts: Sequence[Points]
    is_offline: bool
    worked_later: bool

    @property
    def score(self) -> int:
        """How much it would matter, 0 to 100."""
        return max(0, min(100, sum(part.points for part in self.parts)))


@dataclass(frozen=True, slots=True)
class _Situation:
    """What else is known when a group is weighed."""

    attempts: Mapping[Place, Attempt]
    completed: float
    outages: Sequence[tuple[float, float]]
    home: str | None


def rank(
    journey: Journey,
    signals: Sequence[Signal],
    attempts: Sequence[Attempt],
    completions: Sequence[Completion],
) -> list[Ranked]:
    """Group signals about the same thing, and return the groups that may matter, in order of time.

    What happened to one control of one page is one group; errors without an action are grouped by message or
    request. The score is the heaviest signal's weight: 75 to 55 for an error after something was sent off, 60
    to 45 after another action, 40 to 20 alone, and `_WEIGHTS` for the rest. Added are 5 for each further time
    (at most 15) and 10 when it could not be done in the end; taken off are 30 when it worked later, 20 while
    the browser was offline, 15 for a request to another site, 25 for errors known to be harmless. The numbers
    are this project's judgement.
    """
    situation = _Situation(
        {attempt.place: attempt for attempt in attempts},
        completions[-1].t if completions else float("-inf"),
        outages(journey),
        journey.home,
    )
    ranked = [_ranked(group, situation) for group in group_signals(signals)]
    return [one for one in ranked if one.score >= LEAST_SCORE]


def outages(journey: Journey) -> list[tuple[float, float]]:
    """Return the spans during which the browser was offline, as the recorder says."""
    spans: list[tuple[float, float]] = []
    for seen in journey.observations:
        match seen.facts:
            case Recorder(state="offline"):
                spans.append((seen.t, journey.end))
            case Recorder(state="online") if spans:
                spans[-1] = (spans[-1][0], seen.t)
            case _:
                pass
    return spans


def was_offline(t: float, spans: Sequence[tuple[float, float]]) -> bool:
    """Return whether a time is in one of the spans."""
    return any(begin <= t <= end for begin, end in spans)


def _ranked(group: Group, situation: _Situation) -> Ranked:
    weights = [(_weight(signal, situation.home, submits=group.submits), signal) for signal in group.signals]
    weights.sort(key=lambda weighed: (-weighed[0].points, weighed[1].t))
    attempt = situation.attempts.get(group.action.place) if group.action else None
    failed = group.failed_actions
    is_offline = bool(group.errors) and all(was_offline(seen.t, situation.outages) for seen in group.errors)
    return Ranked(
        group=group,
        signals=[signal for _, signal in weights],
        parts=[weights[0][0], *_adjustments(group, attempt, situation.completed, is_offline=is_offline)],
        is_offline=is_offline,
        worked_later=attempt is not None
        and not attempt.failed
        and bool(failed)
        and attempt.last > failed[-1].last,
    )


def _weight(signal: Signal, home: str | None, *, submits: bool) -> Points:
    """Weigh one signal."""
    if signal.name in ("error_after_action", "error", "trouble_event"):
        return _weight_of_error(signal.observations[0], home, submits=submits, alone=signal.action is None)
    role = signal.action.control.role if signal.action else "element"
    if signal.name not in _ELSEWHERE_THAN_CONTROLS or role in ("button", "link", "tab"):
        return Points(_WEIGHTS[signal.name], signal.name)
    on_element, on_field = _ELSEWHERE_THAN_CONTROLS[signal.name]
    if role in ("field", "search field", "choice"):
        return Points(on_field, signal.name, "on_field")
    return Points(on_element, signal.name, "on_no_control")


def _weight_of_error(seen: Observation, home: str | None, *, submits: bool, alone: bool) -> Points:
    where: Where = "alone" if alone else "after_submit" if submits else "after_action"
    column = ("after_submit", "after_action", "alone").index(where)
    if seen.kind == "exception":
        return Points((75, 60, 40)[column], "exception", where)
    if is_trouble(seen):
        return Points((60, 50, 40)[column], "failure_event", where)
    if seen.kind == "console_error":
        return Points((55, 45, 20)[column], "console_error", where)
    refused = 0 < (seen.status or 0) < _SERVER_FAILED
    points = ((70, 55, 25) if refused else (75, 60, 35))[column]
    if is_elsewhere(seen, home):
        return Points(points + _ELSEWHERE, "failed_request_elsewhere", where)
    return Points(points, "failed_request", where)


def _adjustments(
    group: Group, attempt: Attempt | None, completed: float, *, is_offline: bool
) -> Iterator[Points]:
    yield Points(min(_AGAIN * (group.count - 1), _MOST_AGAIN), "again")
    end = max(signal.t for signal in group.signals)
    if attempt is not None and attempt.failed and completed < end:
        yield Points(_UNSOLVED, "not_done")
    elif attempt is not None and group.errors and (not attempt.failed or completed > end):
        yield Points(_RECOVERED, "recovered")
    if is_offline:
        yield Points(_OFFLINE, "offline")
    if group.errors and all(
        any(message in seen.text for message in _HARMLESS_MESSAGES) for seen in group.errors
    ):
        yield Points(_HARMLESS, "harmless")
