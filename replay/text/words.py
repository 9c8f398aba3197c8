"""A digest's findings in this project's own words, without untrusted text."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from recordings_mcp.replay.digest.control import Control
from recordings_mcp.replay.digest.groups import Group
from recordings_mcp.replay.digest.journey import Action, Visit
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.digest.vocabulary import Trouble, page_kind, trouble_of
from recordings_mcp.replay.model import ClickRun, Observation, WebVital
from recordings_mcp.replay.text.numbers import clock, counted

_MOST_FAILURES = 3
_MOST_TIMES = 3
_TROUBLE: Mapping[Trouble, str] = {
    "refusal": "a refusal",
    "no_result": "no result",
    "failure": "a failure",
}


def group_words(group: Group) -> str:
    """Describe a group of signals: `2 clicks on a payment button, followed by an exception`."""
    clauses = [_failed(group)] if group.errors else []
    clauses += [clause(group) for name, clause in _CLAUSES.items() if group.named(name)]
    return "; ".join(clauses)


def clicks_on(actions: Sequence[Action]) -> str:
    """Describe actions on a control: `2 clicks on a payment button`, `typing into a search field`."""
    first = actions[0]
    if not first.is_click:
        done = "typing into" if first.observation.kind == "input" else "a choice in"
        return f"{done} {control_words(first.control)}"
    times = sum(action.observation.count for action in actions)
    noun, nouns = ("press", "presses") if first.observation.kind == "press" else ("click", "clicks")
    return f"{f'a {noun}' if times == 1 else f'{times} {nouns}'} on {control_words(first.control)}"


def failures(errors: Iterable[Observation]) -> str:
    """Describe errors: `a failed request (status 402) and a console error`."""
    words = list(dict.fromkeys(failure(seen) for seen in errors))
    if len(words) > _MOST_FAILURES:
        words = [*words[: _MOST_FAILURES - 1], "more"]
    return join(words)


def failure(seen: Observation) -> str:
    """Describe an error with its article: `an exception`."""
    return with_article(failure_name(seen))


def failure_name(seen: Observation) -> str:
    """Describe an error: `failed request (status 402)`."""
    match seen.kind:
        case "exception":
            return "exception"
        case "network_error":
            return f"failed request ({f'status {seen.status}' if seen.status else 'no answer'})"
        case "console_error":
            return "console error"
        case _:
            return f"event that reports {_TROUBLE[trouble_of(seen.name or '') or 'failure']}"


def at_times(times: Iterable[float]) -> str:
    """Describe times: `at 00:32`, `at 00:32 and 00:36`; of more than three `from 00:10 to 01:20`."""
    clocks = list(dict.fromkeys(clock(t) for t in sorted(times)))
    if len(clocks) <= _MOST_TIMES:
        return f"at {join(clocks)}"
    return f"from {clocks[0]} to {clocks[-1]}"


def control_name(control: Control) -> str:
    """Name a control: `payment button`."""
    is_named = control.purpose and control.role in {"button", "link"}
    return f"{control.purpose} {control.role}" if is_named else control.role


def control_words(control: Control) -> str:
    """Name a control with its article: `a payment button`."""
    return with_article(control_name(control))


def kind_words(visit: Visit) -> str:
    """Name a page: `a checkout page`, `a page`."""
    kind = page_kind(visit.place, visit.title)
    return with_article(f"{kind} page" if kind else "page")


def with_article(words: str) -> str:
    """Return words with their indefinite article: `an exception`."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def join(words: Sequence[str]) -> str:
    """Return a list in words: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def loop_words(signal: Signal) -> str:
    """Describe a loop: `5 changes between an account page and a sign-in page without an action`."""
    visits = [visit for visit in (signal.visit, signal.visit.next) if visit is not None]
    return f"{counted(signal.count, 'change')} between {pages_words(visits)} without an action"


def pages_words(visits: Sequence[Visit]) -> str:
    """Name pages: `a cart page and a checkout page`, `2 pages`."""
    kinds = [page_kind(visit.place, visit.title) for visit in visits]
    return join([kind_words(visit) for visit in visits]) if any(kinds) else counted(len(visits), "page")


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
    in_row = [_clicks_in_row(seen) for signal in group.named("rage_click") for seen in signal.observations]
    number = max(in_row) or clicks[0].observation.count
    return f"a rage click on {control_words(clicks[0].control)}" + (
        f" ({number} clicks)" if number > 1 else ""
    )


def _clicks_in_row(rage: Observation) -> int:
    """Return how many clicks a rage click is; PostHog's own event does not say."""
    return rage.facts.clicks if isinstance(rage.facts, ClickRun) else 0


def _dead(group: Group) -> str:
    action = group.action
    if action is None or group.failed_actions or group.named("rage_click") or group.named("repeated_submit"):
        return "no change was recorded"
    return f"{counted(group.total('dead_click'), 'dead click')} on {control_words(action.control)}"


def _repeated(group: Group) -> str:
    signal = max(group.named("repeated_submit"), key=lambda signal: signal.count)
    button = control_name(signal.action.control) if signal.action else "button"
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
    facts = group.named("poor_vital")[0].observations[0].facts
    return f"a poor {facts.metric}" if isinstance(facts, WebVital) else "a poor web vital"


_CLAUSES: Mapping[SignalName, Callable[[Group], str]] = {
    "redirect_loop": lambda group: loop_words(group.named("redirect_loop")[-1]),
    "rage_click": _rage,
    "repeated_submit": _repeated,
    "dead_click": _dead,
    "form_given_up": _form,
    "error_page": lambda group: counted(group.total("error_page"), "error page"),
    "long_wait": _waited,
    "quick_back": lambda group: f"{counted(group.total('quick_back'), 'page')} left again at once",
    "slow_request": _slow,
    "poor_vital": _vital,
}
