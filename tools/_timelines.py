"""Reads recordings into timelines while they download, and keeps the recent ones in memory."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from anyio import to_thread

from recordings_mcp.client import MissingScope, RecordingsClient, SessionEvent, SnapshotDownload
from recordings_mcp.replay import AnalyticsEvent, Timeline, Walker

Progress = Callable[[int, int], Awaitable[None]]
"""Told the blocks read so far and the blocks there are."""

_BATCH_BYTES = 256 * 1024
"""Lines are walked in a worker thread in batches of this size, so that no hop costs more than its work."""

_KEPT_OBSERVATIONS = 200_000
"""Observations kept over all cached timelines, about 60 MB."""


@dataclass(frozen=True, slots=True)
class ReadRecording:
    """A recording as it was read.

    Attributes:
        timeline: What happened.
        missing_blocks: Blocks the server listed but sent nothing of.
        events_missing: Why the session's analytics events could not be merged; None when they were.
    """

    timeline: Timeline
    missing_blocks: int
    events_missing: str | None


class Timelines:
    """Reads recordings, and remembers a timeline for as long as its recording has the same last block."""

    def __init__(self, client: RecordingsClient) -> None:
        self._client = client
        self._kept: OrderedDict[tuple[str, str], ReadRecording] = OrderedDict()

    async def read(self, recording_id: str, on_progress: Progress) -> ReadRecording:
        """Download a recording and its events, and walk them.

        Raises:
            RecordingsError: As the client core says; nothing partial is returned.
        """
        download = await self._client.snapshots(recording_id, on_progress=on_progress)
        key = (recording_id, download.version)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        read = await self._walk(recording_id, download)
        self._keep(key, read)
        return read

    def forget(self, recording_id: str) -> None:
        """Drop what is kept of a recording, because it was deleted."""
        for key in [key for key in self._kept if key[0] == recording_id]:
            del self._kept[key]

    async def _walk(self, recording_id: str, download: SnapshotDownload) -> ReadRecording:
        events, events_missing = await self._events(recording_id)
        walker = Walker()
        batch: list[bytes] = []
        size = 0
        async with aclosing(download.lines()) as lines:
            async for line in lines:
                batch.append(line)
                size += len(line)
                if size >= _BATCH_BYTES:
                    await to_thread.run_sync(walker.feed_all, batch)
                    batch, size = [], 0
        timeline = await to_thread.run_sync(_finish, walker, batch, events)
        return ReadRecording(timeline, len(download.missing_blocks), events_missing)

    async def _events(self, recording_id: str) -> tuple[list[AnalyticsEvent], str | None]:
        try:
            events = await self._client.session_events(recording_id)
        except MissingScope as error:
            return [], f"the API key lacks the scope {error.scope}"
        return [_analytics_event(event) for event in events], None

    def _keep(self, key: tuple[str, str], read: ReadRecording) -> None:
        self.forget(key[0])
        self._kept[key] = read
        while len(self._kept) > 1 and self._observations_kept() > _KEPT_OBSERVATIONS:
            self._kept.popitem(last=False)

    def _observations_kept(self) -> int:
        return sum(len(read.timeline.observations) for read in self._kept.values())


def _finish(walker: Walker, lines: list[bytes], events: list[AnalyticsEvent]) -> Timeline:
    walker.feed_all(lines)
    return walker.finish(events)


def _analytics_event(event: SessionEvent) -> AnalyticsEvent:
    return AnalyticsEvent(
        event=event.event,
        timestamp=event.timestamp.timestamp() * 1000,
        properties=event.properties,
        uuid=event.uuid,
    )
