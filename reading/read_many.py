"""Read several recordings at once, within the rate limits."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from recordings_mcp import replay
from recordings_mcp.client import DeadlineExceeded, RecordingsClient, RecordingsError, Throttled, deadline
from recordings_mcp.reading.timelines import Gaps, Timelines

if TYPE_CHECKING:
    from recordings_mcp.replay import Digest

AT_ONCE = 4
"""Concurrent downloads: enough to hide the latency of the network, few enough for the rate limits."""

_NOT_TRIED = "Not tried, because PostHog's rate limit was reached."
_RESUME = "Progress is cached; repeat the call to resume."

Finished = Callable[[int], Awaitable[None]]
"""Called with the number of recordings that are done, readable or not."""


@dataclass(frozen=True, slots=True)
class DigestedRecording:
    """A recording that was read.

    Attributes:
        id: Its id.
        digest: Its digest. Not the timeline: twenty of the largest would be a gigabyte.
        gaps: What could not be read of it.
    """

    id: str
    digest: "Digest"
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class UnreadRecording:
    """A recording that was not read.

    Attributes:
        reference: What was requested, as the caller wrote it.
        reason: Why, in our own words, and what to do about it.
    """

    reference: str
    reason: str


class ManyRecordings:
    """Reads recordings for one call, four at a time.

    After the first 429 it reads only what is cached.
    """

    def __init__(self, client: RecordingsClient, timelines: Timelines, finished: Finished) -> None:
        self._client = client
        self._timelines = timelines
        self._finished = finished
        self._limit = anyio.CapacityLimiter(AT_ONCE)
        self._throttled: Throttled | None = None
        self._done = 0

    async def read(self, references: Sequence[str]) -> list[DigestedRecording | UnreadRecording]:
        """Read each, in the order given; the results include what could not be read, with the reason."""
        results: dict[int, DigestedRecording | UnreadRecording] = {}

        async def read_one(index: int, reference: str) -> None:
            async with self._limit:
                results[index] = await self._read_unless_throttled(reference)
                self._done += 1
                await self._finished(self._done)

        async with anyio.create_task_group() as tasks:
            for index, reference in enumerate(references):
                tasks.start_soon(read_one, index, reference)
        return [results[index] for index in sorted(results)]

    async def _read_unless_throttled(self, reference: str) -> DigestedRecording | UnreadRecording:
        refused = self._throttled
        try:
            with deadline(0) if refused else nullcontext():
                recording_id = await self._client.resolve(reference)
                read = await self._timelines.read(recording_id, _report_nothing)
        except RecordingsError as error:
            if isinstance(error, Throttled):
                self._throttled = error
            return UnreadRecording(reference, _reason(error, refused))
        digest = await to_thread.run_sync(replay.digest_timeline, read.timeline, abandon_on_cancel=True)
        return DigestedRecording(recording_id, digest, read.gaps)


def _reason(error: RecordingsError, refused: Throttled | None) -> str:
    if refused is not None and isinstance(error, Throttled | DeadlineExceeded):
        return f"{_NOT_TRIED} {refused.when_to_retry} {_RESUME}"
    return f"{error} {_RESUME}" if isinstance(error, Throttled) else str(error)


async def _report_nothing(_done: int, _total: int) -> None:
    """Report no blocks: where several recordings are read, progress is counted in recordings."""
