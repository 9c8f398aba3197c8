"""What the API key may do, so that nobody is asked about an act that must fail."""

from recordings_mcp.client import MissingScope, RecordingsClient, RecordingsError


def has_scope(held: frozenset[str], scope: str) -> bool:
    """Return whether a key with these scopes has that one: `*` is all of them, and write includes read."""
    return not held.isdisjoint({"*", scope, scope.replace(":read", ":write")})


class Scopes:
    """Learns the key's scopes at first need. A lack is never remembered: scopes can be added to a key."""

    def __init__(self, client: RecordingsClient) -> None:
        self._client = client
        self._held: frozenset[str] = frozenset()

    async def require(self, *needed: str) -> None:
        """Return if the key has every scope, or if PostHog does not say: then it decides at the act.

        Raises:
            MissingScope: The key lacks one; its text says which and where to add it.
        """
        if all(has_scope(self._held, scope) for scope in needed):
            return
        try:
            self._held = await self._client.scopes()
        except RecordingsError:
            return
        for scope in needed:
            if not has_scope(self._held, scope):
                raise MissingScope(scope)
