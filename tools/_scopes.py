"""What the API key may do, so that nobody is asked about an act that must fail."""

from recordings_mcp.client import MissingScope, RecordingsClient, RecordingsError

_EVERYTHING = "*"


class Scopes:
    """Learns the key's scopes at first need. A lack is never remembered: scopes can be added to a key."""

    def __init__(self, client: RecordingsClient) -> None:
        self._client = client
        self._held: frozenset[str] = frozenset()

    async def require(self, *needed: str) -> None:
        """Return if the key has every scope, or if PostHog does not tell: then it decides at the act.

        Raises:
            MissingScope: The key lacks one; its text says which and where to add it.
        """
        if self._has(needed):
            return
        try:
            self._held = await self._client.scopes()
        except RecordingsError:
            return
        for scope in needed:
            if not self._has([scope]):
                raise MissingScope(scope)

    def _has(self, needed: tuple[str, ...] | list[str]) -> bool:
        return _EVERYTHING in self._held or all(scope in self._held for scope in needed)
