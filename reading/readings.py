"""One recording is read once at a time: who asks for it meanwhile waits, and is told how far it is."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from recordings_mcp.client import Progress, deadline


class Readings:
    """Who reads what. Callers do not wait for each other: what one reads, another does not get."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, str], _Reading] = {}

    @asynccontextmanager
    async def turn(self, caller: str, recording_id: str, on_progress: Progress) -> AsyncGenerator[Progress]:
        """Wait until this caller reads this recording nowhere else; then it is read within.

        Args:
            caller: Who asks.
            recording_id: For what.
            on_progress: Told of blocks while this waits. What is given instead tells those who wait, too.

        Raises:
            DeadlineExceeded: The call's time was up before the other was done.
        """
        key = (caller, recording_id)
        while (other := self._under_way.get(key)) is not None:
            with deadline(math.inf) as left, left.enforced("another call was still reading this recording"):
                await other.follow(on_progress)
        ours = self._under_way[key] = _Reading(on_progress)
        try:
            yield ours.advance
        finally:
            del self._under_way[key]
            ours.end()


class _Reading:
    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._blocks: tuple[int, int] | None = None
        self._ended = False
        self._news = anyio.Event()

    async def advance(self, done: int, total: int) -> None:
        """Tell whoever reads and whoever waits."""
        self._blocks = done, total
        self._wake()
        await self._on_progress(done, total)

    def end(self) -> None:
        self._ended = True
        self._wake()

    async def follow(self, on_progress: Progress) -> None:
        """Wait for the end; tell of each advance in the task that waits, so that it concerns nobody else."""
        told = None
        while not self._ended:
            news = self._news
            if self._blocks not in (told, None):
                told = self._blocks
                await on_progress(*told)
            else:
                await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = anyio.Event()
