"""Signals of failure: what went wrong, and which action it followed."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from recordings_mcp.replay.digest.journey import Action, Journey, Place, Visit, end_of
from recordings_mcp.replay.digest.signals import Signal, SignalName, Signature
from recordings_mcp.replay.digest.vocabulary import is_error_page, reports_failure
from recordings_mcp.replay.kinds import FAILURES
from recordings_mcp.replay.model import Observation, Request, WebVital

ERROR_AFTER_ACTION = 5.0
"""An error less than this many seconds after a click or keypress is attributed to it (PostHog,
session-feature-recorder.ts: console errors less than 5,000 ms after)."""

_CLOCKS_APART = 0.1
"""An error may seem to begin this many seconds before the click that caused it: clocks differ."""

_LOOKED_BACK = 12
"""At most this many actions before an error are considered: more in five seconds repeat the same few
controls."""

_BACKGROUND = 3
"""An error that occurs this often, mostly without an action before it, is attributed to no action."""

_WIDESPREAD = 4
"""A console error that follows actions on this many controls is attributed to none of them."""

_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+(?:\.\d+)?")


def errors(journey: Journey) -> list[Signal]:
    """Find exceptions, failed requests, console errors and events that report a failure.

    `error_after_action`: less than 5 s after a click, keypress or choice in the same window. For a failed
    request its start counts, since the response may take longer. `error`: any other, including an error that
    recurs by itself even when it happens to follow an action, and a console error that follows every action.
    `trouble_event`: an analytics event whose name reports a failure, such as `payment declined`, and that
    follows no action.

    Source: PostHog's own feature counts console errors less than 5,000 ms after a click or keypress
    (session-feature-recorder.ts); the other kinds and the analytics events are added here.
    """
    before = _ActionsBefore(journey)
    found = [
        (seen, signature_of(seen), visit, before.cause_of(seen))
        for visit in journey.visits
        for seen in visit.observations
        if seen.kind in FAILURES or is_trouble(seen)
    ]
    alone = Counter(name for _, name, _, action in found if action is None)
    caused = Counter(name for _, name, _, action in found if action is not None)
    everywhere = _everywhere((name, action) for _, name, _, action in found if action is not None)
    background = {
        name for name, count in caused.items() if alone[name] >= count and alone[name] + count >= _BACKGROUND
    }
    background |= everywhere
    return [
        _signal(seen, visit, None if name in background else action) for seen, name, visit, action in found
    ]


def error_pages(journey: Journey) -> list[Signal]:
    """Find error pages by their title or path, such as `Page not found`.

    Source: own definition, after HTTP's reason phrases (RFC 9110, 15.5 and 15.6).
    """
    return [
        Signal("error_page", visit.start, visit.end, visit)
        for visit in journey.visits
        if visit.address is not None and is_error_page(visit.place, visit.title)
    ]


def is_trouble(seen: Observation) -> bool:
    """Return whether an observation is one of the application's own events that reports a failure."""
    return seen.kind == "custom" and seen.source == "event" and reports_failure(seen.name or "")


def signature_of(seen: Observation) -> Signature:
    """Return the signature of an error: kind and message, or request and status, without numbers."""
    if isinstance(seen.facts, Request):
        return Signature(seen.kind, without_numbers(subject_of(seen)), seen.status)
    return Signature(seen.kind, without_numbers(seen.name or seen.text))


def subject_of(seen: Observation) -> str:
    """Return a request's method and address without query, or the metric of a web vital."""
    match seen.facts:
        case Request(method=method, url=url):
            return f"{method or ''} {(url or '').partition('?')[0]}"
        case WebVital(metric=metric):
            return metric
        case _:
            return ""


def without_numbers(text: str) -> str:
    """Return a text with its numbers and ids replaced by `#`, to compare it with others."""
    return _NUMBERS.sub("#", text)


def begin_of(seen: Observation) -> float:
    """Return when an error began; for a request, when it was sent."""
    return max(0.0, seen.t - seen.seconds) if seen.kind == "network_error" else seen.t


class _ActionsBefore:
    """The actions of each window in order, to find the one that caused an error."""

    def __init__(self, journey: Journey) -> None:
        self._actions: dict[str, list[Action]] = {}
        for action in journey.actions:
            self._actions.setdefault(action.visit.window, []).append(action)
        self._times = {window: [action.t for action in actions] for window, actions in self._actions.items()}

    def cause_of(self, seen: Observation) -> Action | None:
        """Find the latest action less than 5 s before an error began; if equal, the click."""
        actions = self._actions.get(seen.window, [])
        at = begin_of(seen) + _CLOCKS_APART
        until = bisect_right(self._times.get(seen.window, []), at)
        near = [
            action
            for action in actions[max(0, until - _LOOKED_BACK) : until]
            if at - min(at, action.last) < ERROR_AFTER_ACTION + _CLOCKS_APART
        ]
        return max(near, key=lambda action: (min(at, action.last), action.is_click), default=None)


def _everywhere(pairs: Iterable[tuple[Signature, Action]]) -> set[Signature]:
    places: dict[Signature, set[Place]] = {}
    for signature, action in pairs:
        if signature.name == "console_error":
            places.setdefault(signature, set()).add(action.place)
    return {name for name, controls in places.items() if len(controls) >= _WIDESPREAD}


def _signal(seen: Observation, visit: Visit, action: Action | None) -> Signal:
    if action is None:
        name: SignalName = "trouble_event" if seen.kind == "custom" else "error"
        return Signal(name, begin_of(seen), end_of(seen), visit, None, (seen,), seen.count)
    t = action.t if action.last > begin_of(seen) else action.last
    return Signal("error_after_action", t, end_of(seen), action.visit, action, (seen,), seen.count)
