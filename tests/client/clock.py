"""A clock on which nothing takes time but waiting, and waiting takes none of ours."""

from anyio.lowlevel import checkpoint
from anyio.to_thread import current_default_thread_limiter


class StandingClock:
    """Stands until somebody sleeps and no thread computes: an answer that is being made comes before a wait ends.

    Attributes:
        time: Seconds since it was made.
        slept: The waits, in order.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        until = self.time + seconds
        self.slept.append(seconds)
        await checkpoint()
        while current_default_thread_limiter().borrowed_tokens:
            await checkpoint()
        self.time = max(self.time, until)
