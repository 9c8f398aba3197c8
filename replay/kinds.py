"""The kinds of observation. All code that groups kinds reads this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "page",
    "click",
    "press",
    "double_click",
    "context_menu",
    "input",
    "select",
    "scroll",
    "rage_click",
    "dead_click",
    "quick_back",
    "idle",
    "tab_hidden",
    "tab_visible",
    "offline",
    "online",
    "console_error",
    "console_warn",
    "console_log",
    "network_error",
    "slow_request",
    "exception",
    "web_vital",
    "viewport",
    "media",
    "custom",
]

Fold = Literal["first", "second", "third", "never"]
"""The round in which observations may be folded into a summary line, so that a timeline fits its budget."""


@dataclass(frozen=True, slots=True)
class KindTraits:
    """How a kind of observation is classified.

    Attributes:
        fold: The round in which it is folded.
        category: `act` for a click or press; `fill` for filling one in; `move` for anything else that the
            person does; `failure` and `friction` for anything that goes wrong; `other`.
        replaces_console: Whether a console error that reports the same is left out.
    """

    fold: Fold
    category: Literal["act", "fill", "move", "failure", "friction", "other"] = "other"
    replaces_console: bool = False


KINDS: Final[Mapping[Kind, KindTraits]] = {
    "page": KindTraits("never"),
    "click": KindTraits("third", "act"),
    "press": KindTraits("third", "act"),
    "double_click": KindTraits("third"),
    "context_menu": KindTraits("second"),
    "input": KindTraits("second", "fill"),
    "select": KindTraits("second", "fill"),
    "scroll": KindTraits("first", "move"),
    "rage_click": KindTraits("never", "friction"),
    "dead_click": KindTraits("never", "friction"),
    "quick_back": KindTraits("never", "friction"),
    "idle": KindTraits("never"),
    "tab_hidden": KindTraits("second", "move"),
    "tab_visible": KindTraits("second"),
    "offline": KindTraits("never"),
    "online": KindTraits("never"),
    "console_error": KindTraits("never", "failure"),
    "console_warn": KindTraits("third"),
    "console_log": KindTraits("first"),
    "network_error": KindTraits("never", "failure", replaces_console=True),
    "slow_request": KindTraits("never"),
    "exception": KindTraits("never", "failure", replaces_console=True),
    "web_vital": KindTraits("first"),
    "viewport": KindTraits("first"),
    "media": KindTraits("first"),
    "custom": KindTraits("first"),
}
"""Every kind of observation."""


def _kinds(fits: Callable[[KindTraits], bool]) -> frozenset[Kind]:
    return frozenset(kind for kind, traits in KINDS.items() if fits(traits))


FAILURES: Final = _kinds(lambda traits: traits.category == "failure")
FRICTION: Final = _kinds(lambda traits: traits.category == "friction")
CLICKS: Final = _kinds(lambda traits: traits.category == "act")
"""Clicks, and presses without a click."""
FILLS: Final = _kinds(lambda traits: traits.category == "fill")
ACTS: Final = _kinds(lambda traits: traits.category in ("act", "fill"))
"""Actions of the person on a control."""
DONE_BY_PERSON: Final = _kinds(lambda traits: traits.category in ("act", "fill", "move"))
REPLACES_CONSOLE: Final = _kinds(lambda traits: traits.replaces_console)

FOLDS: Final = (
    _kinds(lambda traits: traits.fold == "first"),
    _kinds(lambda traits: traits.fold in ("first", "second")),
    _kinds(lambda traits: traits.fold != "never"),
)
"""The kinds that are folded in the first, second and third round; each includes those before."""
