"""The server as a web application: `/mcp` for MCP, `/health` for whoever watches over it."""

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

from recordings_mcp.client import Transport
from recordings_mcp.server._application import build_server
from recordings_mcp.server._configuration import Configuration, InvalidConfiguration
from recordings_mcp.server._guard import prepare_guard
from recordings_mcp.server._http_security import CheckHostAndOrigin, RequireBearer, one_secret
from recordings_mcp.server._http_settings import read_http_settings
from recordings_mcp.server._listening import EndsListening

MCP_PATH = "/mcp"
_HEALTH_PATH = "/health"
_HINT = "Send the bearer secret of this server (RECORDINGS_MCP_HTTP_SECRET): Authorization: Bearer …"
_FOR_PAGES_TO_READ = ["Mcp-Session-Id", "WWW-Authenticate"]


def create_http_application(
    configuration: Configuration, *, transport: Transport | None = None
) -> EndsListening:
    """Build the server and the checks before it.

    Args:
        configuration: Every setting; `http` and `http_secret` among them.
        transport: Carries the requests to PostHog in place of the network.

    Raises:
        InvalidConfiguration: See `create_server` and `read_http_settings`.
    """
    settings = read_http_settings(configuration)
    secret = configuration.http_secret
    if secret is None:
        raise InvalidConfiguration("http_secret: there is none; set RECORDINGS_MCP_HTTP_SECRET.")
    guard = prepare_guard(configuration)
    server = build_server(configuration, guard, transport)
    server.custom_route(_HEALTH_PATH, methods=["GET"])(_health)
    application: ASGIApp = server.streamable_http_app(
        streamable_http_path=MCP_PATH,
        stateless_http=configuration.workers > 1,
        transport_security=settings.transport_security,
    )
    application = RequireBearer(
        AuthContextMiddleware(application),
        one_secret(secret, guard.key("caller")),
        open_paths=frozenset({_HEALTH_PATH}),
        hint=_HINT,
    )
    # Only pages that passed the check of their origin get this far, so each of them may read the answer.
    application = CORSMiddleware(
        application,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=_FOR_PAGES_TO_READ,
    )
    return EndsListening(CheckHostAndOrigin(application, settings.transport_security))


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
