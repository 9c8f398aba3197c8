"""The one-sentence finding of a digest, and the evidence of its outcome."""

from collections.abc import Sequence

from recordings_mcp.replay.digest.attempts import Attempt, Completion
from recordings_mcp.replay.digest.journey import Action, Journey, Visit, end_of
from recordings_mcp.replay.digest.model import Evidence, Moment, Outcome
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.digest.verdict import Verdict
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.line import target_text
from recordings_mcp.replay.text.numbers import clock, counted
from recordings_mcp.replay.text.setbacks import blocked, blocked_by_loop, left_cart, left_form
from recordings_mcp.replay.text.words import at_times, clicks_on, join

LONG_PAUSE = 60.0
"""If there is nothing worse, a pause is mentioned from this many seconds on."""

_MOST_SENT = 3
_MOST_SIGNS = 3
_MOST_EVIDENCE = 8
_SAME_COMPLETION = 5.0
"""Signs within this many seconds belong to one completion."""


def describe_outcome(
    journey: Journey, verdict: Verdict, attempts: Sequence[Attempt], moments: Sequence[Moment]
) -> tuple[str, Outcome]:
    """Describe a verdict in one sentence, and return the outcome with its evidence."""
    sentence, evidence = _setback(journey, verdict)
    if verdict.status == "reached":
        sentence, evidence = _reached(verdict.completions, attempts)
        sentence += (
            f" On the way {at_times(moments[0].times)}: {moments[0].says}."
            if moments
            else f" Clean: no error and no friction was recorded{_unseen(journey)}."
        )
    elif verdict.status == "unclear":
        sentence, evidence = _unclear(journey, verdict.sent, moments)
    elif verdict.completions:
        sentence += f" Something else was completed before, at {clock(verdict.completions[-1].t)}."
    kept = sorted(evidence, key=lambda piece: piece.t)[:_MOST_EVIDENCE]
    return sentence, Outcome(verdict.status, kept)


def _setback(journey: Journey, verdict: Verdict) -> tuple[str, list[Evidence]]:
    match verdict.subject:
        case Attempt() as attempt:
            return blocked(journey, attempt)
        case Signal(name="redirect_loop") as loop:
            return blocked_by_loop(loop)
        case Signal() as form:
            return left_form(form)
        case Visit() as cart:
            return left_cart(cart)
        case None:
            return "", []


def _reached(completions: Sequence[Completion], attempts: Sequence[Attempt]) -> tuple[str, list[Evidence]]:
    last = completions[-1]
    together = [completion for completion in completions if last.t - completion.t <= _SAME_COMPLETION]
    signs = list(dict.fromkeys(_sign(completion) for completion in together))
    sentence = f"Reached: {join(signs)} {at_times(completion.t for completion in together)}"
    evidence = [
        Evidence(completion.t, _sign(completion), _sign_recorded(completion))
        for completion in completions[-_MOST_SIGNS:]
    ]
    after = next((completion.after for completion in together if completion.after is not None), None)
    if after is not None:
        clicks = _tries(after, attempts)
        sentence += f", after {clicks_on(clicks)} {at_times(click.last for click in clicks)}"
        evidence += [
            Evidence(click.t, clicks_on([click]), target_text(click.observation.target)) for click in clicks
        ]
    return f"{sentence}.", evidence


def _tries(click: Action, attempts: Sequence[Attempt]) -> list[Action]:
    """Return all clicks on the same control up to this one."""
    attempt = next((attempt for attempt in attempts if attempt.place == click.place), None)
    return [action for action in attempt.actions if action.t <= click.t] if attempt else [click]


def _sign(completion: Completion) -> str:
    if completion.observation is None:
        return "a confirmation page"
    count = completion.observation.count
    return "a completion event" if count == 1 else f"{count} completion events"


def _sign_recorded(completion: Completion) -> str:
    if completion.observation is not None:
        return completion.observation.name or ""
    return completion.visit.address or ""


def _unclear(
    journey: Journey, sent: Sequence[Attempt], moments: Sequence[Moment]
) -> tuple[str, list[Evidence]]:
    evidence = _sent_evidence(sent)
    if not moments:
        return " ".join(filter(None, [_clean(journey), _last_sent(sent)])), evidence
    first = moments[0]
    sentence = f"Unclear whether a goal was reached; most notable {at_times(first.times)}: {first.says}."
    return sentence, [Evidence(first.t, first.says, first.evidence), *evidence]


def _clean(journey: Journey) -> str:
    """Describe a session in which nothing went wrong."""
    if not journey.observations:
        return "Unclear: nothing was observed in this recording."
    windows = len({visit.window for visit in journey.visits})
    where = counted(len(journey.visits), "page") + (f" in {windows} windows" if windows > 1 else "")
    done = "no sign of a goal reached or missed" if journey.actions else "nothing was clicked or typed"
    sentence = (
        f"Clean: no error and no friction was recorded in {clock(journey.duration)} on {where}; "
        f"{done}{_unseen(journey)}."
    )
    return " ".join([sentence, *_longest_pause(journey.observations), *_warnings(journey.observations)])


def _unseen(journey: Journey) -> str:
    return "" if journey.shows_failed_requests else "; failed requests could not be seen"


def _last_sent(sent: Sequence[Attempt]) -> str:
    """Describe the last submit without a failure."""
    if not sent:
        return ""
    words = clicks_on(sent[-1].actions[-1:])
    return f"{words[0].upper()}{words[1:]} at {clock(sent[-1].last)} {_answer(sent[-1])}."


def _sent_evidence(sent: Sequence[Attempt]) -> list[Evidence]:
    """Return the submits without a failure as evidence."""
    return [
        Evidence(
            attempt.last,
            f"{clicks_on(attempt.actions)} {_answer(attempt)}",
            target_text(attempt.actions[0].observation.target),
        )
        for attempt in sent[-_MOST_SENT:]
    ]


def _answer(attempt: Attempt) -> str:
    return "led to another page" if attempt.led_to_page else "had no failure after it"


def _longest_pause(observations: Sequence[Observation]) -> list[str]:
    pauses = [(end_of(seen) - seen.t, seen.t) for seen in observations if seen.kind == "idle"]
    length, began = max(pauses, default=(0.0, 0.0))
    return [f"A pause of {clock(length)} began at {clock(began)}."] if length >= LONG_PAUSE else []


def _warnings(observations: Sequence[Observation]) -> list[str]:
    warnings = sum(seen.count for seen in observations if seen.kind == "console_warn")
    return [f"The console held {counted(warnings, 'warning')}."] if warnings else []
