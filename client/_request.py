"""A request to PostHog, before anything sends it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from recordings_mcp.client._rate_limits import OTHER, Buckets
from recordings_mcp.client._refusals import NotFound

Method = Literal["GET", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to PostHog.

    Attributes:
        method: The HTTP method.
        path: The path, starting with a slash, every segment quoted.
        query: Parameters of the address.
        body: What is sent as JSON; None for no body.
        changes: Whether it changes something in PostHog. It is sent again only when it never arrived.
        splittable: Whether the caller asks for less when it takes too long, instead of the same again.
        not_found: The error that a 404 raises.
        authorized: Whether the API key is sent.
        rate_limit_buckets: The rate limits it counts in.
        cache_ttl: Returns the seconds for which the decoded answer may be reused; None: it may not.
        cached_member: The only member of the answer that is kept for it; None: the whole answer.
    """

    method: Method = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = field(default=None, repr=False)  # a token may be in it
    changes: bool = False
    splittable: bool = False
    not_found: type[NotFound] = NotFound
    authorized: bool = True
    rate_limit_buckets: Buckets = OTHER
    cache_ttl: Callable[[Any], float] | None = None
    cached_member: str | None = None

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def content(self) -> bytes | None:
        """The encoded body."""
        return None if self.body is None else json.dumps(self.body).encode()

    @property
    def cache_key(self) -> str:
        """Everything that the answer depends on."""
        return f"{self.method} {self.address} {self.content!r}"
