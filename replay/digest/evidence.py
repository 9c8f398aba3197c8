"""What was found, as it was recorded: strangers' texts, to stand inside a fence."""

from collections import Counter
from collections.abc import Iterable, Mapping

from recordings_mcp.replay.digest.errors import identity, without_numbers
from recordings_mcp.replay.digest.groups import Group
from recordings_mcp.replay.digest.journey import Action
from recordings_mcp.replay.digest.says import failure
from recordings_mcp.replay.digest.signals import Signal, SignalName
from recordings_mcp.replay.model import Observation

SAME_CONTROL = "a failure at the same control"
"""What is in common when the same control failed in two recordings, each time for its own reason."""

_MOST_TEXTS = 4
_LABELS: Mapping[SignalName, str] = {
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


def evidence_of(group: Group) -> str:
    """Write what shows a moment: `button "Pay now": POST /api/pay, status 402; event payment declined`."""
    texts = [*_counted(group.errors), *_others(group)]
    shown = "; ".join(texts[:_MOST_TEXTS])
    if len(texts) > _MOST_TEXTS:
        shown += f"; {len(texts) - _MOST_TEXTS} more"
    target = group.action.observation.target if group.action else None
    return ": ".join(filter(None, [target, shown]))


def error_text(seen: Observation) -> str:
    """Write an error as it was recorded."""
    match seen.kind:
        case "network_error":
            return ", ".join(filter(None, [seen.target, seen.detail]))
        case "exception":
            return seen.detail or ""
        case "console_error":
            return f"console: {seen.detail}"
        case _:
            return f"event {seen.target} ({seen.detail})" if seen.detail else f"event {seen.target}"


def signatures_of(group: Group) -> dict[str, str]:
    """Give what is the same in two recordings when the same went wrong in both, each with words for it."""
    errors = {identity(seen): f"the same {failure(seen).partition(' ')[2]}" for seen in group.errors}
    failed = group.failed_actions
    controls = {f"failure at {_control(failed[0])}": SAME_CONTROL} if failed else {}
    frictions = {
        without_numbers(f"{signal.name} {_place(signal)}"): _LABELS[signal.name]
        for signal in group.signals
        if signal.name in _LABELS
    }
    return errors | frictions | controls


def _control(action: Action) -> str:
    return without_numbers(" ".join(action.target))


def _place(signal: Signal) -> str:
    if signal.action is not None:
        return _control(signal.action)
    if signal.name in ("slow_request", "poor_vital"):
        return (signal.observations[0].target or "").partition("?")[0]
    if signal.name == "quick_back":
        return ""
    return signal.visit.place


def _counted(errors: Iterable[Observation]) -> list[str]:
    first: dict[str, str] = {}
    counts = Counter[str]()
    for seen in errors:
        first.setdefault(identity(seen), error_text(seen))
        counts[identity(seen)] += seen.count
    times = "×"  # noqa: RUF001 - as the timeline writes it
    return [f"{text} {times}{counts[name]}" if counts[name] > 1 else text for name, text in first.items()]


def _others(group: Group) -> list[str]:
    texts: list[str] = []
    for signal in group.signals:
        if signal.name == "form_given_up":
            texts += [seen.target or "" for seen in signal.observations]
        elif signal.name in ("long_wait", "slow_request", "poor_vital", "quick_back"):
            texts += [" ".join(filter(None, [seen.target, seen.detail])) for seen in signal.observations]
        elif signal.name == "redirect_loop" and signal.visit.next:
            texts.append(f"{signal.visit.address} and {signal.visit.next.address}")
        elif signal.name == "error_page":
            texts.append(" ".join(filter(None, [signal.visit.address, signal.visit.title])))
    return list(dict.fromkeys(texts))
