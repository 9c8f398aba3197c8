"""Everything that can be read of a project's recordings.

Pages of a search: PostHog gives a `next_cursor` with each page but the last. Servers from before late 2025
give none: there the cursor is `offset:<number>`, made here. An address in `next` says that there is another
page, and is never followed.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from recordings_mcp.client._answers import read_model
from recordings_mcp.client._blocks import readable_blocks
from recordings_mcp.client._cache import TTL, sources_ttl
from recordings_mcp.client._errors import (
    InvalidCursor,
    InvalidInput,
    InvalidReference,
    ServerFailed,
    SharedLinkLocked,
    WebPageAnswered,
)
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
from recordings_mcp.client._project import ProjectConnection
from recordings_mcp.client._rate_limits import LISTING, LISTING_BY_QUERY, QUERY
from recordings_mcp.client._references import RecordingReference, parse_recording_reference, path_segment
from recordings_mcp.client._refusals import NotFound, SharedLinkNotFound
from recordings_mcp.client._request import Request
from recordings_mcp.client._snapshots import Progress, SnapshotDownload

LONGEST_ADDRESS = 8_000
"""Characters of a request's path and query; nginx takes lines of 8 KiB unless configured otherwise."""

_OFFSET = re.compile(r"offset:([0-9]{1,7})")
_POSTHOG_CURSOR = re.compile(r"[A-Za-z0-9+/_=-]{1,2000}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class RecordingReader(ProjectConnection):
    """PostHog's session recordings, without anything that changes them. See `RecordingsClient`."""

    async def search(
        self, filters: RecordingFilters | None = None, *, cursor: str | None = None
    ) -> RecordingPage:
        """Find recordings, one page at a time. Scope: `session_recording:read`.

        Filters that are too long for an address, such as hundreds of ids, are sent to PostHog's query
        endpoint instead, which requires the scope `query:read` too.

        Args:
            filters: Which recordings, and in which order. The same for all pages.
            cursor: `next_cursor` of the page before; None for the first one.

        Raises:
            InvalidCursor: The cursor comes from no page.
        """
        try:
            page = await self._read(RecordingPage, await self._listing(filters or RecordingFilters(), cursor))
        except ServerFailed as error:
            if cursor is None or type(error) is not ServerFailed:
                raise
            # PostHog answers a cursor that it cannot read with a 500.
            advice = "Start the search again without a cursor; if that fails too, try in a minute."
            raise ServerFailed(error.status, f"PostHog failed on this page. {advice}") from None
        return _with_next_cursor(page, cursor)

    async def get(self, recording_id: str) -> Recording:
        """Return the metadata of one recording. Scope: `session_recording:read`.

        Raises:
            RecordingNotFound: The project has no such recording, or it was deleted.
        """
        return await self._read(Recording, await self._recording_request(recording_id))

    async def snapshot_sources(self, recording_id: str) -> list[SnapshotSource]:
        """Return the parts of a recording's data. Scope: `session_recording:read`.

        Raises:
            RecordingNotFound, RecordingDeleted: There is no such recording, or no longer.
        """
        request = await self._recording_request(recording_id, "snapshots")
        # PostHog puts a token into this answer, which nobody needs here.
        kept = replace(request, cache_ttl=_sources_ttl, cached_member="sources")
        return _sources(await self._connection.send(kept))

    async def snapshots(self, recording_id: str, *, on_progress: Progress | None = None) -> SnapshotDownload:
        """Prepare to download a recording: list its blocks. Scope: `session_recording:read`.

        Args:
            recording_id: Which one.
            on_progress: Awaited after each range of blocks, with blocks done and blocks in total.

        Raises:
            NoSnapshots, LegacySnapshots: The recording cannot be watched.
            RecordingNotFound, RecordingDeleted: There is no such recording, or no longer.
        """
        blocks = readable_blocks(await self.snapshot_sources(recording_id))
        request = await self._recording_request(recording_id, "snapshots")
        return SnapshotDownload(self._connection, request, blocks, on_progress=on_progress)

    async def snapshot_lines(
        self, recording_id: str, *, on_progress: Progress | None = None
    ) -> AsyncGenerator[bytes]:
        """Yield the lines of `snapshots`, for callers that need not know of gaps."""
        download = await self.snapshots(recording_id, on_progress=on_progress)
        async with aclosing(download.lines()) as lines:
            async for line in lines:
                yield line

    async def session_events(self, recording_id: str, *, limit: int = MOST_EVENTS) -> SessionEvents:
        """Return the analytics events of a session, oldest first. Scope: `query:read`.

        A session can have events without a recording. `has_more` of the list says whether there are more.
        """
        request = Request(
            method="POST",
            path=await self._path("query"),
            body=events_query(recording_id, limit=limit),
            rate_limit_buckets=QUERY,
        )
        return read_events(await self._connection.send(request), limit=limit)

    async def person(self, *, distinct_id: str | None = None, uuid: str | None = None) -> Person | None:
        """Return the person with one of the two ids; None when there is none. Scope: `person:read`."""
        if bool(distinct_id) == bool(uuid):
            raise InvalidInput("Give either the person's distinct_id or uuid.")
        if uuid:
            return await self._person_with_uuid(uuid)
        request = Request(path=await self._path("persons"), query={"distinct_id": distinct_id or ""})
        return next(iter((await self._read(_People, request)).results), None)

    async def get_sharing(self, recording_id: str) -> Sharing:
        """Return whether and how a recording is shared. Scope: `sharing_configuration:read`."""
        return await self._sharing(await self._recording_request(recording_id, "sharing"))

    async def resolve(self, reference: str) -> str:
        """Return the id of the recording that a text refers to: an id, a replay link or a shared link.

        Only a shared link needs a request, which goes to the configured host.

        Raises:
            InvalidReference: It is neither, or a link to another host or project than configured.
            InvalidRecordingId: It is no link and cannot be an id.
            SharedLinkNotFound: PostHog does not know the shared link.
            SharedLinkLocked: The shared link asks for a password.
        """
        parsed = parse_recording_reference(reference)
        await self._refuse_elsewhere(parsed)
        if parsed.recording_id is not None:
            return parsed.recording_id
        request = Request(
            path=f"/shared/{quote(parsed.share_token or '', safe='')}.json",
            not_found=SharedLinkNotFound,
            authorized=False,
        )
        try:
            shared = await self._read(_SharedPage, request)
        except WebPageAnswered:  # PostHog's page to unlock it, also in place of the JSON
            raise SharedLinkLocked from None
        if shared.recording is None:
            raise SharedLinkNotFound
        return shared.recording.id

    def replay_url(self, recording_id: str, t: int | None = None) -> str:
        """Return the address at which a person can watch the recording, from second `t` on."""
        project = f"/project/{self._project_id}" if self._project_id else ""
        moment = f"?t={max(0, t)}" if t is not None else ""
        return f"{self._host.origin}{project}/replay/{path_segment(recording_id)}{moment}"

    async def _person_with_uuid(self, uuid: str) -> Person | None:
        if not _UUID.fullmatch(uuid):
            raise InvalidInput("A person's uuid has 32 hexadecimal digits with hyphens between them.")
        try:
            return await self._read(Person, Request(path=await self._path("persons", uuid)))
        except NotFound:
            return None

    async def _listing(self, filters: RecordingFilters, cursor: str | None) -> Request:
        page = _page_fields(cursor)
        request = Request(
            path=await self._path("session_recordings"),
            query={**filters.query(), **{name: parameter(value) for name, value in page.items()}},
            rate_limit_buckets=LISTING,
            # A search for named recordings checks whether they still exist: it is not cached.
            cache_ttl=(lambda _answer: TTL) if filters.session_ids is None else None,
        )
        if len(request.address) <= LONGEST_ADDRESS:
            return request
        return replace(
            request,
            method="POST",
            path=await self._path("query"),
            query={},
            body={"query": {"kind": "RecordingsQuery", **filters.compiled(), **page}},
            rate_limit_buckets=LISTING_BY_QUERY,
        )

    async def _refuse_elsewhere(self, parsed: RecordingReference) -> None:
        if parsed.authority is not None and parsed.authority != self._host.authority:
            raise InvalidReference(
                f"That link is for another host than the configured one, {self._host.origin}. "
                "Only recordings on the configured host can be read."
            )
        if parsed.project_id is not None and parsed.project_id != await self.project_id():
            raise InvalidReference(
                f"That link is for another project than the configured one, {await self.project_id()}. "
                "Configure that project to read its recordings."
            )

    async def _sharing(self, request: Request) -> Sharing:
        sharing = await self._read(Sharing, request)
        if sharing.access_token is None:
            return sharing.model_copy(update={"shared_url": None})
        token = quote(sharing.access_token.get_secret_value(), safe="")
        return sharing.model_copy(update={"shared_url": f"{self._host.origin}/shared/{token}"})


def _page_fields(cursor: str | None) -> dict[str, str | int]:
    """Return the fields of a `RecordingsQuery` that ask for the page of a cursor.

    Raises:
        InvalidCursor: It comes from no page.
    """
    if cursor is None:
        return {}
    if offset := _OFFSET.fullmatch(cursor):
        return {"offset": int(offset[1])}
    if not _POSTHOG_CURSOR.fullmatch(cursor):
        raise InvalidCursor
    return {"after": cursor}


def _with_next_cursor(page: RecordingPage, cursor: str | None) -> RecordingPage:
    """Return the page with a cursor of our own if its server has none, and without one if it is the last."""
    if page.next_cursor and _POSTHOG_CURSOR.fullmatch(page.next_cursor):
        return page
    offset = _OFFSET.fullmatch(cursor or "offset:0")
    reached = int(offset[1]) + len(page.results) if offset else None
    counted_more = reached is not None and page.count is not None and reached < page.count
    has_next = bool(page.results) and (page.has_next or counted_more)
    next_cursor = f"offset:{reached}" if has_next and reached else None
    return page.model_copy(update={"has_next": has_next, "next_cursor": next_cursor})


def _sources(answer: Any) -> list[SnapshotSource]:
    return read_model(_Listed, answer).sources


def _sources_ttl(answer: Any) -> float:
    return sources_ttl(_sources(answer))


class _Listed(Received):
    sources: list[SnapshotSource]


class _People(Received):
    results: list[Person]


class _SharedPage(Received):
    recording: Lenient[Recording] = None
