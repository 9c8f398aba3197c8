"""One deadline for all that one call needs: requests, waits for their turn, repeats and downloads."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

import anyio

from recordings_mcp.client._clock import Clock, SystemClock
from recordings_mcp.client._errors import DeadlineExceeded

OnWait = Callable[[float, str], Awaitable[None]]
"""Told the seconds of a wait before it begins, and why it is needed, in our words."""

_SHORTEST_WAIT_TOLD = 1.0


class Deadline:
    """When a call ends, whatever it is doing then.

    Attributes:
        seconds: What the call was given.
        clock: Tells the time.
        on_wait: Told of waits.
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
        """Give the seconds that are left; negative when the call should have ended."""
        return self._ends - self.clock.now()

    def check(self) -> None:
        """Return if there is time left to send a request.

        Raises:
            DeadlineExceeded: There is none.
        """
        if self.left() <= 0:
            raise DeadlineExceeded(self.seconds, "the request was not sent", may_have_arrived=False)

    def postpone(self, seconds: float) -> None:
        """Move the end, and that of the deadlines around this one."""
        self._ends += seconds
        if self._outer:
            self._outer.postpone(seconds)

    async def tell_wait(self, seconds: float, why: str) -> None:
        """Tell whoever listens that the call is going to wait; waits under a second are not worth it."""
        if self.on_wait and seconds >= _SHORTEST_WAIT_TOLD:
            await self.on_wait(seconds, why)

    @contextmanager
    def enforced(self, reached: str) -> Generator[None]:
        """Break off what is awaited within when the time is up.

        Args:
            reached: How far the call has come, as half a sentence.

        Raises:
            DeadlineExceeded: The time was up.
        """
        with anyio.move_on_after(self.left()) as scope:
            yield
        if scope.cancelled_caught:
            raise DeadlineExceeded(self.seconds, reached)

    @contextmanager
    def paused(self) -> Generator[None]:
        """Do not count the time that passes within."""
        began = self.clock.now()
        try:
            yield
        finally:
            self.postpone(self.clock.now() - began)


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current_deadline() -> Deadline | None:
    """Give the deadline that the running call was handed, if any."""
    return _CURRENT.get()


@contextmanager
def deadline(
    seconds: float, *, on_wait: OnWait | None = None, clock: Clock | None = None
) -> Generator[Deadline]:
    """Give everything within this many seconds in all; set once, where a call begins.

    Requests, waits for their turn, repeats and downloads of any client of this package end by then with
    `DeadlineExceeded`, or with `Throttled` at once when their turn would come later. A deadline within
    another never ends after it.

    Example:
        ```python
        with deadline(60, on_wait=tell):
            recording = await client.get(recording_id)
        ```

    Args:
        seconds: For all of it.
        on_wait: Awaited before each wait of a second or more, with its seconds and the reason.
        clock: Tells the time.
    """
    given = Deadline(seconds, on_wait=on_wait, clock=clock, outer=_CURRENT.get())
    token = _CURRENT.set(given)
    try:
        yield given
    finally:
        _CURRENT.reset(token)


@contextmanager
def deadline_paused() -> Generator[None]:
    """Do not count the time within, such as while a person is being asked."""
    current = _CURRENT.get()
    if current is None:
        yield
        return
    with current.paused():
        yield
