"""Signals grouped by what they are about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.errors import signature_of, subject_of, without_numbers
from recordings_mcp.replay.digest.journey import Action, end_of
from recordings_mcp.replay.digest.signals import Signal, SignalName, Signature
from recordings_mcp.replay.model import Observation, Target

ERROR_SIGNALS: frozenset[SignalName] = frozenset({"error_after_action", "error", "trouble_event"})


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Signals about one control of one page, one error, one form, one loop.

    Attributes:
        signals: At least one, in order of time.
    """

    signals: Sequence[Signal]

    @property
    def action(self) -> Action | None:
        """The action that the signals are about, if any."""
        return next((signal.action for signal in self.signals if signal.action is not None), None)

    @property
    def submits(self) -> bool:
        """Whether one of the actions looks like a submit."""
        return any(signal.action is not None and signal.action.submits for signal in self.signals)

    @property
    def errors(self) -> list[Observation]:
        """The errors among the observations of the signals."""
        return [
            seen for signal in self.signals if signal.name in ERROR_SIGNALS for seen in signal.observations
        ]

    @property
    def failed_actions(self) -> list[Action]:
        """The actions that were followed by an error, each once."""
        actions = [signal.action for signal in self.named("error_after_action")]
        return list({id(action): action for action in actions if action is not None}.values())

    @property
    def times(self) -> list[float]:
        """The times of the signals, sorted; of a button pressed again, those of all its presses."""
        times = {signal.t for signal in self.signals}
        for signal in self.named("repeated_submit"):
            for press in signal.observations:
                times.update((press.t, end_of(press)))
        return sorted(times)

    @property
    def count(self) -> int:
        """How often it happened: the failed actions, or else the highest count of any one signal."""
        failed = self.failed_actions
        if failed:
            return len(failed)
        totals = Counter[SignalName]()
        for signal in self.signals:
            totals[signal.name] += signal.count
        return max(totals.values())

    def named(self, name: SignalName) -> list[Signal]:
        """Return the signals with this name."""
        return [signal for signal in self.signals if signal.name == name]

    def total(self, name: SignalName) -> int:
        """Return the sum of the counts of the signals with this name."""
        return sum(signal.count for signal in self.named(name))


def group_signals(signals: Sequence[Signal]) -> list[Group]:
    """Group signals by control if there is an action, errors by message or request, all others by page."""
    waited_for = {
        id(seen) for signal in signals if signal.name == "long_wait" for seen in signal.observations
    }
    groups: dict[tuple[object, ...], list[Signal]] = {}
    for signal in sorted(signals, key=lambda signal: signal.t):
        if signal.name == "slow_request" and id(signal.observations[0]) in waited_for:
            continue
        groups.setdefault(_key(signal), []).append(signal)
    return [Group(group) for group in groups.values()]


def signature_of_signal(signal: Signal) -> Signature:
    """Return the signature by which this signal is recognised in another recording."""
    if signal.action is not None:
        return signature_of_control(signal.name, signal.action)
    if signal.name in ("slow_request", "poor_vital"):
        return Signature(signal.name, without_numbers(subject_of(signal.observations[0])))
    return Signature(signal.name, "" if signal.name == "quick_back" else without_numbers(signal.visit.place))


def signature_of_control(name: SignalName | Literal["same_control"], action: Action) -> Signature:
    """Return the signature of an action's control and page, to recognise them in another recording."""
    target = action.observation.target or Target()
    parts = [part and without_numbers(part) for part in (target.role, target.name, target.attribute)]
    return Signature(name, without_numbers(action.visit.place), target=Target(*parts))


def _key(signal: Signal) -> tuple[object, ...]:
    if signal.action is not None:
        return ("action", *signal.action.place)
    match signal.name:
        case "error" | "trouble_event":
            return ("error", signature_of(signal.observations[0]))
        case "slow_request" | "poor_vital":
            return (signal.name, subject_of(signal.observations[0]))
        case "quick_back":
            return (signal.name,)
        case _:
            return (signal.name, signal.visit.place)
