"""Reads recordings into timelines while they download, and keeps the recent ones in memory."""

import os
from collections import OrderedDict
from contextlib import aclosing, nullcontext
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread

from recordings_mcp.client import (
    CONNECTIONS,
    MissingScope,
    Progress,
    RecordingsClient,
    SessionEvent,
    SessionEvents,
    SnapshotDownload,
)
from recordings_mcp.reading.places import place_in
from recordings_mcp.reading.readings import Readings
from recordings_mcp.reading.walking import Children, walk_lines
from recordings_mcp.replay import AnalyticsEvent, Timeline

_WORTH_BYTES = 8 * 1024 * 1024
"""Recordings from here on, a third of a second to walk, are walked in a process of their own."""

_WORTH_BYTES_OF_MANY = 1024 * 1024
"""The same where several recordings share processes."""

_DOWNLOADS = CONNECTIONS - 2
"""Recordings downloaded at a time. One that waits to be walked holds its connection, and whoever walks may
need another: were all held by those who wait, nobody would go on."""

_MOST_OBSERVATIONS = 200_000
"""Observations kept over all timelines, about 60 MB."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What could not be read of a recording.

    Attributes:
        missing_blocks: Number of blocks that the server listed and sent nothing of.
        missing_scope: The scope that the API key lacks to read the session's analytics events; None when they
            were read.
        first_events: How many of these events were merged, when the session has more; None when it has not.
    """

    missing_blocks: int = 0
    missing_scope: str | None = None
    first_events: int | None = None


@dataclass(frozen=True, slots=True)
class ReadRecording:
    """A recording as it was read: what happened, and what could not be read."""

    timeline: Timeline
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class _Kept:
    version: str
    read: ReadRecording


class KeptTimelines:
    """Keeps timelines under one bound for all callers; each caller finds only what it read itself.

    Attributes:
        room: Bounds how many processes walk at the same time: one for each processor.
        readings: Lets a recording be read once at a time.
    """

    def __init__(self) -> None:
        self.room = CapacityLimiter(os.cpu_count() or 1)
        self.readings = Readings()
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
        self._downloads = CapacityLimiter(_DOWNLOADS)

    def together(self) -> Children:
        """Processes for a call that reads several recordings."""
        return Children(self._kept.room, _WORTH_BYTES_OF_MANY)

    async def read(
        self, recording_id: str, on_progress: Progress, children: Children | None = None
    ) -> ReadRecording:
        """Download a recording and its events, and walk them, unless another call is just doing so.

        Args:
            recording_id: Which one.
            on_progress: Told of blocks.
            children: Walk it if it is large; by default it is walked in one of its own if it is very large.

        Raises:
            RecordingsError: As the client core says; nothing partial is returned.
        """
        async with self._kept.readings.turn(self._caller, recording_id, on_progress) as advance:
            download = await self._client.snapshots(recording_id, on_progress=advance)
            kept = self._kept.find(self._caller, recording_id, download.version)
            if kept is not None:
                return kept
            async with (
                Children(self._kept.room, _WORTH_BYTES) if children is None else nullcontext(children) as ours
            ):
                read = await self._walk(recording_id, download, ours)
            self._kept.keep(self._caller, recording_id, download.version, read)
            return read

    def forget(self, recording_id: str) -> None:
        """Drop what is kept of a recording, because it was deleted."""
        self._kept.forget(self._caller, recording_id)

    async def _walk(self, recording_id: str, download: SnapshotDownload, children: Children) -> ReadRecording:
        events, missing_scope = await self._events(recording_id)
        first_events = len(events) if events.has_more else None
        merged = [_analytics_event(event) for event in events]
        async with place_in(self._downloads), aclosing(download.lines()) as lines:
            timeline = await walk_lines(lines, children, merged)
        await to_thread.run_sync(_mask_secret_fields, timeline)
        return ReadRecording(timeline, Gaps(len(download.missing_blocks), missing_scope, first_events))

    async def _events(self, recording_id: str) -> tuple[SessionEvents, str | None]:
        try:
            return await self._client.session_events(recording_id), None
        except MissingScope as error:
            return SessionEvents(), error.scope


def _mask_secret_fields(timeline: Timeline) -> None:
    # Its hundred expressions are compiled with the first recording: nobody waits for them at the start.
    from recordings_mcp.reading.secret_fields import mask_secret_fields  # noqa: PLC0415

    mask_secret_fields(timeline)


def _analytics_event(event: SessionEvent) -> AnalyticsEvent:
    return AnalyticsEvent(
        event=event.event,
        timestamp=event.timestamp.timestamp() * 1000,
        properties=event.properties,
        uuid=event.uuid,
    )
