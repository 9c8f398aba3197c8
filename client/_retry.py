"""When a failed request is sent again, and how long to wait before that."""

import random
from collections.abc import Callable

from recordings_mcp.client._errors import Overloaded, RecordingsError, ServerFailed, Unreachable
from recordings_mcp.client._refusals import Throttled

ATTEMPTS = 3
SHORTEST_THROTTLE_WAIT = 1.0
"""Seconds waited after a 429 at least: a server that says 0 would be asked in a tight loop."""

LONGEST_THROTTLE_WAIT = 30.0
"""Seconds waited after a 429 at most: beyond it the caller is told the time instead."""

_FIRST_CEILING = 0.5
_HIGHEST_CEILING = 8.0
_PASSING_STATUSES = frozenset({502, 503, 504})


class Backoff:
    """Decide after each failure of one request: the seconds to wait before sending it again, or False.

    The wait is anything between nothing and a ceiling that doubles from 0.5 s to 8 s ("full jitter"), so that
    clients that failed together do not come back together. A 429 waits as long as the server asks.

    Args:
        repeatable: The request changes nothing, so it may be sent again even when it may have arrived.
        divisible: What takes too long is not repeated: the caller asks for less at a time.
        spread: Gives a number between two others.
    """

    def __init__(
        self,
        *,
        repeatable: bool,
        divisible: bool = False,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._repeatable = repeatable
        self._divisible = divisible
        self._spread = spread
        self._failures = 0

    def __call__(self, error: BaseException) -> bool | float:
        self._failures += 1
        ceiling = min(_HIGHEST_CEILING, _FIRST_CEILING * 2 ** (self._failures - 1))
        if isinstance(error, Throttled):
            return self._throttle_wait(error.retry_after, ceiling)
        if self._divisible and takes_too_long(error):
            return False
        if _never_arrived(error) or (self._repeatable and _may_pass(error)):
            return self._spread(0.0, ceiling)
        return False

    def _throttle_wait(self, asked: float | None, ceiling: float) -> bool | float:
        if asked is None:
            return SHORTEST_THROTTLE_WAIT + self._spread(0.0, ceiling)
        return max(SHORTEST_THROTTLE_WAIT, asked) if asked <= LONGEST_THROTTLE_WAIT else False


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
