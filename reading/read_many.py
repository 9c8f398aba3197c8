"""Reads several recordings at once, within the rate limits."""

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
"""Downloads under way at the same time: enough to hide delays of the network, few enough for the limits."""

_NOT_TRIED = "Not tried, because PostHog's rate limit was reached."
_KEPT = "What was read is kept: the same call then goes on from there."

Finished = Callable[[int], Awaitable[None]]
"""Told how many recordings are done, readable or not."""


@dataclass(frozen=True, slots=True)
class DigestedRecording:
    """A recording that was read.

    Attributes:
        id: Its id.
        digest: What it comes down to. Not the timeline: twenty of the largest would be a gigabyte.
        gaps: What could not be read of it.
    """

    id: str
    digest: "Digest"
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class UnreadRecording:
    """A recording that was not read.

    Attributes:
        reference: What was asked for, as it was written.
        reason: Why, in our own words, and what to do about it.
    """

    reference: str
    reason: str


class ManyRecordings:
    """Reads recordings for one call, four at a time.

    After the first refusal for haste it reads only what is in memory.
    """

    def __init__(self, client: RecordingsClient, timelines: Timelines, finished: Finished) -> None:
        self._client = client
        self._timelines = timelines
        self._children = timelines.together()
        self._finished = finished
        self._limit = anyio.CapacityLimiter(AT_ONCE)
        self._throttled: Throttled | None = None
        self._done = 0

    async def read(self, references: Sequence[str]) -> list[DigestedRecording | UnreadRecording]:
        """Read each, in the order given; what cannot be read is among the results, with its reason."""
        results: dict[int, DigestedRecording | UnreadRecording] = {}

        async def read_one(index: int, reference: str) -> None:
            async with self._limit:
                results[index] = await self._read_unless_throttled(reference)
                self._done += 1
                await self._finished(self._done)

        async with self._children, anyio.create_task_group() as tasks:
            for index, reference in enumerate(references):
                tasks.start_soon(read_one, index, reference)
        return [results[index] for index in sorted(results)]

    async def _read_unless_throttled(self, reference: str) -> DigestedRecording | UnreadRecording:
        refused = self._throttled
        try:
            with deadline(0) if refused else nullcontext():
                recording_id = await self._client.resolve(reference)
                read = await self._timelines.read(recording_id, _pass_over, self._children)
        except RecordingsError as error:
            if isinstance(error, Throttled):
                self._throttled = error
            return UnreadRecording(reference, _reason(error, refused))
        digest = await to_thread.run_sync(replay.digest_timeline, read.timeline)
        return DigestedRecording(recording_id, digest, read.gaps)


def _reason(error: RecordingsError, refused: Throttled | None) -> str:
    if refused is not None and isinstance(error, Throttled | DeadlineExceeded):
        return f"{_NOT_TRIED} {refused.when_to_retry} {_KEPT}"
    return f"{error} {_KEPT}" if isinstance(error, Throttled) else str(error)


async def _pass_over(_done: int, _total: int) -> None:
    """Blocks of one recording are no progress worth telling when there are several."""
