"""What the server gives to tools: built once, found through the context, never seen by the model."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
from mcp.server.mcpserver import Context

from recordings_mcp.client import MissingScope, RecordingFilters, RecordingsClient, RecordingsError
from recordings_mcp.reading.timelines import Timelines
from recordings_mcp.tools._audit import AuditLog
from recordings_mcp.tools.confirmation import Confirmations

if TYPE_CHECKING:
    from recordings_mcp.privacy import PiiKind, PrivacyLevel, Sanitizer


_RECENT_TTL = 60
"""Seconds for which the list of recent recordings is kept."""

_RECENT_COUNT = 50
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{1,70}")
"""Ids as posthog-js and PostHog's ingestion make them. Any other id was chosen by somebody else, and
completions have no fence to put it in."""


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """What a result may show.

    Attributes:
        level: How much is hidden.
        key: Keys the tokens that replace hidden values, so that one person stays one person.
    """

    level: "PrivacyLevel"
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def sanitizer(self, known: "Mapping[PiiKind, Sequence[str]]") -> "Sanitizer":
        """Return the sanitizer of one result about a person with these values."""
        # Its hundred expressions are compiled with the first result, not at the start.
        from recordings_mcp.privacy import Sanitizer  # noqa: PLC0415

        return Sanitizer(self.level, key=self.key, known=known)


def has_scope(held: frozenset[str], scope: str) -> bool:
    """Return whether a key with these scopes has that one: `*` is all of them, and write includes read."""
    return not held.isdisjoint({"*", scope, scope.replace(":read", ":write")})


class Scopes:
    """What the API key may do, so that nobody is asked about an operation that must fail.

    The key's scopes are looked up at first need. A lack is never remembered: scopes can be added to a key.
    """

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


class RecentRecordings:
    """Lists the newest recordings for completions. Cached: a request per keystroke would be throttled."""

    def __init__(self, client: RecordingsClient) -> None:
        self._client = client
        self._ids: list[str] = []
        self._listed_at = float("-inf")

    async def ids(self) -> list[str]:
        """Return the plain ids of the recordings of the last three days, newest first.

        Raises:
            RecordingsError: The listing failed.
        """
        if anyio.current_time() - self._listed_at > _RECENT_TTL:
            page = await self._client.search(RecordingFilters(limit=_RECENT_COUNT))
            self._ids = [recording.id for recording in page.results if _PLAIN_ID.fullmatch(recording.id)]
            self._listed_at = anyio.current_time()
        return self._ids


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a tool may use.

    Attributes:
        client: The recordings API.
        timelines: Reads recordings into timelines and keeps the recent ones.
        recent: The newest recordings, to complete ids from.
        privacy: What a result may show.
        max_tokens: Budget of a result when the caller names none.
        scopes: What the API key may do.
        confirmations: Asks before anything is destroyed or published.
        audit: Gets a line for every attempt to change something.
        caller: Who calls. Over stdio there is one caller, over HTTP one for each key.
    """

    client: RecordingsClient
    timelines: Timelines
    recent: RecentRecordings
    privacy: PrivacyPolicy
    max_tokens: int
    scopes: Scopes
    confirmations: Confirmations
    audit: AuditLog
    caller: str = "local"


def services_of(context: Context[Services]) -> Services:
    """Return what a tool may use, from the context of its call."""
    return context.request_context.lifespan_context
