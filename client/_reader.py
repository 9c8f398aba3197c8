"""Everything that can be read of a project's recordings."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from recordings_mcp.client._answers import read_model
from recordings_mcp.client._blocks import readable_blocks
from recordings_mcp.client._cache import SECONDS, seconds_for_sources
from recordings_mcp.client._errors import InvalidInput, InvalidReference, ServerFailed
from recordings_mcp.client._events import MOST_EVENTS, SessionEvents, events_query, read_events
from recordings_mcp.client._filters import RecordingFilters, parameter
from recordings_mcp.client._models import (
    Lenient,
    Person,
    Received,
    Recording,
    RecordingPage,
    Sharing,
    SnapshotSource,
)
from recordings_mcp.client._paging import place_of, with_next_cursor
from recordings_mcp.client._project import ProjectConnection
from recordings_mcp.client._rate_limits import LISTING, LISTING_BY_QUERY, QUERY
from recordings_mcp.client._references import RecordingReference, parse_recording_reference, path_segment
from recordings_mcp.client._refusals import NotFound, SharedLinkNotFound
from recordings_mcp.client._request import Request
from recordings_mcp.client._snapshots import Progress, SnapshotDownload

LONGEST_ADDRESS = 8_000
"""Characters of a request's path and query; nginx takes lines of 8 KiB unless it is told otherwise."""


_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class RecordingReader(ProjectConnection):
    """PostHog's session recordings, without anything that changes them. See `RecordingsClient`."""

    async def search(
        self, filters: RecordingFilters | None = None, *, cursor: str | None = None
    ) -> RecordingPage:
        """Find recordings, one page at a time. Scope: `session_recording:read`.

        Filters that are too long for an address, such as hundreds of ids, are sent to PostHog's query
        endpoint instead, which asks for the scope `query:read` too.

        Args:
            filters: Which ones, and in which order. The same for all pages.
            cursor: `next_cursor` of the page before; None for the first one.

        Raises:
            InvalidCursor: The cursor comes from no page.
        """
        try:
            answer = await self._connection.answer(await self._listing(filters or RecordingFilters(), cursor))
        except ServerFailed as error:
            if cursor is None or type(error) is not ServerFailed:
                raise
            # PostHog answers a cursor it cannot read like a fault of its own.
            advice = "Start the search again without a cursor; if that fails too, try in a minute."
            raise ServerFailed(error.status, f"PostHog failed on this page. {advice}") from None
        return with_next_cursor(read_model(RecordingPage, answer), cursor)

    async def search_all(
        self, filters: RecordingFilters | None = None, *, at_most: int = 1_000
    ) -> AsyncGenerator[Recording]:
        """Find recordings over as many pages as it takes, up to `at_most` of them."""
        cursor: str | None = None
        asked: set[str | None] = set()
        left = at_most
        while left > 0 and cursor not in asked:
            asked.add(cursor)
            page = await self.search(filters, cursor=cursor)
            for recording in page.results[:left]:
                yield recording
            left -= len(page.results)
            if page.next_cursor is None:
                return
            cursor = page.next_cursor

    async def get(self, recording_id: str) -> Recording:
        """Read the metadata of one recording. Scope: `session_recording:read`.

        Raises:
            RecordingNotFound: The project has no such recording, or it was deleted.
        """
        return read_model(Recording, await self._connection.answer(await self._request(recording_id)))

    async def snapshot_sources(self, recording_id: str) -> list[SnapshotSource]:
        """List the parts of a recording's data. Scope: `session_recording:read`.

        Raises:
            RecordingNotFound, RecordingDeleted: There is no such recording, or no longer.
        """
        request = await self._request(recording_id, "snapshots")
        return _sources(await self._connection.answer(replace(request, kept_for=_seconds_for_sources)))

    async def snapshots(self, recording_id: str, *, on_progress: Progress | None = None) -> SnapshotDownload:
        """Prepare to download a recording: what it is made of is known then. Scope: `session_recording:read`.

        Args:
            recording_id: Which one.
            on_progress: Awaited after each range of blocks with blocks done and blocks in all.

        Raises:
            NoSnapshots, LegacySnapshots: The recording cannot be watched.
            RecordingNotFound, RecordingDeleted: There is no such recording, or no longer.
        """
        blocks = readable_blocks(await self.snapshot_sources(recording_id))
        path = (await self._request(recording_id, "snapshots")).path
        return SnapshotDownload(self._connection, path, blocks, on_progress=on_progress)

    async def snapshot_lines(
        self, recording_id: str, *, on_progress: Progress | None = None
    ) -> AsyncGenerator[bytes]:
        """Download a recording: the lines of `snapshots`, for those who need not know of gaps."""
        download = await self.snapshots(recording_id, on_progress=on_progress)
        async with aclosing(download.lines()) as lines:
            async for line in lines:
                yield line

    async def session_events(self, recording_id: str, *, limit: int = MOST_EVENTS) -> SessionEvents:
        """Read the analytics events of a session, oldest first. Scope: `query:read`.

        A session can have events without a recording. `has_more` of the list tells if there are more.
        """
        request = Request(
            method="POST",
            path=await self._path("query"),
            body=events_query(recording_id, limit=limit),
            counts_as=QUERY,
        )
        return read_events(await self._connection.answer(request), limit=limit)

    async def person(self, *, distinct_id: str | None = None, uuid: str | None = None) -> Person | None:
        """Find a person by one of the two ids; None when there is none. Scope: `person:read`."""
        if bool(distinct_id) == bool(uuid):
            raise InvalidInput("Give either the person's distinct_id or uuid.")
        if uuid:
            return await self._person_with_uuid(uuid)
        request = Request(path=await self._path("persons"), query={"distinct_id": distinct_id or ""})
        return next(iter(read_model(_People, await self._connection.answer(request)).results), None)

    async def get_sharing(self, recording_id: str) -> Sharing:
        """Read whether a recording is shared. Scope: `sharing_configuration:read`."""
        return self._sharing(await self._connection.answer(await self._request(recording_id, "sharing")))

    async def resolve(self, reference: str) -> str:
        """Give the id of the recording that a text means: an id, a replay link or a shared link.

        Only a shared link needs a request, which goes to the configured host.

        Raises:
            InvalidReference: It is no such text, or a link to another host or project than configured.
            InvalidRecordingId: It is no link and cannot be an id.
            SharedLinkNotFound: The shared link leads nowhere.
        """
        read = parse_recording_reference(reference)
        await self._refuse_elsewhere(read)
        if read.recording_id is not None:
            return read.recording_id
        request = Request(
            path=f"/shared/{quote(read.share_token or '', safe='')}.json",
            missing=SharedLinkNotFound,
            authorized=False,
        )
        shared = read_model(_SharedPage, await self._connection.answer(request))
        if shared.recording is None:
            raise SharedLinkNotFound
        return shared.recording.id

    def replay_url(self, recording_id: str, t: int | None = None) -> str:
        """Give the address at which a person watches the recording, from second `t` on."""
        project = f"/project/{self._project_id}" if self._project_id else ""
        moment = f"?t={max(0, t)}" if t is not None else ""
        return f"{self._host.origin}{project}/replay/{path_segment(recording_id)}{moment}"

    async def _person_with_uuid(self, uuid: str) -> Person | None:
        if not _UUID.fullmatch(uuid):
            raise InvalidInput("A person's uuid has 32 hexadecimal digits with hyphens between them.")
        try:
            return read_model(
                Person, await self._connection.answer(Request(path=await self._path("persons", uuid)))
            )
        except NotFound:
            return None

    async def _listing(self, filters: RecordingFilters, cursor: str | None) -> Request:
        place = place_of(cursor)
        query = {**filters.query(), **{name: parameter(value) for name, value in place.items()}}
        # Recordings that are named are looked for to see whether they are still there.
        kept_for = _for_a_moment if filters.session_ids is None else None
        request = Request(
            path=await self._path("session_recordings"), query=query, counts_as=LISTING, kept_for=kept_for
        )
        if len(request.address) <= LONGEST_ADDRESS:
            return request
        question = {"kind": "RecordingsQuery", **filters.compiled(), **place}
        return replace(
            request,
            method="POST",
            path=await self._path("query"),
            query={},
            body={"query": question},
            counts_as=LISTING_BY_QUERY,
        )

    async def _refuse_elsewhere(self, read: RecordingReference) -> None:
        if read.authority is not None and read.authority != self._host.authority:
            raise InvalidReference(
                f"That link leads to another host than the configured one, {self._host.origin}. "
                "Only recordings of the configured host can be read."
            )
        if read.project_id is not None and read.project_id != await self.project_id():
            raise InvalidReference(
                f"That link leads to another project than the configured one, {await self.project_id()}. "
                "Configure that project to read its recordings."
            )

    def _sharing(self, answer: Any) -> Sharing:
        sharing = read_model(Sharing, answer)
        if sharing.access_token is None:
            return sharing.model_copy(update={"shared_url": None})
        token = quote(sharing.access_token.get_secret_value(), safe="")
        return sharing.model_copy(update={"shared_url": f"{self._host.origin}/shared/{token}"})


def _for_a_moment(_answer: Any) -> float:
    return SECONDS


def _sources(answer: Any) -> list[SnapshotSource]:
    return read_model(_Listed, answer).sources


def _seconds_for_sources(answer: Any) -> float:
    return seconds_for_sources(_sources(answer))


class _Listed(Received):
    sources: list[SnapshotSource]


class _People(Received):
    results: list[Person]


class _SharedPage(Received):
    recording: Lenient[Recording] = None
