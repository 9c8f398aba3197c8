"""Moments: what may matter in a recording, with words for it."""

from collections.abc import Iterable, Mapping

from recordings_mcp.replay.digest.model import Moment
from recordings_mcp.replay.digest.ranking import MOST_MOMENTS, Points, Ranked, Reason, Where
from recordings_mcp.replay.text.evidence import evidence_of, signatures_of
from recordings_mcp.replay.text.words import group_words

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


def moments_of(ranked: Iterable[Ranked]) -> list[Moment]:
    """Return the moments, the weightiest first, at most `MOST_MOMENTS` of them."""
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
