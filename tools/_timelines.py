"""Reads recordings into timelines while they download, and keeps the recent ones in memory."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from anyio import to_thread

from recordings_mcp.client import (
    MissingScope,
    RecordingsClient,
    SessionEvent,
    SessionEvents,
    SnapshotDownload,
)
from recordings_mcp.replay import AnalyticsEvent, Timeline, Walker

Progress = Callable[[int, int], Awaitable[None]]
"""Told the blocks read so far and the blocks there are."""

_BATCH_BYTES = 256 * 1024
"""Lines are walked in a worker thread in batches of this size, so that no hop costs more than its work."""

_MOST_OBSERVATIONS = 200_000
"""Observations kept over all timelines, about 60 MB."""


@dataclass(frozen=True, slots=True)
class ReadRecording:
    """A recording as it was read.

    Attributes:
        timeline: What happened.
        missing_blocks: Blocks the server listed but sent nothing of.
        events_missing: Why the session's analytics events could not be merged; None when they were.
        first_events: How many of them were merged, when the session has more; None when it has not.
    """

    timeline: Timeline
    missing_blocks: int
    events_missing: str | None
    first_events: int | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    version: str
    read: ReadRecording


class KeptTimelines:
    """Keeps timelines under one bound for all callers; each caller finds only what it read itself."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._observations = 0

    def find(self, caller: str, recording_id: str, version: str) -> ReadRecording | None:
        """What this caller read, if the recording still has this version."""
        kept = self._kept.get((caller, recording_id))
        if kept is None or kept.version != version:
            return None
        self._kept.move_to_end((caller, recording_id))
        return kept.read

    def keep(self, caller: str, recording_id: str, version: str, read: ReadRecording) -> None:
        """Keep it in place of an older version; what was not asked for longest makes room."""
        self.forget(caller, recording_id)
        self._kept[caller, recording_id] = _Kept(version, read)
        self._observations += len(read.timeline.observations)
        while len(self._kept) > 1 and self._observations > _MOST_OBSERVATIONS:
            self.forget(*next(iter(self._kept)))

    def forget(self, caller: str, recording_id: str) -> None:
        """Drop what this caller read of a recording."""
        kept = self._kept.pop((caller, recording_id), None)
        if kept is not None:
            self._observations -= len(kept.read.timeline.observations)

    def forget_caller(self, caller: str) -> None:
        """Drop all that this caller read."""
        for key in [key for key in self._kept if key[0] == caller]:
            self.forget(*key)


class Timelines:
    """Reads recordings, and remembers a timeline for as long as its recording has the same last block."""

    def __init__(
        self, client: RecordingsClient, kept: KeptTimelines | None = None, caller: str = "local"
    ) -> None:
        self._client = client
        self._kept = kept or KeptTimelines()
        self._caller = caller

    async def read(self, recording_id: str, on_progress: Progress) -> ReadRecording:
        """Download a recording and its events, and walk them.

        Raises:
            RecordingsError: As the client core says; nothing partial is returned.
        """
        download = await self._client.snapshots(recording_id, on_progress=on_progress)
        kept = self._kept.find(self._caller, recording_id, download.version)
        if kept is not None:
            return kept
        read = await self._walk(recording_id, download)
        self._kept.keep(self._caller, recording_id, download.version, read)
        return read

    def forget(self, recording_id: str) -> None:
        """Drop what is kept of a recording, because it was deleted."""
        self._kept.forget(self._caller, recording_id)

    async def _walk(self, recording_id: str, download: SnapshotDownload) -> ReadRecording:
        events, events_missing = await self._events(recording_id)
        first_events = len(events) if events.has_more else None
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
        merged = [_analytics_event(event) for event in events]
        timeline = await to_thread.run_sync(_finish, walker, batch, merged)
        return ReadRecording(timeline, len(download.missing_blocks), events_missing, first_events)

    async def _events(self, recording_id: str) -> tuple[SessionEvents, str | None]:
        try:
            return await self._client.session_events(recording_id), None
        except MissingScope as error:
            return SessionEvents(), f"the API key lacks the scope {error.scope}"


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
