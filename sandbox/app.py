"""The embedded PostHog as an ASGI application."""

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp.sandbox import people_api as people
from recordings_mcp.sandbox import sharing_api as sharing
from recordings_mcp.sandbox.access import Access, Handler, Sandbox, endpoint
from recordings_mcp.sandbox.clock import Clock, now_utc
from recordings_mcp.sandbox.errors import ApiError, respond_to_api_error, respond_to_http_error
from recordings_mcp.sandbox.query_api import QUERY, query
from recordings_mcp.sandbox.recordings_api import (
    HANDLERS,
    REFUSED,
    REFUSED_ACTIONS,
    bulk_delete,
    bulk_delete_access,
    refuse,
)
from recordings_mcp.sandbox.settings import SANDBOX_API_KEY, SandboxSettings, Throttle
from recordings_mcp.sandbox.snapshots import SnapshotStorage
from recordings_mcp.sandbox.snapshots_api import SNAPSHOTS, snapshots
from recordings_mcp.sandbox.store import Store
from recordings_mcp.sandbox.throttle import Throttles


def create_sandbox(
    settings: SandboxSettings | None = None,
    *,
    database: str | None = None,
    throttle: Throttle | None = None,
    scopes: frozenset[str] | None = None,
    clock: Clock = now_utc,
) -> Starlette:
    """Create an embedded PostHog.

    It does nothing at startup, so it works with and without a lifespan. Snapshots are read on demand.

    Args:
        settings: All settings; the other arguments override some of them.
        database: An SQLite file, or `:memory:`.
        throttle: Rate limits.
        scopes: The scopes of `SANDBOX_API_KEY`.
        clock: Returns the current time, which decides the age of recordings, rate limits and expiry.
    """
    settings = _with_overrides(settings or SandboxSettings(), database, throttle, scopes)
    app = Starlette(
        routes=list(_routes(settings)),
        middleware=[Middleware(_OptionalSlash)],
        exception_handlers={ApiError: respond_to_api_error, HTTPException: respond_to_http_error},
    )
    app.router.redirect_slashes = False
    app.state.sandbox = Sandbox(
        settings=settings,
        store=Store(settings, clock()),
        snapshots=SnapshotStorage(settings),
        throttles=Throttles(settings.throttle, clock),
        clock=clock,
    )
    return app


class _OptionalSlash:
    """Make the slash at the end of a path optional."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(scope["path"]) > 1:
            scope = {**scope, "path": scope["path"].removesuffix("/")}
        await self._app(scope, receive, send)


def _with_overrides(
    settings: SandboxSettings, database: str | None, throttle: Throttle | None, scopes: frozenset[str] | None
) -> SandboxSettings:
    changes = {"database": database, "throttle": throttle}
    settings = settings.model_copy(
        update={name: value for name, value in changes.items() if value is not None}
    )
    if scopes is None:
        return settings
    keys = tuple(
        key.model_copy(update={"scopes": scopes}) if key.value == SANDBOX_API_KEY else key
        for key in settings.keys
    )
    return settings.model_copy(update={"keys": keys})


def _routes(settings: SandboxSettings) -> Iterator[Route]:
    for method, path, handler, access in people.handlers(settings):
        yield Route(path, endpoint(handler, access), methods=[method])
    yield from sharing.shared_page_routes()
    for project in ("/api/projects/{project_id}", "/api/environments/{project_id}"):
        for method, path, handler, access in _project_handlers(settings):
            yield Route(project + path, endpoint(handler, access), methods=[method])


def _project_handlers(settings: SandboxSettings) -> Iterator[tuple[str, str, Handler, Access]]:
    recordings = "/session_recordings"
    yield "POST", recordings + "/bulk_delete", bulk_delete, bulk_delete_access(settings)
    for method, path in REFUSED_ACTIONS:
        yield method, recordings + path, refuse, REFUSED
    yield "GET", recordings + "/{recording_id}/snapshots", snapshots, SNAPSHOTS
    for method, path, handler, access in (*sharing.HANDLERS, *HANDLERS):
        yield method, recordings + path, handler, access
    yield "POST", "/query", query, QUERY
    yield from people.PROJECT_HANDLERS
