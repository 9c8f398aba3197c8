"""The kinds of observation, and what each of them is: the one table that all code grouping kinds reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "page",
    "click",
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
"""When an observation may be folded into a summary line so that a timeline fits its budget."""


@dataclass(frozen=True, slots=True)
class KindTraits:
    """What a kind of observation is.

    Attributes:
        fold: When it is folded.
        sort: `act` for what the person does to a control, `fill` where that is filling it in; `move` for what
            else the person does; `failure` and `friction` for what goes wrong; `other`.
        replaces_console: Whether the console error that reports the same is left out.
    """

    fold: Fold
    sort: Literal["act", "fill", "move", "failure", "friction", "other"] = "other"
    replaces_console: bool = False


KINDS: Final[Mapping[Kind, KindTraits]] = {
    "page": KindTraits("never"),
    "click": KindTraits("third", "act"),
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
"""Every kind there is."""


def _kinds(fits: Callable[[KindTraits], bool]) -> frozenset[Kind]:
    return frozenset(kind for kind, traits in KINDS.items() if fits(traits))


FAILURES: Final = _kinds(lambda traits: traits.sort == "failure")
FRICTION: Final = _kinds(lambda traits: traits.sort == "friction")
FILLS: Final = _kinds(lambda traits: traits.sort == "fill")
ACTS: Final = _kinds(lambda traits: traits.sort in ("act", "fill"))
"""What the person does to a control."""
DONE_BY_PERSON: Final = _kinds(lambda traits: traits.sort in ("act", "fill", "move"))
REPLACES_CONSOLE: Final = _kinds(lambda traits: traits.replaces_console)

FOLDS: Final = (
    _kinds(lambda traits: traits.fold == "first"),
    _kinds(lambda traits: traits.fold in ("first", "second")),
    _kinds(lambda traits: traits.fold != "never"),
)
"""What folds first, what folds too when that was not enough, and what folds then."""
