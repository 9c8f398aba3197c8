"""Signals of failure: what went wrong, and whether it was soon after something the person did."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from recordings_mcp.replay.digest.journey import Action, Journey, Place, Visit, end_of
from recordings_mcp.replay.digest.signals import Signal, SignalName, Signature
from recordings_mcp.replay.digest.vocabulary import is_error_page, says_trouble
from recordings_mcp.replay.kinds import FAILURES
from recordings_mcp.replay.model import Observation, Request, WebVital

ERROR_AFTER_ACTION = 5.0
"""An error less than this many seconds after a click or keypress belongs to it (PostHog,
session-feature-recorder.ts: console errors less than 5,000 ms after)."""

_CLOCKS_APART = 0.1
"""Seconds an error may seem to begin before the click that caused it: events are stamped by another clock."""

_LOOKED_BACK = 12
"""Actions before an error that may have caused it; more in five seconds are the same few controls."""

_BACKGROUND = 3
"""An error that comes this often, mostly without an action before it, is not any action's."""

_WIDESPREAD = 4
"""A console error after actions on this many different controls is none of theirs."""

_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+(?:\.\d+)?")


def errors(journey: Journey) -> list[Signal]:
    """Find exceptions, failed requests, console errors and events that tell of trouble.

    `error_after_action`: less than 5 s after a click, keypress or choice in the same window; of a failed
    request its beginning counts, since its answer may take longer. `error`: any other; also one that keeps
    coming by itself even when it happens to follow an action, and a console error that follows whatever is
    done. `trouble_event`: an analytics event named for a failure, such as `payment declined`, that follows no
    action.

    Source: PostHog's own feature counts console errors less than 5,000 ms after a click or keypress
    (session-feature-recorder.ts); the other kinds and the analytics events are added here.
    """
    before = _ActionsBefore(journey)
    found = [
        (seen, visit, before.cause_of(seen))
        for visit in journey.visits
        for seen in visit.observations
        if seen.kind in FAILURES or is_trouble(seen)
    ]
    alone = Counter(signature_of(seen) for seen, _, action in found if action is None)
    caused = Counter(signature_of(seen) for seen, _, action in found if action is not None)
    everywhere = _everywhere((seen, action) for seen, _, action in found if action is not None)
    background = {
        name for name, count in caused.items() if alone[name] >= count and alone[name] + count >= _BACKGROUND
    }
    background |= everywhere
    return [
        _signal(seen, visit, None if signature_of(seen) in background else action)
        for seen, visit, action in found
    ]


def error_pages(journey: Journey) -> list[Signal]:
    """Find pages whose title or path says that they are error pages, such as `Page not found`.

    Source: own definition, by the wording of HTTP's reason phrases (RFC 9110, 15.5 and 15.6).
    """
    return [
        Signal("error_page", visit.start, visit.end, visit)
        for visit in journey.visits
        if visit.address is not None and is_error_page(visit.place, visit.title)
    ]


def is_trouble(seen: Observation) -> bool:
    """Say whether an observation is the application's own event that tells of a failure."""
    return seen.kind == "custom" and seen.source == "event" and says_trouble(seen.name or "")


def signature_of(seen: Observation) -> Signature:
    """Return what makes two errors the same: kind and message, or request and status, without numbers."""
    if isinstance(seen.facts, Request):
        return Signature(seen.kind, without_numbers(subject_of(seen)), seen.status)
    return Signature(seen.kind, without_numbers(seen.name or seen.text))


def subject_of(seen: Observation) -> str:
    """Return what a request or measurement is about: method and address without query, or the metric."""
    match seen.facts:
        case Request(method=method, url=url):
            return f"{method or ''} {(url or '').partition('?')[0]}"
        case WebVital(metric=metric):
            return metric
        case _:
            return ""


def without_numbers(text: str) -> str:
    """Give a text with its numbers and ids left out, to compare it with others."""
    return _NUMBERS.sub("#", text)


def begin_of(seen: Observation) -> float:
    """Give when an error began: of a request, when it was sent."""
    return max(0.0, seen.t - seen.seconds) if seen.kind == "network_error" else seen.t


class _ActionsBefore:
    """The actions of each window in order, to find the one that caused an error."""

    def __init__(self, journey: Journey) -> None:
        self._actions: dict[str, list[Action]] = {}
        for action in journey.actions:
            self._actions.setdefault(action.visit.window, []).append(action)
        self._times = {window: [action.t for action in actions] for window, actions in self._actions.items()}

    def cause_of(self, seen: Observation) -> Action | None:
        """Find the latest action less than 5 s before an error began, a click before what it checked."""
        actions = self._actions.get(seen.window, [])
        at = begin_of(seen) + _CLOCKS_APART
        until = bisect_right(self._times.get(seen.window, []), at)
        near = [
            action
            for action in actions[max(0, until - _LOOKED_BACK) : until]
            if at - min(at, action.last) < ERROR_AFTER_ACTION + _CLOCKS_APART
        ]
        return max(near, key=lambda action: (min(at, action.last), action.is_click), default=None)


def _everywhere(pairs: Iterable[tuple[Observation, Action]]) -> set[Signature]:
    places: dict[Signature, set[Place]] = {}
    for seen, action in pairs:
        if seen.kind == "console_error":
            places.setdefault(signature_of(seen), set()).add(action.place)
    return {name for name, controls in places.items() if len(controls) >= _WIDESPREAD}


def _signal(seen: Observation, visit: Visit, action: Action | None) -> Signal:
    if action is None:
        name: SignalName = "trouble_event" if seen.kind == "custom" else "error"
        return Signal(name, begin_of(seen), end_of(seen), visit, None, (seen,), seen.count)
    t = action.t if action.last > begin_of(seen) else action.last
    return Signal("error_after_action", t, end_of(seen), action.visit, action, (seen,), seen.count)
