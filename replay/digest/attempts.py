"""What the person tried to get done, and what shows that it worked or did not."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from recordings_mcp.replay.digest.control import Control
from recordings_mcp.replay.digest.errors import is_trouble
from recordings_mcp.replay.digest.journey import Action, Journey, Place, Visit, end_of, is_elsewhere
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.digest.vocabulary import is_confirmation, is_error_page, says_done, says_trouble
from recordings_mcp.replay.model import Observation

MOVED_ON = 5.0
"""Seconds after a click within which another page, with nothing clicked between, is its consequence: as for
an error."""

COMPLETED_AFTER = 60.0
"""Seconds after the last submitting click within which a sign of completion belongs to it: payments take
long."""

TRIED_AGAIN = 2
"""Dead clicks on the same control from which on it counts as something the person could not get done."""

_CONTROLS = frozenset({"button", "link", "tab"})
_FIELDS = frozenset({"field", "search field", "page"})
_FAILING: frozenset[SignalName] = frozenset({"error_after_action", "dead_click", "rage_click"})


@dataclass(slots=True, eq=False)
class Attempt:
    """Everything the person did to one control of a page that sends something off, or that failed.

    Attributes:
        control: The control.
        visit: Where it was done first.
        home: The host of the recording's first page.
        actions: The clicks, in order.
        failures: Errors that followed, each with its action.
        unanswered: Dead clicks on it.
        raged: Whether there was a rage click on it.
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
        """What was tried: page and target."""
        return self.actions[0].place

    @property
    def submits(self) -> bool:
        """Whether it looks like sending something off."""
        return any(action.submits for action in self.actions)

    @property
    def last(self) -> float:
        """When it was done last."""
        return self.actions[-1].last

    @property
    def did_nothing(self) -> bool:
        """Whether clicking it again and again had no effect; rage alone may be a counter clicked up."""
        tried_again = self.unanswered >= TRIED_AGAIN or (self.raged and self.unanswered > 0)
        return tried_again and self.control.role in _CONTROLS

    @property
    def failed(self) -> bool:
        """Whether its last click was followed by a failure, or by nothing, and not by another page."""
        last = self.actions[-1]
        if moved_on(last):
            return False
        return self.did_nothing or any(
            action is last and _is_failure(seen, self.home, submits=self.submits)
            for action, seen in self.failures
        )

    @property
    def led_on(self) -> bool:
        """Whether its last click led to another page."""
        return moved_on(self.actions[-1])


@dataclass(frozen=True, slots=True)
class Completion:
    """A sign that something was completed.

    Attributes:
        t: When.
        sign: `event`: an analytics event named for it; `page`: a confirmation page.
        observation: The event; None for a page.
        visit: The page, or where the event happened.
        after: The submitting click before it, if there was one.
    """

    t: float
    sign: Literal["event", "page"]
    observation: Observation | None
    visit: Visit
    after: Action | None


def attempts_of(journey: Journey, signals: Sequence[Signal]) -> list[Attempt]:
    """Give what was tried, in the order of each attempt's last click."""
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
    """Give the signs of completion, in order.

    A sign is an analytics event whose name says that something was completed (`order paid`), or a page whose
    path or title is a confirmation's (`/thanks`); either at most 60 s after the person submitted something,
    the event also after any other click or typing.
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
    """Say whether an observation is the application's own event that tells of something completed."""
    return seen.kind == "custom" and seen.source == "event" and says_done(seen.name or "")


def moved_on(action: Action) -> bool:
    """Say whether a click led to another page, which is no error page, before anything else was clicked."""
    following = action.visit.next
    if following is None or not 0 <= following.start - action.last <= MOVED_ON:
        return False
    if is_error_page(following.place, following.title):
        return False
    return not any(
        seen.kind == "click" and seen is not action.observation and action.last < seen.t < following.start
        for seen in action.visit.observations[-_FEW:]
    )


_FEW = 50
"""Observations before a page's end among which a click between is looked for."""


def _add(attempt: Attempt, signal: Signal, action: Action) -> None:
    if signal.name == "error_after_action":
        attempt.failures += [(action, seen) for seen in signal.observations]
    elif signal.name == "dead_click":
        attempt.unanswered += signal.count
    elif signal.name == "rage_click":
        attempt.raged = True


def _is_failure(seen: Observation, home: str | None, *, submits: bool) -> bool:
    """Say whether an error is one the action failed with.

    A request to another site counts where something was sent off and an answer came: payment providers
    answer, what a blocker of advertising holds back does not. A console error counts there too, if its words
    tell of a failure.
    """
    if seen.kind == "network_error":
        return not is_elsewhere(seen, home) or (submits and seen.status is not None)
    if seen.kind == "console_error":
        return submits and says_trouble(seen.text)
    return seen.kind == "exception" or is_trouble(seen)


def _before(actions: Sequence[Action], t: float) -> Action | None:
    until = bisect_right(actions, t + 0.05, key=lambda action: action.t)
    action = actions[until - 1] if until else None
    return action if action is not None and t - end_of(action.observation) <= COMPLETED_AFTER else None
