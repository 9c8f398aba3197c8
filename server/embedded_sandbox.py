"""The sandbox inside this process. It is made when the first request reaches it: no start waits for it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp.client import Transport, application_transport

EMBEDDED_HOST = "http://localhost:8000"
"""Stands in the links to it; nothing listens there."""

EMBEDDED_PROJECT = 1
EMBEDDED_API_KEY = "phx_SandboxKeyOfTheEmbeddedPostHog0001"
"""The sandbox's own defaults, known here without it."""


def embedded_sandbox() -> Transport:
    """Carry requests to a sandbox of this process."""
    return application_transport(_MadeWhenAsked())


class _MadeWhenAsked:
    def __init__(self) -> None:
        self._sandbox: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._sandbox is None:
            # Its recordings and modules would be a third of the start, and a tenth of the memory.
            from recordings_mcp.sandbox import create_sandbox  # noqa: PLC0415

            self._sandbox = create_sandbox()
        await self._sandbox(scope, receive, send)
