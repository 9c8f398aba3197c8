"""Reads several recordings at once, within the rate limits."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import anyio
from anyio import to_thread

from recordings_mcp.client import RecordingsClient, RecordingsError, Throttled
from recordings_mcp.replay.digest import Digest, digest_timeline
from recordings_mcp.tools._timelines import ReadRecording, Timelines

AT_ONCE = 4
"""Downloads under way at the same time: enough to hide delays of the network, few enough for the limits."""

NOT_TRIED = "Not tried, because PostHog's rate limit was reached. Ask for it again later."

Finished = Callable[[int], Awaitable[None]]
"""Told how many recordings are done, readable or not."""


@dataclass(frozen=True, slots=True)
class DigestedRecording:
    """A recording that was read.

    Attributes:
        id: Its id.
        read: What could be read of it.
        digest: What it comes down to.
    """

    id: str
    read: ReadRecording
    digest: Digest


@dataclass(frozen=True, slots=True)
class UnreadRecording:
    """A recording that was not read.

    Attributes:
        reference: What was asked for, as it was written.
        error: Why; None when it was not tried.
    """

    reference: str
    error: RecordingsError | None

    @property
    def reason(self) -> str:
        """Why, in our own words."""
        return NOT_TRIED if self.error is None else str(self.error)


class ManyRecordings:
    """Reads recordings for one call, four at a time; after the first refusal for haste it begins no other."""

    def __init__(self, client: RecordingsClient, timelines: Timelines, finished: Finished) -> None:
        self._client = client
        self._timelines = timelines
        self._finished = finished
        self._limit = anyio.CapacityLimiter(AT_ONCE)
        self._throttled = False
        self._done = 0

    async def read(self, references: Sequence[str]) -> list[DigestedRecording | UnreadRecording]:
        """Read each, in the order given; what cannot be read is among the results, with its reason."""
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
        if self._throttled:
            return UnreadRecording(reference, None)
        try:
            recording_id = await self._client.resolve(reference)
            read = await self._timelines.read(recording_id, _pass_over)
        except RecordingsError as error:
            self._throttled = self._throttled or isinstance(error, Throttled)
            return UnreadRecording(reference, error)
        digest = await to_thread.run_sync(digest_timeline, read.timeline)
        return DigestedRecording(recording_id, read, digest)


async def _pass_over(_done: int, _total: int) -> None:
    """Blocks of one recording are no progress worth telling when there are several."""
