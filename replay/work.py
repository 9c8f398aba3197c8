"""The budget of work of one recording: how much its walk may visit, and whether it may go on at all.

Reading a line costs time in proportion to its length, and needs no budget. Looking at the page does not: one
click of a hundred bytes may visit thousands of nodes. So whatever visits nodes because of an event spends
from one budget for the whole recording. Once it is spent, targets have a role and no name.
"""

from collections.abc import Callable
from typing import Final

MOST_VISITS: Final = 5_000_000
"""How many nodes may be visited for one recording: one to four seconds of work.

The costliest of 51 recordings at hand, 21 MB of a shop, needs 268,000, an eighteenth; half of them need less
than 200.
"""


class WalkStopped(Exception):
    """The walk was stopped, because nobody waits for its result any more."""


def never() -> bool:
    """Return that a walk goes on."""
    return False


class Work:
    """The visits that a walk has left, and whether it goes on.

    Args:
        is_stopped: Whether the walk must end now. Called from the thread that walks, very often.

    Attributes:
        unnamed: How often a name was not looked up, or not to its end, because nothing was left.
    """

    __slots__ = ("_is_stopped", "_visits", "unnamed")

    def __init__(self, is_stopped: Callable[[], bool] = never) -> None:
        self._is_stopped = is_stopped
        self._visits = MOST_VISITS
        self.unnamed = 0

    @property
    def spent(self) -> bool:
        """Whether nothing is left: nodes may still be visited one by one, but not searched."""
        return self._visits < 0

    def visit(self, nodes: int) -> None:
        """Spend the visits to so many nodes.

        Raises:
            WalkStopped: The walk must end now.
        """
        self._visits -= nodes
        if self._is_stopped():
            raise WalkStopped

    def check(self) -> None:
        """Raise WalkStopped if the walk must end now."""
        if self._is_stopped():
            raise WalkStopped
