"""The one sentence of a digest and what its outcome rests on: moments, never a guess."""

from collections.abc import Sequence

from recordings_mcp.replay.digest.attempts import Attempt, Completion
from recordings_mcp.replay.digest.journey import Action, Journey, Visit
from recordings_mcp.replay.digest.model import Evidence, Moment, Outcome
from recordings_mcp.replay.digest.outcome import Verdict
from recordings_mcp.replay.digest.says import at_times, clicks_on, join
from recordings_mcp.replay.digest.setbacks import blocked, left_cart, left_form, sent_around
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.digest.uneventful import clean, last_sent, sent_evidence
from recordings_mcp.replay.text.moments import clock

_MOST_SIGNS = 3
_MOST_EVIDENCE = 8
_SAME_COMPLETION = 5.0
"""Seconds within which several signs tell of one completion."""


def describe_outcome(
    journey: Journey, verdict: Verdict, attempts: Sequence[Attempt], moments: Sequence[Moment]
) -> tuple[str, Outcome]:
    """Put a verdict into one sentence, and give what it rests on."""
    sentence, evidence = _setback(journey, verdict)
    if verdict.status == "reached":
        sentence, evidence = _reached(verdict.completions, attempts)
        sentence = f"{sentence} {_on_the_way(moments)}"
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
            return sent_around(loop)
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
            Evidence(click.t, clicks_on([click]), click.observation.target or "") for click in clicks
        ]
    return f"{sentence}.", evidence


def _tries(click: Action, attempts: Sequence[Attempt]) -> list[Action]:
    """Give all clicks on the same control up to one."""
    attempt = next((attempt for attempt in attempts if attempt.target == click.target), None)
    return [action for action in attempt.actions if action.t <= click.t] if attempt else [click]


def _sign(completion: Completion) -> str:
    if completion.observation is None:
        return "a confirmation page"
    count = completion.observation.count
    return "a completion event" if count == 1 else f"{count} completion events"


def _sign_recorded(completion: Completion) -> str:
    if completion.observation is not None:
        return completion.observation.target or ""
    return completion.visit.address or ""


def _on_the_way(moments: Sequence[Moment]) -> str:
    if not moments:
        return "Clean: no error and no friction was recorded."
    return f"On the way {at_times(moments[0].times)}: {moments[0].says}."


def _unclear(
    journey: Journey, sent: Sequence[Attempt], moments: Sequence[Moment]
) -> tuple[str, list[Evidence]]:
    evidence = sent_evidence(sent)
    if not moments:
        return " ".join(filter(None, [clean(journey), last_sent(sent)])), evidence
    first = moments[0]
    sentence = f"Unclear whether a goal was reached; most notable {at_times(first.times)}: {first.says}."
    return sentence, [Evidence(first.t, first.says, first.evidence), *evidence]
