"""Signals: what may matter in a recording to a person who fixes the product."""

from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.journey import Action, Visit
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Observation, Target

SignalName = Literal[
    "error_after_action",
    "error",
    "trouble_event",
    "rage_click",
    "dead_click",
    "repeated_submit",
    "form_given_up",
    "long_wait",
    "redirect_loop",
    "error_page",
    "quick_back",
    "slow_request",
    "poor_vital",
]


@dataclass(frozen=True, slots=True)
class Signature:
    """By what the same failure is recognised in two recordings.

    Attributes:
        name: The kind of failure, the name of the signal, or `same_control` for any failure at one control.
        what: The message, request or page, without numbers. Untrusted text.
        status: The HTTP status of a failed request.
        target: The control on that page, without numbers. Untrusted text.
    """

    name: Kind | SignalName | Literal["same_control"]
    what: str = ""
    status: int | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One finding.

    Attributes:
        name: What was found.
        t: Seconds from the recording's start to where it begins.
        until: Seconds from the recording's start to its end.
        visit: The page it was found on.
        action: The action that it is about, if any.
        observations: What it is based on, besides the action.
        count: How often it occurred.
        seconds: The length of a wait.
    """

    name: SignalName
    t: float
    until: float
    visit: Visit
    action: Action | None = None
    observations: tuple[Observation, ...] = ()
    count: int = 1
    seconds: float | None = None
