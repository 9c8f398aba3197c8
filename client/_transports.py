"""What carries requests: the network, or an application in this process.

httpx is imported when it is needed: a server starts without it, see `_http`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx

CONNECTIONS = 10
"""Connections to PostHog at a time."""


class Transport(Protocol):
    """Carries requests in place of the network. Every asynchronous transport of httpx does."""

    async def handle_async_request(self, request: "httpx.Request") -> "httpx.Response":
        """Carry one request; return the answer to it."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


def application_transport(application: Any) -> Transport:
    """Carry requests to an ASGI application in this process, such as the sandbox, instead of the network."""
    return _ApplicationTransport(application)


def network_transports() -> Callable[[], Transport]:
    """Return a factory of transports to the network, each with connections of its own.

    They share the certificates, which cost 40 ms and 0.7 MB to load.
    """
    import httpx  # noqa: PLC0415 - not a part of a server's start

    certificates = httpx.create_ssl_context(trust_env=False)
    limits = httpx.Limits(max_connections=CONNECTIONS)
    return lambda: httpx.AsyncHTTPTransport(verify=certificates, limits=limits, trust_env=False)


def environment_transport() -> Transport:
    """Carry requests to the network, with the proxies and certificates that environment variables name."""
    return _EnvironmentTransport()


class _EnvironmentTransport:
    def __init__(self) -> None:
        import httpx  # noqa: PLC0415 - same

        limits = httpx.Limits(max_connections=CONNECTIONS)
        self._client = httpx.AsyncClient(limits=limits, follow_redirects=False, trust_env=True)

    async def handle_async_request(self, request: "httpx.Request") -> "httpx.Response":
        """Carry one request; the answer's body is unread."""
        return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class _ApplicationTransport:
    def __init__(self, application: Any) -> None:
        self._application = application

    async def handle_async_request(self, request: "httpx.Request") -> "httpx.Response":
        import httpx  # noqa: PLC0415 - same

        return await httpx.ASGITransport(app=self._application).handle_async_request(request)

    async def aclose(self) -> None:
        """There is nothing to close."""
