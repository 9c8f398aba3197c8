"""Where clients of the gateway learn who gives out keys: RFC 9728, OAuth 2.0 protected resource metadata."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse

from recordings_mcp.server.configuration import Configuration
from recordings_mcp.tools import TOOLS

METADATA_PATH = "/.well-known/oauth-protected-resource/mcp"
"""RFC 9728 §3.1: the resource's path goes behind the well-known one."""

_SCOPES = sorted(
    {"project:read", "user:read"}.union(*((*tool.scopes, *tool.optional_scopes) for tool in TOOLS))
)
"""Those of the tools, and what finding the project needs."""


@dataclass(frozen=True, slots=True)
class ResourceMetadata:
    """What the gateway says about itself.

    Attributes:
        origin: The address under which callers know it: the first name it is allowed, over https; on loopback
            the address it listens on. No header of a request changes it.
        issuer: Who gives out keys: the configured PostHog.
    """

    origin: str
    issuer: str

    @classmethod
    def of(cls, configuration: Configuration) -> "ResourceMetadata":
        """Read it from the settings."""
        names = configuration.allowed_hosts
        origin = f"https://{names[0]}" if names else f"http://{configuration.http}"
        return cls(origin, configuration.host.rstrip("/"))

    @property
    def address(self) -> str:
        """Where it can be read."""
        return f"{self.origin}{METADATA_PATH}"

    async def answer(self, _request: Request) -> JSONResponse:
        """Answer a request for it."""
        return JSONResponse(
            {
                "resource": f"{self.origin}/mcp",
                "resource_name": "Session recordings",
                "authorization_servers": [self.issuer],
                "scopes_supported": _SCOPES,
                "bearer_methods_supported": ["header"],
            }
        )
