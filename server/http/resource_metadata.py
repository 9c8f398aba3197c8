"""Tells clients of the gateway who issues keys: RFC 9728, OAuth 2.0 protected resource metadata."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse

from recordings_mcp.server.configuration import Configuration
from recordings_mcp.tools import TOOLS

METADATA_PATH = "/.well-known/oauth-protected-resource/mcp"
"""RFC 9728 §3.1: the path of the resource follows the well-known path."""

_SCOPES = sorted(
    {"project:read", "user:read"}.union(*((*tool.scopes, *tool.optional_scopes) for tool in TOOLS))
)
"""Those of the tools, and what finding the project needs."""


@dataclass(frozen=True, slots=True)
class ResourceMetadata:
    """What the gateway says about itself.

    Attributes:
        origin: Its address for callers: the first allowed host, over https; on loopback the address it
            listens on. No header of a request changes it.
        issuer: Who issues keys: the configured PostHog.
    """

    origin: str
    issuer: str

    @classmethod
    def of(cls, configuration: Configuration) -> "ResourceMetadata":
        """Return the metadata of a configuration."""
        names = configuration.allowed_hosts
        origin = f"https://{names[0]}" if names else f"http://{configuration.http}"
        return cls(origin, configuration.host.rstrip("/"))

    @property
    def address(self) -> str:
        """The address of the metadata."""
        return f"{self.origin}{METADATA_PATH}"

    async def answer(self, _request: Request) -> JSONResponse:
        """Answer a request for the metadata."""
        return JSONResponse(
            {
                "resource": f"{self.origin}/mcp",
                "resource_name": "Session recordings",
                "authorization_servers": [self.issuer],
                "scopes_supported": _SCOPES,
                "bearer_methods_supported": ["header"],
            }
        )
