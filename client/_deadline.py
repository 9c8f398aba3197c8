"""Time: the clock, and one deadline for everything that one call needs."""

import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import anyio

from recordings_mcp.client._errors import DeadlineExceeded

OnWait = Callable[[float, str], Awaitable[None]]
"""Called before a wait with its length in seconds and the reason for it, in our words."""

_SHORTEST_REPORTED_WAIT = 1.0


class Clock(Protocol):
    """The clock for deadlines, rate limits and waits; replaced in tests, where nothing really waits."""

    def now(self) -> float:
        """Return the seconds since some fixed moment; never less than before."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Return the seconds since some fixed moment; never less than before."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        await anyio.sleep(seconds)


class Deadline:
    """When a call ends, whatever it is doing then.

    Attributes:
        seconds: How long the call may take.
        clock: The clock that it is measured with.
        on_wait: Called before each wait.
    """

    def __init__(
        self,
        seconds: float,
        *,
        on_wait: OnWait | None = None,
        clock: Clock | None = None,
        outer: "Deadline | None" = None,
    ) -> None:
        self.clock: Clock = clock or (outer.clock if outer else SystemClock())
        self.on_wait: OnWait | None = on_wait or (outer.on_wait if outer else None)
        self.seconds = min(seconds, outer.left()) if outer else seconds
        self._outer = outer
        self._ends = self.clock.now() + self.seconds

    def left(self) -> float:
        """Return the seconds that are left; negative when the call should have ended."""
        return self._ends - self.clock.now()

    def check(self) -> None:
        """Return if there is time left to send a request.

        Raises:
            DeadlineExceeded: There is none.
        """
        if self.left() <= 0:
            raise DeadlineExceeded(self.seconds, "the request was not sent", may_have_arrived=False)

    def postpone(self, seconds: float) -> None:
        """Move the end of this deadline, and of those around it."""
        self._ends += seconds
        if self._outer:
            self._outer.postpone(seconds)

    async def report_wait(self, seconds: float, reason: str) -> None:
        """Report that the call is going to wait, unless it is for less than a second."""
        if self.on_wait and seconds >= _SHORTEST_REPORTED_WAIT:
            await self.on_wait(seconds, reason)

    @contextmanager
    def enforced(self, reached: str) -> Generator[None]:
        """Cancel what is awaited within when the time is up.

        Args:
            reached: How far the call has come, as a clause: `PostHog had not answered`.

        Raises:
            DeadlineExceeded: The time was up.
        """
        with anyio.move_on_after(self.left()) as scope:
            yield
        if scope.cancelled_caught:
            raise DeadlineExceeded(self.seconds, reached)


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current_deadline() -> Deadline | None:
    """Return the deadline of the running call, if it has one."""
    return _CURRENT.get()


@contextmanager
def deadline(
    seconds: float, *, on_wait: OnWait | None = None, clock: Clock | None = None
) -> Generator[Deadline]:
    """Limit everything within to this many seconds in all; set once, where a call starts.

    Requests, waits, retries and downloads of any client of this package end by then with
    `DeadlineExceeded`, or at once with `Throttled` when a rate limit would make them wait longer. A deadline
    within another never ends after it.

    Example:
        ```python
        with deadline(60, on_wait=report):
            recording = await client.get(recording_id)
        ```

    Args:
        seconds: For all of it.
        on_wait: Awaited before each wait of a second or more, with its seconds and the reason.
        clock: The clock that it is measured with.
    """
    given = Deadline(seconds, on_wait=on_wait, clock=clock, outer=_CURRENT.get())
    token = _CURRENT.set(given)
    try:
        yield given
    finally:
        _CURRENT.reset(token)


@contextmanager
def within_deadline(reached: str) -> Generator[None]:
    """Cancel what is awaited within when the running call's deadline ends; without one it may take forever.

    Args:
        reached: How far the call has come, as a clause: `other recordings were still being read`.

    Raises:
        DeadlineExceeded: The time was up.
    """
    current = _CURRENT.get()
    if current is None:
        yield
        return
    with current.enforced(reached):
        yield


@contextmanager
def deadline_paused() -> Generator[None]:
    """Do not count the time spent within, such as while a person answers a question."""
    current = _CURRENT.get()
    if current is None:
        yield
        return
    paused_at = current.clock.now()
    try:
        yield
    finally:
        current.postpone(current.clock.now() - paused_at)
