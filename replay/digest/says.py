"""What was found, in this project's own words: no text of a stranger ever gets into these sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from recordings_mcp.replay.digest.groups import Group
from recordings_mcp.replay.digest.journey import Action, Visit, kind_words
from recordings_mcp.replay.digest.reading import status_of
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.digest.vocabulary import trouble_of
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.moments import clock

_VITALS = frozenset({"LCP", "INP", "CLS", "FCP"})
_MOST_FAILURES = 3
_MOST_TIMES = 3


def say(group: Group) -> str:
    """Say what a group of signals found: `2 clicks on a payment button, followed by an exception`."""
    clauses = [_failed(group)] if group.errors else []
    clauses += [saying(group) for name, saying in _SAYINGS.items() if group.named(name)]
    return "; ".join(clauses)


def clicks_on(actions: Sequence[Action]) -> str:
    """Say what was done to a control: `2 clicks on a payment button`, `typing into a search field`."""
    first = actions[0]
    if not first.is_click:
        done = "typing into" if first.observation.kind == "input" else "a choice in"
        return f"{done} {first.control.words}"
    times = sum(action.observation.count for action in actions)
    return f"{'a click' if times == 1 else f'{times} clicks'} on {first.control.words}"


def failures(errors: Iterable[Observation]) -> str:
    """Say how something failed: `a failed request (status 402) and a console error`."""
    words = list(dict.fromkeys(failure(seen) for seen in errors))
    if len(words) > _MOST_FAILURES:
        words = [*words[: _MOST_FAILURES - 1], "more"]
    return join(words)


def failure(seen: Observation) -> str:
    """Say what an error is."""
    match seen.kind:
        case "exception":
            return "an exception"
        case "network_error":
            status = status_of(seen)
            return f"a failed request ({f'status {status}' if status else 'no answer'})"
        case "console_error":
            return "a console error"
        case _:
            return f"an event that tells of {trouble_of(seen.target or '') or 'a failure'}"


def at_times(times: Iterable[float]) -> str:
    """Say when: `at 00:32`, `at 00:32 and 00:36`, `from 00:10 to 01:20` when it was oftener."""
    clocks = list(dict.fromkeys(clock(t) for t in sorted(times)))
    if len(clocks) <= _MOST_TIMES:
        return f"at {join(clocks)}"
    return f"from {clocks[0]} to {clocks[-1]}"


def counted(number: int, noun: str) -> str:
    """Count: `1 field`, `3 fields`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def join(words: Sequence[str]) -> str:
    """List: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def loop_words(signal: Signal) -> str:
    """Say what a loop was: `5 changes between an account page and a sign-in page without an action`."""
    visits = [visit for visit in (signal.visit, signal.visit.next) if visit is not None]
    return f"{counted(signal.count, 'change')} between {pages_words(visits)} without an action"


def pages_words(visits: Sequence[Visit]) -> str:
    """Name pages: `a cart page and a checkout page`, `two pages`."""
    words = [kind_words(visit) for visit in visits]
    return "two pages" if words == ["a page", "a page"] else join(words)


def _failed(group: Group) -> str:
    actions = group.failed_actions
    if actions:
        return f"{clicks_on(actions)}, followed by {failures(group.errors)}"
    words, times = failures(group.errors), sum(seen.count for seen in group.errors)
    return words if times == 1 else f"{words}, {times} times"


def _rage(group: Group) -> str:
    clicks = [signal.action for signal in group.named("rage_click") if signal.action]
    if group.failed_actions or not clicks:
        return "clicked in rage" if group.failed_actions else counted(group.total("rage_click"), "rage click")
    number = clicks[0].observation.count
    return f"a rage click on {clicks[0].control.words}" + (f" ({number} clicks)" if number > 1 else "")


def _dead(group: Group) -> str:
    action = group.action
    if action is None or group.failed_actions or group.named("rage_click") or group.named("repeated_submit"):
        return "nothing visible happened"
    return f"{counted(group.total('dead_click'), 'dead click')} on {action.control.words}"


def _repeated(group: Group) -> str:
    signal = max(group.named("repeated_submit"), key=lambda signal: signal.count)
    button = signal.action.control.words.partition(" ")[2] if signal.action else "button"
    return f"the same {button} pressed {signal.count} times in a row"


def _waited(group: Group) -> str:
    signal = max(group.named("long_wait"), key=lambda signal: signal.seconds or 0.0)
    clicked = f" after {clicks_on([signal.action])}" if signal.action and len(group.signals) == 1 else ""
    return f"a wait of {signal.seconds:.1f} s{clicked}"


def _form(group: Group) -> str:
    signal = group.signals[-1]
    return f"{counted(signal.count, 'field')} of {kind_words(signal.visit)} filled in and never sent"


def _slow(group: Group) -> str:
    longest = max(signal.seconds or 0.0 for signal in group.named("slow_request"))
    return f"a request that took {longest:.1f} s"


def _vital(group: Group) -> str:
    name = group.named("poor_vital")[0].observations[0].target
    return f"a poor {name if name in _VITALS else 'web vital'}"


def _number_of(name: SignalName, noun: str, group: Group) -> str:
    return counted(group.total(name), noun)


def _looped(group: Group) -> str:
    return loop_words(group.named("redirect_loop")[-1])


def _left_at_once(group: Group) -> str:
    number = group.total("quick_back")
    return f"{counted(number, 'page')} left again at once"


_SAYINGS: Mapping[SignalName, Callable[[Group], str]] = {
    "redirect_loop": _looped,
    "rage_click": _rage,
    "repeated_submit": _repeated,
    "dead_click": _dead,
    "form_given_up": _form,
    "error_page": partial(_number_of, "error_page", "error page"),
    "long_wait": _waited,
    "quick_back": _left_at_once,
    "slow_request": _slow,
    "poor_vital": _vital,
}
