"""Ids of the newest recordings, for completions: asked for at most once a minute."""

import re

import anyio

from recordings_mcp.client import RecordingFilters, RecordingsClient

_KEPT_SECONDS = 60
_HOW_MANY = 50
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{1,70}")
"""What posthog-js and PostHog's ingestion make. Any other id was chosen by a stranger, and completions have
no fence to put it in."""


class RecentRecordings:
    """Lists the newest recordings, and remembers the list: one for every keystroke would be throttled."""

    def __init__(self, client: RecordingsClient) -> None:
        self._client = client
        self._ids: list[str] = []
        self._listed_at = float("-inf")

    async def ids(self) -> list[str]:
        """Ids of recordings of the last three days, newest first; those that are not plain are left out.

        Raises:
            RecordingsError: The listing failed.
        """
        if anyio.current_time() - self._listed_at > _KEPT_SECONDS:
            page = await self._client.search(RecordingFilters(limit=_HOW_MANY))
            self._ids = [recording.id for recording in page.results if _PLAIN_ID.fullmatch(recording.id)]
            self._listed_at = anyio.current_time()
        return self._ids
