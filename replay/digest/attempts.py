"""What the person tried to do, and what shows whether it worked."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from recordings_mcp.replay.digest.control import Control
from recordings_mcp.replay.digest.errors import is_trouble
from recordings_mcp.replay.digest.journey import Action, Journey, Place, Visit, end_of, is_other_site
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.digest.vocabulary import (
    is_confirmation,
    is_error_page,
    names_completion,
    reports_failure,
)
from recordings_mcp.replay.kinds import CLICKS
from recordings_mcp.replay.model import Observation

NEXT_PAGE_WITHIN = 5.0
"""A page that appears within this many seconds of a click, with no other click between, is its consequence.
The same as for an error."""

COMPLETED_AFTER = 60.0
"""A sign of completion belongs to the last submitting click within this many seconds: payments take long."""

TRIED_AGAIN = 2
"""With this many dead clicks, a control counts as something the person could not do."""

_CONTROLS = frozenset({"button", "link", "tab"})
_FIELDS = frozenset({"field", "search field", "page"})
_FAILING: frozenset[SignalName] = frozenset({"error_after_action", "dead_click", "rage_click"})


@dataclass(slots=True, eq=False)
class Attempt:
    """All clicks on one control that submits something, or that failed.

    Attributes:
        control: The control.
        visit: The page of the first click.
        home: The host of the recording's first page.
        actions: The clicks, in order.
        failures: Errors that followed, each with its action.
        unanswered: Dead clicks on it.
        raged: Whether one of them was a rage click.
    """

    control: Control
    visit: Visit
    home: str | None
    actions: list[Action] = field(default_factory=list[Action])
    failures: list[tuple[Action, Observation]] = field(default_factory=list[tuple[Action, Observation]])
    unanswered: int = 0
    raged: bool = False

    @property
    def place(self) -> Place:
        """The page and the target."""
        return self.actions[0].place

    @property
    def submits(self) -> bool:
        """Whether it looks like a submit."""
        return any(action.submits for action in self.actions)

    @property
    def last(self) -> float:
        """The time of the last click, in seconds from the start."""
        return self.actions[-1].last

    @property
    def did_nothing(self) -> bool:
        """Whether repeated clicks had no effect. Rage clicks alone may increment a counter."""
        tried_again = self.unanswered >= TRIED_AGAIN or (self.raged and self.unanswered > 0)
        return tried_again and self.control.role in _CONTROLS

    @property
    def failed(self) -> bool:
        """Whether its last click led to a failure or to nothing, and not to another page."""
        last = self.actions[-1]
        if led_to_page(last):
            return False
        return self.did_nothing or any(
            action is last and _is_failure(seen, self.home, submits=self.submits)
            for action, seen in self.failures
        )

    @property
    def led_to_page(self) -> bool:
        """Whether its last click led to another page."""
        return led_to_page(self.actions[-1])


@dataclass(frozen=True, slots=True)
class Completion:
    """A sign that something was completed.

    Attributes:
        t: Seconds from the recording's start.
        sign: `event` for an analytics event whose name says so, `page` for a confirmation page.
        observation: The event; None for a page.
        visit: The confirmation page, or the page on which the event happened.
        after: The submitting click before it, if there is one.
    """

    t: float
    sign: Literal["event", "page"]
    observation: Observation | None
    visit: Visit
    after: Action | None


def attempts_of(journey: Journey, signals: Sequence[Signal]) -> list[Attempt]:
    """Return the attempts, ordered by their last click."""
    attempts: dict[Place, Attempt] = {}
    about = {signal.action.place for signal in signals if signal.name in _FAILING and signal.action}
    for click in journey.clicks:
        if click.submits or (click.place in about and click.control.role not in _FIELDS):
            attempt = attempts.setdefault(click.place, Attempt(click.control, click.visit, journey.home))
            attempt.actions.append(click)
    for signal in signals:
        if signal.action is not None and signal.action.place in attempts:
            _add(attempts[signal.action.place], signal, signal.action)
    tried = [attempt for attempt in attempts.values() if attempt.submits or attempt.failed]
    return sorted(tried, key=lambda attempt: attempt.last)


def completions_of(journey: Journey) -> list[Completion]:
    """Return the signs of completion, ordered by time.

    A sign is an analytics event whose name reports completion (`order paid`), or a page whose path or title
    is that of a confirmation (`/thanks`). Both must come at most 60 s after a submit; an event may also
    follow any other click or typing.
    """
    submits = [click for click in journey.clicks if click.submits]
    found: list[Completion] = []
    for visit in journey.visits:
        after = _before(submits, visit.start)
        if (
            after is not None
            and after.visit.place != visit.place
            and is_confirmation(visit.place, visit.title)
        ):
            found.append(Completion(visit.start, "page", None, visit, after))
        found += [
            Completion(seen.t, "event", seen, visit, _before(submits, seen.t))
            for seen in visit.observations
            if is_completion(seen) and _before(journey.actions, seen.t) is not None
        ]
    return sorted(found, key=lambda completion: completion.t)


def is_completion(seen: Observation) -> bool:
    """Return whether an observation is one of the application's own events that reports completion."""
    return seen.kind == "custom" and seen.source == "event" and names_completion(seen.name or "")


def led_to_page(action: Action) -> bool:
    """Return whether a click led to another page, not an error page, before anything else was clicked."""
    following = action.visit.next
    if following is None or not 0 <= following.start - action.last <= NEXT_PAGE_WITHIN:
        return False
    if is_error_page(following.place, following.title):
        return False
    return not any(
        seen.kind in CLICKS and seen is not action.observation and action.last < seen.t < following.start
        for seen in action.visit.observations[-_FEW:]
    )


_FEW = 50
"""A click between is searched among this many observations before a page's end."""


def _add(attempt: Attempt, signal: Signal, action: Action) -> None:
    if signal.name == "error_after_action":
        attempt.failures += [(action, seen) for seen in signal.observations]
    elif signal.name == "dead_click":
        attempt.unanswered += signal.count
    elif signal.name == "rage_click":
        attempt.raged = True


def _is_failure(seen: Observation, home: str | None, *, submits: bool) -> bool:
    """Return whether an error means that the action failed.

    A request to another site counts only after a submit and with a response: a payment provider responds, a
    request stopped by an ad blocker gets none. A console error counts only after a submit, if its text
    reports a failure.
    """
    if seen.kind == "network_error":
        return not is_other_site(seen, home) or (submits and seen.status is not None)
    if seen.kind == "console_error":
        return submits and reports_failure(seen.text)
    return seen.kind == "exception" or is_trouble(seen)


def _before(actions: Sequence[Action], t: float) -> Action | None:
    until = bisect_right(actions, t + 0.05, key=lambda action: action.t)
    action = actions[until - 1] if until else None
    return action if action is not None and t - end_of(action.observation) <= COMPLETED_AFTER else None
