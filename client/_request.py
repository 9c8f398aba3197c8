"""What is asked of PostHog, before anything carries it there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from recordings_mcp.client._rate_limits import OTHER, Limits
from recordings_mcp.client._refusals import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to PostHog.

    Attributes:
        path: The path, starting with a slash, every segment quoted.
        query: Parameters of the address.
        body: What is sent as JSON; None for no body.
        changes: Whether it changes something in PostHog. It is sent again only when it never arrived.
        may_be_divided: Whether the caller asks for less when it takes too long, instead of the same again.
        missing: The error that a 404 stands for.
        authorized: Whether the API key goes along.
        counts_as: The rate limits it counts in.
        kept_for: Gives the seconds for which the decoded answer may be given again; None: it may not.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"] = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    changes: bool = False
    may_be_divided: bool = False
    missing: type[NotFound] = NotFound
    authorized: bool = True
    counts_as: Limits = OTHER
    kept_for: Callable[[Any], float] | None = None

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def question(self) -> str:
        """All that its answer depends on."""
        return f"{self.method} {self.address} {self.content!r}"

    @property
    def content(self) -> bytes | None:
        """What is sent as the body."""
        return None if self.body is None else json.dumps(self.body).encode()
