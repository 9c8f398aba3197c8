"""When a failed request is sent again, and when a failing server is left alone."""

from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from random import uniform

from recordings_mcp.client._deadline import Clock
from recordings_mcp.client._errors import (
    CircuitOpen,
    DeadlineExceeded,
    Overloaded,
    RecordingBlocksUnavailable,
    RecordingsError,
    ServerFailed,
    UnexpectedAnswer,
    Unreachable,
)
from recordings_mcp.client._request import Request

ATTEMPTS = 3
"""Attempts at one request at most."""

FAILURES_IN_A_ROW = 5
OPEN_SECONDS = 30.0
RETRIES_AT_LEAST = 3
RETRIED_SHARE = 0.1
"""Retries allowed within a minute: three, and one for every ten requests."""

_FIRST_CEILING = 0.5
_TRANSIENT_STATUSES = frozenset({502, 503, 504})
_MINUTE = 60.0


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures: between 0 and 0.5, then between 0 and 1.

    All of it is jitter, so that clients that failed together do not come back together.
    """
    return uniform(0.0, _FIRST_CEILING * 2 ** (failures - 1))  # noqa: S311 - no secret depends on it


def is_retryable(error: RecordingsError, request: Request) -> bool:
    """Return whether the request may be sent again after this failure.

    A change is sent again only when it never arrived. What takes too long is not sent again when the caller
    can ask for less instead.
    """
    if isinstance(error, DeadlineExceeded | CircuitOpen):
        return False
    if isinstance(error, Unreachable):
        if request.splittable and error.timed_out:
            return False
        return not (request.changes and error.may_have_arrived)
    if request.changes or (request.splittable and isinstance(error, Overloaded)):
        return False
    return isinstance(error, ServerFailed) and error.status in _TRANSIENT_STATUSES


def leaves_outcome_unknown(error: RecordingsError) -> bool:
    """Return whether a change that failed this way may have been made."""
    if isinstance(error, Unreachable):
        return error.may_have_arrived
    return isinstance(error, ServerFailed | UnexpectedAnswer)


class RetryBudget:
    """Keep retries few, so that a failing server gets hardly more requests than a working one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._requests: deque[float] = deque()
        self._retries: deque[float] = deque()

    def note_request(self) -> None:
        """Count a request that is sent for the first time."""
        now = self._clock.now()
        self._requests.append(now)
        _drop_old(self._requests, now)

    def take(self) -> bool:
        """Return whether one more retry may be sent, and count it if so."""
        now = self._clock.now()
        _drop_old(self._requests, now)
        _drop_old(self._retries, now)
        if len(self._retries) + 1 > RETRIES_AT_LEAST + RETRIED_SHARE * len(self._requests):
            return False
        self._retries.append(now)
        return True


class CircuitBreaker:
    """Send nothing for 30 s after the server failed five times in a row; then let one request try.

    A failure is a 5xx or a timeout of the server. A refusal (4xx) shows that the server works. Other
    failures count as neither: a deadline of the call, a network that is down, and a recording whose own data
    cannot be read.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._trying = False

    @contextmanager
    def guard(self, *, count_failure: bool = True) -> Generator[None]:
        """Send a request within, if one may be sent.

        Args:
            count_failure: Whether a failure is the server's fault. It is not when too much was asked for.

        Raises:
            CircuitOpen: None may be sent now.
        """
        is_trial = self._failures >= FAILURES_IN_A_ROW
        if is_trial:
            left = self._open_until - self._clock.now()
            if left > 0 or self._trying:
                raise CircuitOpen(max(left, 1.0))
            self._trying = True
        try:
            yield
        except RecordingsError as error:
            if count_failure:
                self._judge(error)
            raise
        else:
            self._failures = 0
        finally:
            if is_trial:
                self._trying = False

    def _judge(self, error: RecordingsError) -> None:
        if isinstance(error, DeadlineExceeded | RecordingBlocksUnavailable):
            return
        if isinstance(error, ServerFailed) or (isinstance(error, Unreachable) and error.timed_out):
            self._failures += 1
            self._open_until = self._clock.now() + OPEN_SECONDS
        elif not isinstance(error, Unreachable):
            self._failures = 0


def _drop_old(moments: deque[float], now: float) -> None:
    while moments and moments[0] <= now - _MINUTE:
        moments.popleft()
