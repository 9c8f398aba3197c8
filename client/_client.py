"""PostHog's session recordings as typed Python."""

from recordings_mcp.client._errors import InvalidUpdate, RecordingsError
from recordings_mcp.client._models import Sharing
from recordings_mcp.client._reader import RecordingReader
from recordings_mcp.client._refusals import RecordingDeleted, RecordingNotFound


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

    Reads are tried up to three times; changes only when they never arrived. Every method raises errors of the
    tree in `recordings_mcp.client._errors`, whose root is `RecordingsError`.
    What the arguments are: `ProjectConnection`. What can be read: `RecordingReader`.
    """

    async def update(
        self, recording_id: str, *, viewed: bool | None = None, analyzed: bool | None = None
    ) -> None:
        """Mark a recording as watched or as analyzed. Scope: `session_recording:write`.

        These two are all that an API key can change, and neither can be taken back with a key. `viewed` is
        stored for the owner of the key; `analyzed` only counts the analysis.

        Raises:
            InvalidUpdate: Neither is True, or one is False.
            RecordingNotFound: The project has no such recording.
        """
        marks = {
            name: mark for name, mark in {"viewed": viewed, "analyzed": analyzed}.items() if mark is not None
        }
        if not marks or not all(marks.values()):
            raise InvalidUpdate(
                "An API key can mark a recording as viewed or analyzed, and cannot take either back: "
                "set viewed or analyzed to true. Marking as not viewed is possible in PostHog itself."
            )
        await self._connection.answer(await self._request(recording_id, method="PATCH", body=marks))

    async def set_sharing(self, recording_id: str, *, enabled: bool) -> Sharing:
        """Publish a recording to all who have its link, or stop that. Scope: `sharing_configuration:write`.

        Raises:
            RecordingNotFound: There is no such recording to publish; PostHog itself would publish nothing.
            PublicSharingDisabled: The organization does not allow it.
        """
        if enabled:
            await self.get(recording_id)
        request = await self._request(recording_id, "sharing", method="PATCH", body={"enabled": enabled})
        return self._sharing(await self._connection.answer(request))

    async def refresh_sharing(self, recording_id: str) -> Sharing:
        """Replace the link; the old one works for 300 s more. Scope: `sharing_configuration:write`.

        On a recording that is not shared this shares nothing.
        """
        request = await self._request(recording_id, "sharing", "refresh", method="POST")
        return self._sharing(await self._connection.answer(request))

    async def delete(self, recording_id: str) -> None:
        """Delete one recording for good. Scope: `session_recording:write`.

        When the answer is lost, the recording is read again: it counts as deleted only if it is gone.

        Raises:
            RecordingNotFound: There was no such recording.
            ServerFailed, Unreachable: It was not deleted; `outcome_unknown` tells if even that is not known.
        """
        try:
            await self._connection.answer(await self._request(recording_id, method="DELETE"))
        except RecordingsError as error:
            if not error.outcome_unknown or not await self._is_gone(recording_id):
                raise

    async def _is_gone(self, recording_id: str) -> bool:
        try:
            await self.get(recording_id)
        except (RecordingNotFound, RecordingDeleted):
            return True
        except RecordingsError:
            return False
        return False
