"""Read recordings into timelines while they download, and cache the recent ones in memory."""

from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, Event, to_thread

from recordings_mcp import replay
from recordings_mcp.client import (
    CONNECTIONS,
    MissingScope,
    Progress,
    RecordingsClient,
    SessionEvent,
    SessionEvents,
    SnapshotDownload,
    within_deadline,
)
from recordings_mcp.reading.walking import WorkerPool, acquire_slot

if TYPE_CHECKING:
    from recordings_mcp.replay import AnalyticsEvent, Timeline

_DOWNLOADS = CONNECTIONS - 2
"""Recordings downloaded at a time. One that waits to be walked holds its connection, and one that is walked
may need another: if those that wait held all of them, none could continue."""

_MOST_OBSERVATIONS = 200_000
"""Observations cached over all timelines, about 60 MB."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The parts of a recording that could not be read.

    Attributes:
        missing_blocks: Number of blocks that the server listed and did not send.
        missing_scope: The scope that the API key lacks to read the session's analytics events; None when they
            were read.
        first_events: How many of these events were merged, if the session has more; else None.
    """

    missing_blocks: int = 0
    missing_scope: str | None = None
    first_events: int | None = None


@dataclass(frozen=True, slots=True)
class ReadRecording:
    """A recording as it was read: what happened, and what could not be read."""

    timeline: "Timeline"
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class _Entry:
    version: str
    read: ReadRecording


class TimelineCache:
    """Caches timelines under one bound for all callers; each caller finds only what it read itself."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._observations = 0
        self._flights: dict[tuple[str, str], _Flight] = {}

    def find(self, caller: str, recording_id: str, version: str) -> ReadRecording | None:
        """Return what this caller read, if the recording still has this version."""
        entry = self._entries.get((caller, recording_id))
        if entry is None or entry.version != version:
            return None
        self._entries.move_to_end((caller, recording_id))
        return entry.read

    def keep(self, caller: str, recording_id: str, version: str, read: ReadRecording) -> None:
        """Cache it in place of an older version; the least recently used ones are dropped."""
        self.forget(caller, recording_id)
        self._entries[caller, recording_id] = _Entry(version, read)
        self._observations += len(read.timeline.observations)
        while len(self._entries) > 1 and self._observations > _MOST_OBSERVATIONS:
            self.forget(*next(iter(self._entries)))

    def forget(self, caller: str, recording_id: str) -> None:
        """Drop what this caller read of a recording."""
        entry = self._entries.pop((caller, recording_id), None)
        if entry is not None:
            self._observations -= len(entry.read.timeline.observations)

    def forget_caller(self, caller: str) -> None:
        """Drop everything that this caller read."""
        for key in [key for key in self._entries if key[0] == caller]:
            self.forget(*key)

    @asynccontextmanager
    async def single_flight(
        self, caller: str, recording_id: str, on_progress: Progress
    ) -> AsyncGenerator[Progress]:
        """Wait until this caller is not reading this recording elsewhere; then it is read within.

        Callers do not wait for each other: what one reads, another does not get.

        Args:
            caller: Who reads.
            recording_id: What is read.
            on_progress: Called with blocks while this waits for the other. What is given instead also calls
                those that wait for this.

        Raises:
            DeadlineExceeded: The call timed out before the other was done.
        """
        key = (caller, recording_id)
        while (other := self._flights.get(key)) is not None:
            with within_deadline("another call was still reading this recording"):
                await other.follow(on_progress)
        flight = self._flights[key] = _Flight(on_progress)
        try:
            yield flight.advance
        finally:
            del self._flights[key]
            flight.end()


class _Flight:
    """A recording that is being read, and its progress for the calls that wait for it."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._blocks: tuple[int, int] | None = None
        self._ended = False
        self._changed = Event()

    async def advance(self, done: int, total: int) -> None:
        """Report progress to the call that reads and to those that wait."""
        self._blocks = done, total
        self._notify()
        await self._on_progress(done, total)

    def end(self) -> None:
        self._ended = True
        self._notify()

    async def follow(self, on_progress: Progress) -> None:
        """Wait for the end; report progress in the task that waits, so that its failures stay there."""
        reported = None
        while not self._ended:
            changed = self._changed
            if self._blocks not in (reported, None):
                reported = self._blocks
                await on_progress(*reported)
            else:
                await changed.wait()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = Event()


class Timelines:
    """Reads recordings, and caches a timeline for as long as its recording has the same last block."""

    def __init__(
        self,
        client: RecordingsClient,
        workers: WorkerPool,
        cache: TimelineCache | None = None,
        caller: str = "local",
    ) -> None:
        self._client = client
        self._workers = workers
        self._cache = cache or TimelineCache()
        self._caller = caller
        self._downloads = CapacityLimiter(_DOWNLOADS)

    async def read(self, recording_id: str, on_progress: Progress) -> ReadRecording:
        """Download a recording and its events, and walk them, unless another call is already doing so.

        Args:
            recording_id: Which one.
            on_progress: Called with blocks done and blocks in total.

        Raises:
            RecordingsError: Whatever the client raises; nothing partial is returned.
        """
        async with self._cache.single_flight(self._caller, recording_id, on_progress) as advance:
            download = await self._client.snapshots(recording_id, on_progress=advance)
            cached = self._cache.find(self._caller, recording_id, download.version)
            if cached is not None:
                return cached
            read = await self._walk(recording_id, download)
            self._cache.keep(self._caller, recording_id, download.version, read)
            return read

    def forget(self, recording_id: str) -> None:
        """Drop what is cached of a recording, because it was deleted."""
        self._cache.forget(self._caller, recording_id)

    async def _walk(self, recording_id: str, download: SnapshotDownload) -> ReadRecording:
        try:
            events, missing_scope = await self._client.session_events(recording_id), None
        except MissingScope as error:
            events, missing_scope = SessionEvents(), error.scope
        merged = [_analytics_event(event) for event in events]
        async with acquire_slot(self._downloads), aclosing(download.lines()) as lines:
            timeline = await self._workers.walk(lines, merged)
        await to_thread.run_sync(_mask_secret_fields, timeline, abandon_on_cancel=True)
        first_events = len(events) if events.has_more else None
        return ReadRecording(timeline, Gaps(len(download.missing_blocks), missing_scope, first_events))


def _mask_secret_fields(timeline: "Timeline") -> None:
    # Importing it compiles a hundred regular expressions: with the first recording, not at the start.
    from recordings_mcp.reading.secret_fields import mask_secret_fields  # noqa: PLC0415

    mask_secret_fields(timeline)


def _analytics_event(event: SessionEvent) -> "AnalyticsEvent":
    return replay.AnalyticsEvent(
        event=event.event,
        timestamp=event.timestamp.timestamp() * 1000,
        properties=event.properties,
        uuid=event.uuid,
    )
