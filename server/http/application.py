"""The server as a web application: `/mcp` for MCP, `/health` for monitoring."""

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp.client import Transport
from recordings_mcp.server.application import Guard, build_server, prepare_guard
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.http.gateway import own_key
from recordings_mcp.server.http.resource_metadata import METADATA_PATH, ResourceMetadata
from recordings_mcp.server.http.security import CheckHostAndOrigin, Door, RequireBearer, one_secret
from recordings_mcp.server.http.settings import HttpSettings, read_http_settings
from recordings_mcp.server.http.web_server import EndsListening
from recordings_mcp.tools import Services

MCP_PATH = "/mcp"
_HEALTH_PATH = "/health"
_HINT = "Send the bearer secret of this server (RECORDINGS_MCP_HTTP_SECRET): Authorization: Bearer …"
_GATEWAY_HINT = "Send your PostHog personal API key: Authorization: Bearer phx_…"
_FOR_PAGES_TO_READ = ["Mcp-Session-Id", "WWW-Authenticate"]


def create_http_application(
    configuration: Configuration, *, transport: Transport | None = None
) -> EndsListening:
    """Build the server and the checks in front of it.

    Args:
        configuration: Every setting; `http`, and `http_secret` or `gateway`, among them.
        transport: Carries the requests to PostHog in place of the network.

    Raises:
        InvalidConfiguration: See `create_server` and `read_http_settings`.
    """
    settings = read_http_settings(configuration)
    guard = prepare_guard(configuration)
    return behind_door(build_server(configuration, guard, transport), configuration, settings, guard)


def behind_door(
    server: MCPServer[Services], configuration: Configuration, settings: HttpSettings, guard: Guard
) -> EndsListening:
    """Put the checks of host, origin and bearer in front of a server.

    Raises:
        InvalidConfiguration: There is neither `http_secret` nor `gateway`.
    """
    server.custom_route(_HEALTH_PATH, methods=["GET"])(_health)
    door = _door(server, configuration, guard)
    checked_outside = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    application: ASGIApp = server.streamable_http_app(
        streamable_http_path=MCP_PATH, transport_security=checked_outside
    )
    # Only pages that passed the check of their origin get as far as CORS, so each may read the answer.
    application = _ForPages(
        RequireBearer(AuthContextMiddleware(application), door),
        allow_origins=["*"],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=_FOR_PAGES_TO_READ,
    )
    return EndsListening(CheckHostAndOrigin(application, settings))


class _ForPages(CORSMiddleware):
    """CORS for pages only: requests of programs have no Origin header and skip it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and "origin" in Headers(scope=scope):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _door(server: MCPServer[Services], configuration: Configuration, guard: Guard) -> Door:
    """Return how callers authenticate: with their own keys in a gateway, else with the one secret."""
    key, secret = guard.key("caller"), configuration.http_secret
    if configuration.gateway:
        metadata = ResourceMetadata.of(configuration)
        server.custom_route(METADATA_PATH, methods=["GET"])(metadata.answer)
        open_paths = frozenset({_HEALTH_PATH, METADATA_PATH})
        return Door(own_key(key), _GATEWAY_HINT, open_paths, metadata.address)
    if secret is None:
        raise InvalidConfiguration("http_secret: there is none; set RECORDINGS_MCP_HTTP_SECRET.")
    return Door(one_secret(secret, key), _HINT, frozenset({_HEALTH_PATH}))


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
