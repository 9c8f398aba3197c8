"""What blocked the person or was abandoned: one sentence each, with its evidence."""

from recordings_mcp.replay.digest.attempts import Attempt
from recordings_mcp.replay.digest.journey import Action, Journey, Visit
from recordings_mcp.replay.digest.model import Evidence
from recordings_mcp.replay.digest.ranking import outages, was_offline
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.digest.vocabulary import page_kind
from recordings_mcp.replay.text.line import target_text
from recordings_mcp.replay.text.moments import error_text
from recordings_mcp.replay.text.numbers import clock, counted
from recordings_mcp.replay.text.words import at_times, clicks_on, failures, kind_words, loop_words

_MOST_PIECES = 5
_FIRST_AND_LAST = 2

Finding = tuple[str, list[Evidence]]
"""A sentence and its evidence."""


def blocked(journey: Journey, attempt: Attempt) -> Finding:
    """Describe an attempt that failed."""
    if not attempt.failures:
        return _nothing_happened(journey, attempt)
    failed = list({id(action): action for action, _ in attempt.failures}.values())
    errors = [seen for _, seen in attempt.failures]
    after = _ending(journey, attempt)
    spans = outages(journey)
    offline = ", while the browser was offline" if all(was_offline(seen.t, spans) for seen in errors) else ""
    nothing = "; no change was recorded" if attempt.unanswered else ""
    sentence = (
        f"Blocked{_where(attempt.visit)}: {clicks_on(failed)} {at_times(action.last for action in failed)}"
        f"{offline}, followed by {failures(errors)}{nothing}; {_timed(after)}."
    )
    evidence = [_failing(action, attempt) for action in failed[-_MOST_PIECES:]]
    return sentence, [*evidence, after]


def blocked_by_loop(loop: Signal) -> Finding:
    """Describe pages that sent the person back and forth."""
    visits = [loop.visit]
    while visits[-1].next is not None and len(visits) <= loop.count:
        visits.append(visits[-1].next)
    after = _leaving(visits[-1], "the page")
    sentence = (
        f"Blocked: sent back and forth, {loop_words(loop)}, "
        f"from {clock(loop.t)} to {clock(loop.until)}; {_timed(after)}."
    )
    evidence = [
        Evidence(visit.start, f"sent to {kind_words(visit)}", visit.address or "")
        for visit in visits[:_MOST_PIECES]
    ]
    return sentence, [*evidence, after]


def left_form(form: Signal) -> Finding:
    """Describe a form that was started and never submitted."""
    left = _leaving(form.visit, "it")
    sentence = (
        f"Gave up: {counted(form.count, 'field')} of {kind_words(form.visit)} filled in from {clock(form.t)} "
        f"on and never sent; {_timed(left)}."
    )
    first, last = form.observations[0], form.observations[-1]
    filled_in = [
        Evidence(first.t, "the first of these fields filled in", target_text(first.target)),
        Evidence(last.t, "the last of these fields filled in", target_text(last.target)),
    ]
    return sentence, [*filled_in, left]


def left_cart(cart: Visit) -> Finding:
    """Describe a cart or checkout that was abandoned."""
    left = _leaving(cart, "it")
    shown = Evidence(cart.start, f"{kind_words(cart)} shown", cart.address or "")
    sentence = f"Gave up: {kind_words(cart)} shown at {clock(cart.start)}, nothing submitted; {_timed(left)}."
    return sentence, [shown, left]


def _nothing_happened(journey: Journey, attempt: Attempt) -> Finding:
    after = _ending(journey, attempt)
    rage = " and ended in rage clicks" if attempt.raged else ""
    evidence = [
        Evidence(action.t, f"{clicks_on([action])}, dead", target_text(action.observation.target))
        for action in attempt.actions[-_MOST_PIECES:]
    ]
    sentence = (
        f"Blocked{_where(attempt.visit)}: {clicks_on(attempt.actions)}, {_when(attempt)}, "
        f"had no recorded effect{rage}; {_timed(after)}."
    )
    return sentence, [*evidence, after]


def _when(attempt: Attempt) -> str:
    """Return the times of the clicks; of many in a row only the first and last are known."""
    if any(action.observation.count > _FIRST_AND_LAST for action in attempt.actions):
        return f"from {clock(attempt.actions[0].t)} to {clock(attempt.last)}"
    return at_times(time for action in attempt.actions for time in (action.t, action.last))


def _where(visit: Visit) -> str:
    return f" on {kind_words(visit)}" if page_kind(visit.place, visit.title) else ""


def _ending(journey: Journey, attempt: Attempt) -> Evidence:
    """Describe what followed an attempt: the person left the page, or the recording ends."""
    visit = attempt.actions[-1].visit
    if visit.next is not None:
        return _leaving(visit, "the page")
    return Evidence(journey.duration, "the recording ends")


def _leaving(visit: Visit, what: str) -> Evidence:
    if visit.next is None:
        return Evidence(visit.end, "the recording ends there")
    return Evidence(visit.end, f"the person left {what}", visit.next.address or "")


def _timed(evidence: Evidence) -> str:
    return f"{evidence.says} at {clock(evidence.t)}"


def _failing(action: Action, attempt: Attempt) -> Evidence:
    errors = [seen for failed, seen in attempt.failures if failed is action]
    shown = "; ".join(dict.fromkeys(error_text(seen) for seen in errors[:_MOST_PIECES]))
    return Evidence(
        action.last,
        f"{clicks_on([action])}, then {failures(errors)}",
        ": ".join(filter(None, [target_text(action.observation.target), shown])),
    )
