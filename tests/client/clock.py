"""A clock on which nothing takes time but waiting, and waiting takes none of ours."""

from anyio.lowlevel import checkpoint


class StandingClock:
    """Stands until somebody sleeps.

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
        self.time = max(self.time, until)
