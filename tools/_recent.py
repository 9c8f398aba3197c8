"""Ids of the newest recordings, for completions: asked for at most once a minute."""

import anyio

from recordings_mcp.client import RecordingFilters, RecordingsClient

_KEPT_SECONDS = 60
_HOW_MANY = 50


class RecentRecordings:
    """Lists the newest recordings, and remembers the list: one for every keystroke would be throttled."""

    def __init__(self, client: RecordingsClient) -> None:
        self._client = client
        self._ids: list[str] = []
        self._listed_at = float("-inf")

    async def ids(self) -> list[str]:
        """Ids of recordings of the last three days, newest first.

        Raises:
            RecordingsError: The listing failed.
        """
        if anyio.current_time() - self._listed_at > _KEPT_SECONDS:
            page = await self._client.search(RecordingFilters(limit=_HOW_MANY))
            self._ids = [recording.id for recording in page.results]
            self._listed_at = anyio.current_time()
        return self._ids
