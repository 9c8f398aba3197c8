"""Signals of friction: the person retried, waited, or was sent back and forth."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

from recordings_mcp.replay.digest.control import control_of
from recordings_mcp.replay.digest.journey import Action, Journey, Visit, end_of
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.kinds import DONE_BY_PERSON, FAILURES, Kind
from recordings_mcp.replay.model import Observation, WebVital

_Item = TypeVar("_Item")
_Key = TypeVar("_Key")

SAME_CLICK = 2.0
"""A rage or dead click refers to a click at most this many seconds away."""

REPEATED_WITHIN = 10.0
"""A repeated submit follows within this many seconds: as long as a person stays focused on a task while
waiting (Nielsen, Response Times: The 3 Important Limits)."""

LONG_WAIT = 3.0
"""A response that takes this many seconds is a long wait (Sentry, slow click: 3 s)."""

_LONGEST_WAIT = 60.0
_SENT_AFTER_CLICK = 1.0
"""A request sent at most this many seconds after a click is taken as its consequence."""

SLOW_ALONE = 10.0
"""A request that no click waits for is reported from this many seconds on: the limit of attention (Nielsen,
as above)."""

LOOP_TURNS = 3
"""This many returns to the previous page, without an action between, are a loop."""

_CLOCKS_APART = 0.2
_FRUSTRATION: dict[Kind, SignalName] = {"rage_click": "rage_click", "dead_click": "dead_click"}


def rage_and_dead_clicks(journey: Journey) -> list[Signal]:
    """Find rage clicks and dead clicks, with the click each refers to.

    The observations follow PostHog's own events or, without those, the definitions of posthog-js
    (rageclick.ts, dead-clicks-autocapture.ts).
    """
    clicks = _by(journey.clicks, lambda click: (click.visit.window, click.observation.target))
    found: list[Signal] = []
    for visit, seen in _seen(journey, set(_FRUSTRATION)):
        clicked = _clicked(clicks.get((visit.window, seen.target), []), seen)
        begin = seen.t if clicked is None else min(seen.t, clicked.t)
        found.append(
            Signal(_FRUSTRATION[seen.kind], begin, end_of(seen), visit, clicked, (seen,), seen.count)
        )
    return found


def repeated_submits(journey: Journey) -> list[Signal]:
    """Find the same submitting button pressed again within 10 s, with nothing filled in between.

    The page must stay the same too. Only buttons whose name says that they submit something count, except
    those that add to a cart. Pressing again after a failure is another attempt, not a repetition. Source: own
    definition; the 10 s are Nielsen's limit of attention.
    """
    failed = sorted(seen.t for seen in journey.observations if seen.kind in FAILURES)
    found: list[Signal] = []
    for _, presses in groupby(_presses(journey), key=lambda press: press[0]):
        run: list[Action] = []
        for _, press in presses:
            if run and (
                press.t - run[-1].last > REPEATED_WITHIN
                or bisect_left(failed, press.t) > bisect_left(failed, run[-1].last)  # a failure between
            ):
                found += _repetition(run)
                run = []
            run.append(press)
        found += _repetition(run)
    return found


def long_waits(journey: Journey) -> list[Signal]:
    """Find clicks whose response took 3 s or longer: a request they sent, or the page their link leads to.

    Source: Sentry calls a click slow from 3 s on (Replay, issue types). Observations do not include a spinner
    or other progress, so an announced wait counts too.
    """
    clicks = _by(journey.clicks, lambda click: click.visit.window)
    waits = [
        _wait(click, _first_end(seen), (seen,))
        for visit, seen in _seen(journey, {"slow_request"})
        if (click := _sender(clicks.get(visit.window, []), seen)) is not None
    ]
    explained = {wait.action for wait in waits if wait is not None}
    waits += [
        _wait(click, page.start, ()) for click, page in _links_followed(journey) if click not in explained
    ]
    return [wait for wait in waits if wait is not None]


def slow_requests(journey: Journey) -> list[Signal]:
    """Find requests of 10 s and longer. One that a click waited for is also a long wait.

    Source: Nielsen, Response Times: after 10 s people turn to other tasks.
    """
    return [
        Signal(
            "slow_request",
            seen.t,
            _first_end(seen),
            visit,
            None,
            (seen,),
            seconds=seen.seconds,
        )
        for visit, seen in _seen(journey, {"slow_request"})
        if seen.seconds >= SLOW_ALONE
    ]


def redirect_loops(journey: Journey) -> list[Signal]:
    """Find two pages that redirect to each other: three or more returns without an action.

    Source: own definition. Browsers stop after about 20 redirects of one request (ERR_TOO_MANY_REDIRECTS),
    and never when scripts redirect.
    """
    found: list[Signal] = []
    for visits in _by(journey.visits, lambda visit: visit.window).values():
        run: list[Visit] = []
        for visit in visits:
            passed_on = bool(run) and not run[-1].has_actions
            if passed_on and (len(run) == 1 or visit.place == run[-2].place):
                run.append(visit)
                continue
            found += _loop(run)
            run = [run[-1], visit] if passed_on else [visit]
        found += _loop(run)
    return found


def quick_backs(journey: Journey) -> list[Signal]:
    """Find the quick backs that were observed (PostHog, session-feature-recorder.ts: within 2,000 ms)."""
    return [
        Signal("quick_back", seen.t, end_of(seen), visit, None, (seen,), seen.count)
        for visit, seen in _seen(journey, {"quick_back"})
    ]


def poor_vitals(journey: Journey) -> list[Signal]:
    """Find Core Web Vitals rated poor (web.dev: LCP over 4 s, INP over 500 ms, CLS over 0.25)."""
    return [
        Signal("poor_vital", visit.start, end_of(seen), visit, None, (seen,))
        for visit, seen in _seen(journey, {"web_vital"})
        if isinstance(seen.facts, WebVital) and seen.facts.rating == "poor"
    ]


def _seen(journey: Journey, kinds: set[Kind]) -> Iterator[tuple[Visit, Observation]]:
    return ((visit, seen) for visit in journey.visits for seen in visit.observations if seen.kind in kinds)


def _clicked(clicks: Sequence[Action], seen: Observation) -> Action | None:
    """Find the click on the same target that an observation refers to: the latest one near it."""
    until = bisect_right(clicks, seen.t + SAME_CLICK, key=lambda click: click.t)
    click = clicks[until - 1] if until else None
    return click if click is not None and click.last >= seen.t - SAME_CLICK else None


def _presses(journey: Journey) -> Iterator[tuple[tuple[object, ...], Action]]:
    """Yield the presses of named submitting buttons, each with its visit, button and the fills before it."""
    fills = Counter[str]()
    for action in journey.actions:
        window = action.visit.window
        if not action.is_click:
            fills[window] += 1
        elif action.submits and action.control.purpose not in (None, "add-to-cart"):
            yield (id(action.visit), action.observation.target, fills[window]), action


def _repetition(run: Sequence[Action]) -> Iterable[Signal]:
    times = sum(press.observation.count for press in run)
    if times > 1:
        observations = tuple(press.observation for press in run)
        yield Signal("repeated_submit", run[0].t, run[-1].last, run[0].visit, run[0], observations, times)


def _wait(click: Action, answered: float, shown: tuple[Observation, ...]) -> Signal | None:
    seconds = answered - click.last
    if not LONG_WAIT <= seconds <= _LONGEST_WAIT:
        return None
    return Signal("long_wait", click.last, answered, click.visit, click, shown, seconds=round(seconds, 1))


def _first_end(request: Observation) -> float:
    """Return when a slow request ended, the first time if it was repeated."""
    return end_of(request) if request.count == 1 else request.t + request.seconds


def _sender(clicks: Sequence[Action], request: Observation) -> Action | None:
    """Find the click that sent a request."""
    until = bisect_right(clicks, request.t + _CLOCKS_APART, key=lambda click: click.t)
    click = clicks[until - 1] if until else None
    return click if click is not None and request.t - click.last <= _SENT_AFTER_CLICK else None


def _links_followed(journey: Journey) -> Iterator[tuple[Action, Visit]]:
    """Yield each link that was the last thing used on its page, and the page it led to."""
    for visits in _by(journey.visits, lambda visit: visit.window).values():
        before: str | None = None
        for visit, following in pairwise(visits):
            seen = next((seen for seen in reversed(visit.observations) if seen.kind in DONE_BY_PERSON), None)
            is_back = following.place == before
            before = visit.place
            if seen is not None and seen.kind == "click" and not is_back:
                control = control_of(seen.target)
                if control.role == "link":
                    yield Action(seen.t, end_of(seen), seen, control, visit, submits=False), following


def _by(items: Iterable[_Item], key_of: Callable[[_Item], _Key]) -> dict[_Key, list[_Item]]:
    groups: dict[_Key, list[_Item]] = {}
    for item in items:
        groups.setdefault(key_of(item), []).append(item)
    return groups


def _loop(run: Sequence[Visit]) -> Iterable[Signal]:
    if len(run) - 2 >= LOOP_TURNS:
        yield Signal("redirect_loop", run[0].start, run[-1].start, run[0], count=len(run) - 1)
