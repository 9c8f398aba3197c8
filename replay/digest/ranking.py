"""Groups of signals, scored by how much they may matter to a person who fixes the product."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.attempts import Attempt, Completion
from recordings_mcp.replay.digest.errors import is_trouble
from recordings_mcp.replay.digest.groups import Group, group_signals
from recordings_mcp.replay.digest.journey import Journey, Place, is_other_site
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.model import Observation

LEAST_SCORE = 20
"""A group with a lower score is not a moment, such as a dead click on a text field or a warning about
`ResizeObserver`."""

MOST_MOMENTS = 50
"""At most this many moments are kept."""

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
"""The weights of dead and rage clicks on an element that is no control, and on a field, where three clicks
select a line."""

_AGAIN, _MOST_AGAIN = 5, 15
_UNSOLVED = 10
_RECOVERED = -30
_OFFLINE = -20
_HARMLESS = -25
_ELSEWHERE = -15
_SERVER_FAILED = 500
_HARMLESS_MESSAGES = ("ResizeObserver loop", "Script error", "[PostHog")
"""The first is no failure by its specification (W3C, Resize Observer, 3.4.5); the second is a hidden error of
a cross-origin script; the third is written by the recorder."""

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
"""Why a group gets points."""

Where = Literal["alone", "after_submit", "after_action", "on_field", "on_no_control"]


@dataclass(frozen=True, slots=True)
class Points:
    """One part of a score."""

    points: int
    reason: Reason
    where: Where | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A group of signals with its score.

    Attributes:
        group: The signals, sorted by time.
        signals: The same signals, the heaviest first.
        parts: The parts whose sum is the score.
        is_offline: Whether all errors occurred while the browser was offline.
        worked_later: Whether a failed action was later repeated without a failure.
    """

    group: Group
    signals: Sequence[Signal]
    parts: Sequence[Points]
    is_offline: bool
    worked_later: bool

    @property
    def score(self) -> int:
        """How much it may matter, 0 to 100."""
        return max(0, min(100, sum(part.points for part in self.parts)))


@dataclass(frozen=True, slots=True)
class _Context:
    """What the score of a group depends on besides the group."""

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
    """Group signals about the same thing, and return the groups that may matter, sorted by time.

    Signals about one control of one page are one group; errors without an action are grouped by message or
    request. The score starts with the weight of the heaviest signal: 75 to 55 for an error after a submit, 60
    to 45 after another action, 40 to 20 without an action, and `_WEIGHTS` for all others. It rises by 5 for
    each repetition (at most 15) and by 10 if the action never succeeded. It falls by 30 if the action
    succeeded later, by 20 while the browser was offline, by 15 for a request to another site and by 25 for
    errors known to be harmless. The numbers are this project's judgement.
    """
    context = _Context(
        {attempt.place: attempt for attempt in attempts},
        completions[-1].t if completions else float("-inf"),
        outages(journey),
        journey.home,
    )
    ranked = [_ranked(group, context) for group in group_signals(signals)]
    return [one for one in ranked if one.score >= LEAST_SCORE]


def outages(journey: Journey) -> list[tuple[float, float]]:
    """Return the spans during which the browser was offline, according to the recorder."""
    spans: list[tuple[float, float]] = []
    for seen in journey.observations:
        if seen.kind == "offline":
            spans.append((seen.t, journey.end))
        elif seen.kind == "online" and spans:
            spans[-1] = (spans[-1][0], seen.t)
    return spans


def was_offline(t: float, spans: Sequence[tuple[float, float]]) -> bool:
    """Return whether a time is within one of the spans."""
    return any(begin <= t <= end for begin, end in spans)


def _ranked(group: Group, context: _Context) -> Ranked:
    submits = group.submits
    weights = [(_weight(signal, context.home, submits=submits), signal) for signal in group.signals]
    weights.sort(key=lambda weighed: (-weighed[0].points, weighed[1].t))
    attempt = context.attempts.get(group.action.place) if group.action else None
    failed = group.failed_actions
    is_offline = bool(group.errors) and all(was_offline(seen.t, context.outages) for seen in group.errors)
    return Ranked(
        group=group,
        signals=[signal for _, signal in weights],
        parts=[weights[0][0], *_adjustments(group, attempt, context.completed, is_offline=is_offline)],
        is_offline=is_offline,
        worked_later=attempt is not None
        and not attempt.failed
        and bool(failed)
        and attempt.last > failed[-1].last,
    )


def _weight(signal: Signal, home: str | None, *, submits: bool) -> Points:
    """Return the points for one signal."""
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
    if is_other_site(seen, home):
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
