"""Leave a server alone that is down: a breaker over all requests, and a budget of repeats."""

from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

from recordings_mcp.client._clock import Clock
from recordings_mcp.client._errors import (
    CircuitOpen,
    DeadlineExceeded,
    RecordingBlocksUnavailable,
    RecordingsError,
    ServerFailed,
    Unreachable,
)

FAILURES_IN_A_ROW = 5
OPEN_SECONDS = 30.0
REPEATS_AT_LEAST = 3
REPEATED_SHARE = 0.1
"""Repeats allowed within a minute: three, and one for every ten requests."""

_MINUTE = 60.0


class CircuitBreaker:
    """Send nothing for 30 s after five failures of the server in a row; then one request tries.

    A failure is a 5xx or no answer in time. Answers that say no (4xx) show that the server is well. What
    breaks for other reasons, a deadline or a network that is away, counts as neither, and so does a recording
    whose own data cannot be read.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._trying = False

    @contextmanager
    def watching(self, *, blaming: bool = True) -> Generator[None]:
        """Send a request within, if one may be sent.

        Args:
            blaming: Whether its failure would be the server's: not when too much at once was asked for.

        Raises:
            CircuitOpen: None may be sent now.
        """
        is_trial = self._let_through()
        try:
            yield
        except RecordingsError as error:
            if blaming:
                self._judge(error)
            raise
        else:
            self._failures = 0
        finally:
            if is_trial:
                self._trying = False

    def _let_through(self) -> bool:
        """Say whether this request is the one that tries."""
        if self._failures < FAILURES_IN_A_ROW:
            return False
        left = self._open_until - self._clock.now()
        if left > 0 or self._trying:
            raise CircuitOpen(max(left, 1.0))
        self._trying = True
        return True

    def _judge(self, error: RecordingsError) -> None:
        if _server_failed(error):
            self._failures += 1
            self._open_until = self._clock.now() + OPEN_SECONDS
        elif not isinstance(error, Unreachable | RecordingBlocksUnavailable):
            self._failures = 0


class RepeatBudget:
    """Keep repeats few, so that a server which fails gets hardly more requests than one which works."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._requests: deque[float] = deque()
        self._repeats: deque[float] = deque()

    def note_request(self) -> None:
        """Take note of a request that is sent for the first time."""
        self._requests.append(self._clock.now())
        _forget_old(self._requests, self._clock.now())

    def take(self) -> bool:
        """Say whether one more repeat may be sent, and count it if so."""
        now = self._clock.now()
        _forget_old(self._requests, now)
        _forget_old(self._repeats, now)
        if len(self._repeats) + 1 > REPEATS_AT_LEAST + REPEATED_SHARE * len(self._requests):
            return False
        self._repeats.append(now)
        return True


def _server_failed(error: RecordingsError) -> bool:
    if isinstance(error, Unreachable):
        return error.timed_out and not isinstance(error, DeadlineExceeded)
    return isinstance(error, ServerFailed) and not isinstance(error, RecordingBlocksUnavailable)


def _forget_old(moments: deque[float], now: float) -> None:
    while moments and moments[0] <= now - _MINUTE:
        moments.popleft()
