"""Moments as text: a description in this project's words, and evidence in recorded texts."""

from collections import Counter
from collections.abc import Iterable, Mapping

from recordings_mcp.replay.digest.errors import signature_of
from recordings_mcp.replay.digest.groups import Group, signature_of_control, signature_of_signal
from recordings_mcp.replay.digest.model import Moment
from recordings_mcp.replay.digest.ranking import MOST_MOMENTS, Points, Ranked, Reason, Where
from recordings_mcp.replay.digest.signals import SignalName, Signature
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.line import detail_of, subject_of, target_text
from recordings_mcp.replay.text.numbers import TIMES
from recordings_mcp.replay.text.words import failure_name, group_words

_MOST_TIMES = 20
_REASONS: Mapping[Reason, str] = {
    "failure_event": "event of a failure",
    "failed_request_elsewhere": "failed request to another site",
    "not_done": "not done in the end",
    "recovered": "not in the way in the end",
    "offline": "browser offline",
    "harmless": "known to be harmless",
}
_WHERE: Mapping[Where, str] = {
    "after_submit": "after a submit",
    "after_action": "after an action",
    "on_field": "on a field",
    "on_no_control": "on no control",
}
_MOST_TEXTS = 4
_SHARED: Mapping[SignalName, str] = {
    "rage_click": "rage clicks on the same control",
    "dead_click": "dead clicks on the same control",
    "repeated_submit": "the same button pressed again and again",
    "form_given_up": "a form of the same page given up",
    "long_wait": "a long wait at the same control",
    "redirect_loop": "a loop between the same pages",
    "error_page": "the same error page",
    "quick_back": "pages left again at once",
    "slow_request": "the same slow request",
    "poor_vital": "the same poor web vital",
}


def moments_of(ranked: Iterable[Ranked]) -> list[Moment]:
    """Return at most `MOST_MOMENTS` moments, the heaviest first."""
    moments = [_moment(one) for one in ranked]
    return sorted(moments, key=lambda moment: (-moment.score, moment.t, moment.evidence))[:MOST_MOMENTS]


def _moment(ranked: Ranked) -> Moment:
    group, first = ranked.group, ranked.signals[0]
    offline = ", while the browser was offline" if ranked.is_offline else ""
    later = "; tried again later without a failure" if ranked.worked_later else ""
    return Moment(
        t=group.times[0],
        until=max(signal.until for signal in group.signals),
        times=group.times[:_MOST_TIMES],
        count=group.count,
        signals=list(dict.fromkeys(signal.name for signal in ranked.signals)),
        says=f"{group_words(group)}{offline}{later}",
        page=first.visit.address,
        place=first.visit.place,
        target=group.action.observation.target if group.action else None,
        evidence=evidence_of(group),
        score=ranked.score,
        reason=", ".join(f"{_reason(part)} {part.points:+}" for part in ranked.parts if part.points),
        signatures=signatures_of(group),
    )


def _reason(part: Points) -> str:
    what = _REASONS.get(part.reason, part.reason.replace("_", " "))
    return f"{what} {_WHERE.get(part.where, part.where)}" if part.where else what


def evidence_of(group: Group) -> str:
    """Return a moment's evidence: `button "Pay now": POST /api/pay, status 402; event payment declined`."""
    texts = [*_counted(group.errors), *_others(group)]
    shown = "; ".join(texts[:_MOST_TEXTS])
    if len(texts) > _MOST_TEXTS:
        shown += f"; {len(texts) - _MOST_TEXTS} more"
    target = target_text(group.action.observation.target) if group.action else ""
    return ": ".join(filter(None, [target, shown]))


def error_text(seen: Observation) -> str:
    """Return an error as it was recorded."""
    subject, detail = subject_of(seen), detail_of(seen)
    match seen.kind:
        case "network_error":
            return ", ".join(filter(None, [subject, detail]))
        case "exception":
            return detail
        case "console_error":
            return f"console: {detail}"
        case _:
            return f"event {subject} ({detail})" if detail else f"event {subject}"


def signatures_of(group: Group) -> dict[Signature, str]:
    """Return the signatures of a group, each with words for it."""
    signatures = {signature_of(seen): f"the same {failure_name(seen)}" for seen in group.errors}
    for signal in group.signals:
        if signal.name in _SHARED:
            signatures[signature_of_signal(signal)] = _SHARED[signal.name]
    for action in group.failed_actions[:1]:
        signatures[signature_of_control("same_control", action)] = "a failure at the same control"
    return signatures


def _counted(errors: Iterable[Observation]) -> list[str]:
    first: dict[Signature, str] = {}
    counts = Counter[Signature]()
    for seen in errors:
        signature = signature_of(seen)
        if signature not in first:
            first[signature] = error_text(seen)
        counts[signature] += seen.count
    return [f"{text} {TIMES}{counts[name]}" if counts[name] > 1 else text for name, text in first.items()]


def _others(group: Group) -> list[str]:
    texts: list[str] = []
    for signal in group.signals:
        if signal.name == "form_given_up":
            texts += [target_text(seen.target) for seen in signal.observations]
        elif signal.name in ("long_wait", "slow_request", "poor_vital", "quick_back"):
            texts += [
                " ".join(filter(None, [subject_of(seen), detail_of(seen)])) for seen in signal.observations
            ]
        elif signal.name == "redirect_loop" and signal.visit.next:
            texts.append(f"{signal.visit.address} and {signal.visit.next.address}")
        elif signal.name == "error_page":
            texts.append(" ".join(filter(None, [signal.visit.address, signal.visit.title])))
    return list(dict.fromkeys(texts))
