"""What carries requests: the network, or an application in this process."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx

CONNECTIONS = 10
"""Connections to PostHog at a time."""


class Transport(Protocol):
    """Carries requests in place of the network. Every asynchronous transport of httpx does."""

    async def handle_async_request(self, request: "httpx.Request") -> "httpx.Response":
        """Carry one request; give the answer to it."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


def application_transport(application: Any) -> Transport:
    """Carry requests to an ASGI application in this process, such as the sandbox, instead of the network."""
    import httpx  # noqa: PLC0415 - needed with the first request only, see `_http`

    return httpx.ASGITransport(app=application)


def network_transports() -> Callable[[], Transport]:
    """Make transports to the network that share what is costly: the certificates, 40 ms and 0.7 MB each time.

    For many clients at once; each has connections of its own.
    """
    import httpx  # noqa: PLC0415 - as above

    certificates = httpx.create_ssl_context(trust_env=False)
    limits = httpx.Limits(max_connections=CONNECTIONS)
    return lambda: httpx.AsyncHTTPTransport(verify=certificates, limits=limits, trust_env=False)
