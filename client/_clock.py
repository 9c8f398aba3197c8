"""What time it is, for deadlines, rate limits and pauses; replaced where nothing should really wait."""

import time
from typing import Protocol

import anyio


class Clock(Protocol):
    """Tells seconds and lets them pass."""

    def now(self) -> float:
        """Give the seconds since some moment; never fewer than before."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Give the seconds since some moment; never fewer than before."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        await anyio.sleep(seconds)
