"""When a failed request is sent again, and how long to wait before that."""

import math
import random
from collections.abc import Callable

from recordings_mcp.client._errors import (
    CircuitOpen,
    DeadlineExceeded,
    Overloaded,
    RecordingsError,
    ServerFailed,
    Unreachable,
)
from recordings_mcp.client._refusals import Throttled

ATTEMPTS = 3

_FIRST_CEILING = 0.5
_PASSING_STATUSES = frozenset({502, 503, 504})


class Backoff:
    """Decide after each failure of one request: the seconds to wait before sending it again, or False.

    The wait is anything between nothing and a ceiling, 0.5 s and then 1 s ("full jitter"), so that clients
    that failed together do not come back together. After a 429 there is no wait here: the request takes its
    turn again, which comes when the server allows.

    Args:
        repeatable: The request changes nothing, so it may be sent again even when it may have arrived.
        divisible: What takes too long is not repeated: the caller asks for less at a time.
        left: Gives the seconds left for the call; a wait that is longer is not begun.
        allowed: Says whether one more repeat may be made of all that are made.
        spread: Gives a number between two others.
    """

    def __init__(
        self,
        *,
        repeatable: bool,
        divisible: bool = False,
        left: Callable[[], float] = lambda: math.inf,
        allowed: Callable[[], bool] = lambda: True,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._repeatable = repeatable
        self._divisible = divisible
        self._left = left
        self._allowed = allowed
        self._spread = spread
        self._failures = 0

    def __call__(self, error: BaseException) -> bool | float:
        self._failures += 1
        if self._failures >= ATTEMPTS:
            return False
        if isinstance(error, Throttled):
            return 0.0 if (error.retry_after or 0.0) <= self._left() else False
        if not self._may_be_repeated(error):
            return False
        wait = self._spread(0.0, _FIRST_CEILING * 2 ** (self._failures - 1))
        return wait if wait < self._left() and self._allowed() else False

    def _may_be_repeated(self, error: BaseException) -> bool:
        if isinstance(error, DeadlineExceeded | CircuitOpen) or (self._divisible and takes_too_long(error)):
            return False
        return _never_arrived(error) or (self._repeatable and _may_pass(error))


def leaves_outcome_unknown(error: RecordingsError) -> bool:
    """Say whether a change may have been made although it failed this way."""
    return isinstance(error, ServerFailed) or (isinstance(error, Unreachable) and error.may_have_arrived)


def takes_too_long(error: BaseException) -> bool:
    """Say whether asking for less may help."""
    return isinstance(error, Overloaded) or (isinstance(error, Unreachable) and error.timed_out)


def _never_arrived(error: BaseException) -> bool:
    return isinstance(error, Unreachable) and not error.may_have_arrived


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Unreachable) or (
        isinstance(error, ServerFailed) and error.status in _PASSING_STATUSES
    )
