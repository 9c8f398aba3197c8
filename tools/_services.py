"""What the server hands to tools: built once, found through the context, never seen by the model."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mcp.server.mcpserver import Context

from recordings_mcp.client import RecordingsClient
from recordings_mcp.reading.timelines import Timelines
from recordings_mcp.tools._audit import AuditLog
from recordings_mcp.tools._recent import RecentRecordings
from recordings_mcp.tools._scopes import Scopes
from recordings_mcp.tools.confirmation import Confirmations

if TYPE_CHECKING:
    from recordings_mcp.privacy import Kind, Outgoing, PrivacyLevel


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """What may leave.

    Attributes:
        level: How much is hidden.
        key: Keys the tokens that stand for hidden values, so that one person stays one person.
    """

    level: "PrivacyLevel"
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def outgoing(self, known: "Mapping[Kind, Sequence[str]]") -> "Outgoing":
        """The pass for one result about a person with these values."""
        # Its hundred expressions are compiled with the first result: nobody waits for them at the start.
        from recordings_mcp.privacy import Outgoing  # noqa: PLC0415

        return Outgoing(self.level, key=self.key, known=known)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a tool may use.

    Attributes:
        client: The recordings API.
        timelines: Reads recordings into timelines and keeps the recent ones.
        recent: The newest recordings, to complete ids from.
        privacy: What may leave in a result.
        max_tokens: Budget of a result when the caller names none.
        scopes: What the API key may do.
        confirmations: Asks before anything is destroyed or published.
        audit: Told of every attempt to change something.
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
    """What a tool may use, in the context of its call."""
    return context.request_context.lifespan_context
