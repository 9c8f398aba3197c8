"""What a signal is: something in a recording that may matter to a person fixing the product."""

from dataclasses import dataclass
from typing import Literal, get_args

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
SIGNAL_NAMES: tuple[SignalName, ...] = get_args(SignalName)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is the same in two recordings when the same went wrong in both.

    Attributes:
        name: The kind of failure, or the signal, or `same_control` for any failure at one control.
        what: Message, request or page, without numbers. Untrusted text.
        status: The HTTP status of a failed request.
        target: The control on that page, without numbers.
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
        t: Seconds from the recording's start to where one should begin to look.
        until: Seconds to its end.
        visit: The page it was found on.
        action: What the person did, if the signal is about that.
        observations: What it rests on, apart from the action.
        count: How often.
        seconds: How long a wait took.
    """

    name: SignalName
    t: float
    until: float
    visit: Visit
    action: Action | None = None
    observations: tuple[Observation, ...] = ()
    count: int = 1
    seconds: float | None = None
