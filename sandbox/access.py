"""Requests: who may do what (keys, scopes, projects, sharing tokens), checked before each endpoint.

The order is the real server's: authentication, then project and scope, then rate limits. Bodies and
parameters are read as Django REST framework reads them.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response

from recordings_mcp.sandbox.clock import Clock, milliseconds
from recordings_mcp.sandbox.errors import (
    authentication_failed,
    invalid,
    not_authenticated,
    not_found,
    permission_denied,
    unreadable_body,
)
from recordings_mcp.sandbox.settings import (
    SANDBOX_PROJECT_ID,
    SANDBOX_SECOND_PROJECT_ID,
    ApiKey,
    SandboxSettings,
)
from recordings_mcp.sandbox.shares import Shares
from recordings_mcp.sandbox.snapshots import SnapshotStorage
from recordings_mcp.sandbox.store import Store
from recordings_mcp.sandbox.throttle import Bucket, Throttles

PROJECTS = {SANDBOX_PROJECT_ID: "Demo shop", SANDBOX_SECOND_PROJECT_ID: "Second project"}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The state that all endpoints share."""

    settings: SandboxSettings
    store: Store
    snapshots: SnapshotStorage
    throttles: Throttles
    clock: Clock


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed all checks. Exactly one of `key` and `shared_recording` is set."""

    sandbox: Sandbox
    request: Request
    project: int
    body: bytes
    key: ApiKey | None = None
    shared_recording: str | None = None

    @property
    def recording_id(self) -> str:
        """The id of the recording in the path."""
        return cast("str", self.request.path_params["recording_id"])

    @property
    def user(self) -> str:
        """The address of the key's owner; empty for the holder of a sharing token."""
        return self.key.user if self.key else ""

    def body_object(self) -> dict[str, Any]:
        """Return the body, JSON or a form, as an object; an empty body is an empty object.

        Raises:
            ApiError: 400, if the body is anything else.
        """
        if not self.body:
            return {}
        if self.request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise unreadable_body(f"JSON parse error - {error}") from error
        if not isinstance(value, dict):
            raise invalid(f"Invalid data. Expected a dictionary, but got {type(value).__name__}.")
        return cast("dict[str, Any]", value)


_TRUE = {"true", "t", "1", "yes", "y", "on"}
_FALSE = {"false", "f", "0", "no", "n", "off"}


def boolean(value: Any, name: str) -> bool:
    """Return a boolean field, which may also be written as a number or a word.

    Raises:
        ApiError: 400, if it is not a boolean.
    """
    if value is None:
        raise invalid("This field may not be null.", code="null", attr=name)
    word = str(value).lower()
    if word not in _TRUE | _FALSE:
        raise invalid("Must be a valid boolean.", attr=name)
    return word in _TRUE


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Access:
    """The requirements of an endpoint.

    `scope` is the scope that the key needs; with an empty one the endpoint accepts every personal API key,
    and without one none, not even one with all scopes. `shareable` endpoints also accept a sharing token.
    Endpoints outside projects refuse keys that are restricted to projects, unless they are about the user or
    the key. `editors_only` endpoints refuse viewers.
    """

    scope: str | None
    throttles: Sequence[Bucket] = ("general",)
    in_project: bool = True
    shareable: bool = False
    editors_only: bool = False


def endpoint(handler: Handler, access: Access) -> Callable[[Request], Awaitable[Response]]:
    """Return a Starlette endpoint that checks `access` and then calls `handler`."""

    async def respond(request: Request) -> Response:
        body = await request.body()
        return await anyio.to_thread.run_sync(_respond, handler, access, request, body)

    return respond


def _respond(handler: Handler, access: Access, request: Request, body: bytes) -> Response:
    sandbox = cast("Sandbox", request.app.state.sandbox)
    token = request.query_params.get("sharing_access_token")
    if token is not None:
        return handler(_shared_call(sandbox, request, access, token))
    key = _authenticated(sandbox.settings, request)
    project = _project(request, key) if access.in_project else 0
    _check_scope(key, access, project)
    sandbox.throttles.check(key.value, access.throttles)
    return handler(Call(sandbox, request, project, body, key=key))


def _authenticated(settings: SandboxSettings, request: Request) -> ApiKey:
    match = re.match(r"Bearer\s+(\S.+)$", request.headers.get("authorization", ""))
    found = match[1].strip() if match else request.query_params.get("personal_api_key")
    if found is None:
        raise not_authenticated()
    for key in settings.keys:
        if key.value == found:
            return key
    source = "Authorization header" if match else "query string"
    raise authentication_failed(f"Personal API key found in request {source} is invalid.")


def _project(request: Request, key: ApiKey) -> int:
    asked = str(request.path_params["project_id"])
    if asked == "@current":
        return min(key.projects or {SANDBOX_PROJECT_ID})
    project = int(asked) if asked.isdecimal() else 0
    if project not in PROJECTS:
        raise not_found("Project not found.")
    return project


def _check_scope(key: ApiKey, access: Access, project: int) -> None:
    if access.scope is None:
        raise permission_denied("This action does not support personal API key access")
    about_oneself = access.scope.startswith(("user:", "personal_api_key:", "introspection"))
    if not access.scope:
        return
    if key.projects is not None and not about_oneself:
        if not access.in_project:
            raise permission_denied(
                "API keys with scoped projects are only supported on project-based endpoints."
            )
        if project not in key.projects:
            raise permission_denied(f"API key does not have access to the requested project: ID {project}.")
    accepted = {"*", access.scope, access.scope.replace(":read", ":write")}
    if not accepted & key.scopes:
        raise permission_denied(f"API key missing required scope '{access.scope}'")
    if access.editors_only and key.role != "editor":
        raise permission_denied("You do not have editor access to this resource.")


def _shared_call(sandbox: Sandbox, request: Request, access: Access, token: str) -> Call:
    if request.method not in ("GET", "HEAD"):
        raise authentication_failed("Sharing access token can only be used for GET requests.")
    share = Shares(sandbox.store, milliseconds(sandbox.clock())).of_token(token)
    if share is None:
        raise authentication_failed("Sharing access token is invalid.")
    if share.password_required:
        raise not_authenticated()
    asked = request.path_params.get("recording_id"), str(request.path_params.get("project_id"))
    if not access.shareable or asked != (share.recording_id, str(share.project)):
        raise permission_denied()
    return Call(sandbox, request, share.project, b"", shared_recording=share.recording_id)
