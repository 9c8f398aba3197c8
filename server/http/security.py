"""Who may call over HTTP: the checks in front of every route.

From the outside in: the Host and Origin headers, then the bearer.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp.server.http.settings import HttpSettings

_SCHEME = "bearer "


class Caller(AuthenticatedUser):
    """Who sent a request. The SDK binds sessions and what it seals to `fingerprint`.

    Attributes:
        fingerprint: A keyed hash of the bearer.
        api_key: The caller's own key for PostHog; None where the server has one for all.
    """

    def __init__(self, fingerprint: str, api_key: SecretStr | None = None) -> None:
        super().__init__(AccessToken(token="", client_id=fingerprint, scopes=[]))
        self.fingerprint = fingerprint
        self.api_key = api_key


Identify = Callable[[str], Caller | None]
"""Returns the caller that a bearer belongs to, or None."""


def one_secret(secret: SecretStr, key: bytes) -> Identify:
    """Return a check that accepts the secret. It compares hashes, in constant time."""
    expected = keyed_hash(key, secret.get_secret_value())

    def identify(bearer: str) -> Caller | None:
        presented = keyed_hash(key, bearer)
        return Caller(presented) if hmac.compare_digest(presented, expected) else None

    return identify


class CheckHostAndOrigin:
    """Refuses requests under a name that is not this server's (421) and from foreign web pages (403).

    In place of the SDK's check, which covers its own route only, and takes whatever begins with an allowed
    name and a colon.
    """

    def __init__(self, application: ASGIApp, settings: HttpSettings) -> None:
        self._application = application
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request."""
        refusal = self._refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        await (refusal or self._application)(scope, receive, send)

    def _refusal(self, headers: Headers) -> Response | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._settings.accepts_host(hosts[0]):
            return PlainTextResponse("Invalid Host header", status_code=421)
        if len(origins) > 1 or not all(self._settings.accepts_origin(origin) for origin in origins):
            return PlainTextResponse("Invalid Origin header", status_code=403)
        return None


@dataclass(frozen=True, slots=True)
class Door:
    """How requests are authenticated.

    Attributes:
        identify: Returns the caller that a bearer belongs to.
        hint: What to send, for the reader of a refusal.
        open_paths: Paths that need no bearer.
        metadata_url: Where the RFC 9728 metadata of this server is.
    """

    identify: Identify
    hint: str
    open_paths: frozenset[str]
    metadata_url: str | None = None


class RequireBearer:
    """Refuses requests without a bearer that the door accepts (401)."""

    def __init__(self, application: ASGIApp, door: Door) -> None:
        self._application = application
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request."""
        if scope["type"] == "http" and scope["path"] not in self._door.open_paths:
            bearer = _bearer(Headers(scope=scope))
            caller = None if bearer is None else self._door.identify(bearer)
            if caller is None:
                await self._refusal(presented=bearer is not None)(scope, receive, send)
                return
            scope["user"] = caller
        await self._application(scope, receive, send)

    def _refusal(self, *, presented: bool) -> JSONResponse:
        error = "invalid_token" if presented else "missing_token"
        challenge = ['realm="recordings-mcp"']
        if presented:
            challenge.append('error="invalid_token"')
        if self._door.metadata_url:
            challenge.append(f'resource_metadata="{self._door.metadata_url}"')
        return JSONResponse(
            {"error": error, "error_description": self._door.hint},
            status_code=401,
            headers={"WWW-Authenticate": f"Bearer {', '.join(challenge)}"},
        )


def _bearer(headers: Headers) -> str | None:
    """Return the bearer if there is exactly one: a proxy might pick the other of two."""
    sent = headers.getlist("authorization")
    if len(sent) != 1 or not sent[0].lower().startswith(_SCHEME):
        return None
    return sent[0][len(_SCHEME) :].strip()


def keyed_hash(key: bytes, bearer: str) -> str:
    """Return what identifies a caller; without the key it reveals nothing about the bearer."""
    return hmac.new(key, bearer.encode(), sha256).hexdigest()
