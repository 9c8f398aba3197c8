"""How the session ended for the person, as facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from recordings_mcp.replay.digest.attempts import Attempt, Completion
from recordings_mcp.replay.digest.journey import Journey, Visit
from recordings_mcp.replay.digest.model import OutcomeStatus
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.digest.vocabulary import GOALS, page_kind

_BUYING = frozenset({"cart", "checkout"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, before it is written as text.

    Attributes:
        status: The outcome.
        subject: What was blocked or abandoned: an attempt, a loop of pages, a form, a cart or checkout.
        completions: The signs of completion.
        sent: Submits without a failure, if the outcome is unclear.
    """

    status: OutcomeStatus
    subject: Attempt | Signal | Visit | None = None
    completions: Sequence[Completion] = ()
    sent: Sequence[Attempt] = ()


def judge(
    journey: Journey,
    signals: Sequence[Signal],
    attempts: Sequence[Attempt],
    completions: Sequence[Completion],
) -> Verdict:
    """Return the outcome. The latest of these facts decides.

    - `blocked`: the last submit or the last attempt at a goal (pay, order, sign up, sign in, subscribe, book)
      failed, or a loop of pages came last; and no sign of completion followed.
    - `gave_up`: fields were filled in and never submitted, or a cart or checkout was left for another page
      without a later submit; and no sign of completion followed.
    - `reached`: there is a sign of completion after an action.
    - `unclear`: everything else. This does not judge the session.
    """
    completed = completions[-1].t if completions else float("-inf")
    loop = next((signal for signal in reversed(signals) if signal.name == "redirect_loop"), None)
    if loop is not None and loop.until > max([completed, *(attempt.last for attempt in attempts)]):
        return Verdict("blocked", loop, completions)
    blocking = _blocking(attempts)
    if blocking is not None and blocking.last > completed:
        return Verdict("blocked", blocking, completions)
    left = _abandoned(journey, signals, attempts)
    if left is not None and (left.until if isinstance(left, Signal) else left.end) > completed:
        return Verdict("gave_up", left, completions)
    if completions:
        return Verdict("reached", completions=completions)
    sent = [
        attempt for attempt in attempts if attempt.submits and not attempt.failures and not attempt.failed
    ]
    return Verdict("unclear", sent=sent)


def _blocking(attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the last attempt if it failed, or else the last one at a goal that never succeeded."""
    if attempts and attempts[-1].failed:
        return attempts[-1]
    retried = {attempt.control.purpose for attempt in attempts if not attempt.failed}
    goals = [attempt for attempt in attempts if attempt.failed and attempt.control.purpose in GOALS - retried]
    return goals[-1] if goals else None


def _abandoned(
    journey: Journey, signals: Sequence[Signal], attempts: Sequence[Attempt]
) -> Signal | Visit | None:
    """Return what was started and abandoned: the last form, or else the last cart or checkout."""
    submitted = max((attempt.last for attempt in attempts if attempt.submits), default=float("-inf"))
    forms = [signal for signal in signals if signal.name == "form_given_up" and signal.until > submitted]
    if forms:
        return max(forms, key=lambda form: form.until)
    buying = [visit for visit in journey.visits if page_kind(visit.place, visit.title) in _BUYING]
    if not buying or buying[-1].next is None or submitted > buying[-1].start:
        return None
    return buying[-1]
