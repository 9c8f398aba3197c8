"""PostHog's session recordings as typed Python."""

from collections.abc import Iterable, Sequence

from recordings_mcp.client._deletion import Deletion
from recordings_mcp.client._errors import InvalidUpdate, RecordingsError
from recordings_mcp.client._filters import LONGEST_RETENTION
from recordings_mcp.client._models import BulkDeletion, DeletionOutcome, Sharing
from recordings_mcp.client._rate_limits import RECORDINGS
from recordings_mcp.client._reader import RecordingReader
from recordings_mcp.client._references import check_recording_id
from recordings_mcp.client._refusals import RecordingDeleted, RecordingNotFound
from recordings_mcp.client._request import Request


class RecordingsClient(RecordingReader):
    """PostHog's session-recordings API over one connection pool, for one project.

    Example:
        ```python
        async with RecordingsClient(host="https://eu.posthog.com", project_id=12345, api_key=key) as client:
            filters = RecordingFilters(date_from="-7d", events=[EventFilter(id="$rageclick")])
            page = await client.search(filters)
            for recording in page.results:
                print(recording.start_time, client.replay_url(recording.id))
        ```

    Reads are tried up to three times; changes are sent again only when they never arrived. Searches and lists
    of data are cached for 15 s, until this client changes something. Every method raises errors of the tree
    in `recordings_mcp.client._errors`, whose root is `RecordingsError`.
    The arguments: see `ProjectConnection`. What can be read: see `RecordingReader`.
    """

    async def update(
        self, recording_id: str, *, viewed: bool | None = None, analyzed: bool | None = None
    ) -> None:
        """Mark a recording as watched or as analyzed. Scope: `session_recording:write`.

        These two are all that an API key can change, and a key cannot undo either. `viewed` is stored for
        the owner of the key; `analyzed` only counts the analysis.

        Raises:
            InvalidUpdate: Neither is True, or one is False.
            RecordingNotFound: The project has no such recording.
        """
        marks = {
            name: mark for name, mark in {"viewed": viewed, "analyzed": analyzed}.items() if mark is not None
        }
        if not marks or not all(marks.values()):
            raise InvalidUpdate(
                "An API key can mark a recording as viewed or analyzed, and cannot undo either: "
                "set viewed or analyzed to true. Marking as not viewed is possible in PostHog itself."
            )
        await self._connection.send(await self._recording_request(recording_id, method="PATCH", body=marks))

    async def set_sharing(self, recording_id: str, *, enabled: bool) -> Sharing:
        """Publish a recording to everyone with its link, or stop. Scope: `sharing_configuration:write`.

        Raises:
            RecordingNotFound: There is no such recording to publish; PostHog itself would publish nothing.
            PublicSharingDisabled: The organization does not allow it.
        """
        if enabled:
            await self.get(recording_id)
        body = {"enabled": enabled}
        return await self._sharing(
            await self._recording_request(recording_id, "sharing", method="PATCH", body=body)
        )

    async def refresh_sharing(self, recording_id: str) -> Sharing:
        """Replace the link; the old one works for another 300 s. Scope: `sharing_configuration:write`.

        This does not share a recording that is not shared.
        """
        request = await self._recording_request(recording_id, "sharing", "refresh", method="POST")
        return await self._sharing(request)

    async def delete(self, recording_id: str) -> None:
        """Delete one recording for good. Scope: `session_recording:write`.

        When the answer is lost, the recording is read again: it counts as deleted only if it is gone.

        Raises:
            RecordingNotFound: The server says that there was no such recording; most servers do not.
            ServerFailed, Unreachable: It was not deleted, or `outcome_unknown` is True.
        """
        try:
            await self._connection.send(await self._recording_request(recording_id, method="DELETE"))
        except RecordingsError as error:
            if not error.outcome_unknown:
                raise
            gone = await self._is_gone(recording_id)
            if not gone:
                error.outcome_unknown = gone is None
                raise

    async def delete_many(self, recording_ids: Iterable[str]) -> list[DeletionOutcome]:
        """Delete recordings for good, 100 to a request. Scope: `session_recording:write`.

        Where keys may not delete in bulk, they are deleted one by one. The outcome of each is found by
        listing them before and, when PostHog's answer leaves it open, after.

        Returns:
            One outcome for each different id, in the order given.

        Raises:
            InvalidRecordingId: One of them cannot be an id; nothing was sent.
            RecordingsError: Nothing was deleted, for a reason that applies to all of them.
        """
        return await Deletion(self).run([check_recording_id(recording_id) for recording_id in recording_ids])

    async def bulk_delete(self, recording_ids: Sequence[str]) -> BulkDeletion:
        """Send one bulk deletion of at most 100, as PostHog offers it. Use `delete_many` instead."""
        request = Request(
            method="POST",
            path=await self._path("session_recordings", "bulk_delete"),
            body={"session_recording_ids": list(recording_ids), "date_from": LONGEST_RETENTION},
            changes=True,
            rate_limit_buckets=RECORDINGS,
        )
        return await self._read(BulkDeletion, request)

    async def _is_gone(self, recording_id: str) -> bool | None:
        try:
            await self.get(recording_id)
        except (RecordingNotFound, RecordingDeleted):
            return True
        except RecordingsError:
            return None
        return False
