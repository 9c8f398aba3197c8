"""What lives as long as the server: one client for all callers, or one for each."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any

from mcp.server.mcpserver import MCPServer

from recordings_mcp.client import RecordingsClient, Transport
from recordings_mcp.server.account import prepare_caller_clients, prepare_client
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.guard import Guard
from recordings_mcp.server.http.gateway import CallerPool
from recordings_mcp.tools import PrivacyPolicy, RecentRecordings, Scopes, Services, TimelineCache, Timelines

Lifespan = Callable[[MCPServer[Services]], AbstractAsyncContextManager[Any]]


def operator_lifespan(configuration: Configuration, guard: Guard, transport: Transport | None) -> Lifespan:
    """The operator's key serves everyone: gives the services.

    Raises:
        InvalidConfiguration: The host, the project or the API key cannot be used.
    """
    connect = prepare_client(configuration, transport)

    @asynccontextmanager
    async def lifespan(_server: MCPServer[Services]) -> AsyncGenerator[Services]:
        # The client gets ready with the first call: a start is faster without the certificates.
        async with aclosing(connect()) as client:
            yield _services(configuration, guard, client, Timelines(client))

    return lifespan


def gateway_lifespan(configuration: Configuration, guard: Guard, transport: Transport | None) -> Lifespan:
    """Every caller's key serves that caller: gives the pool of their services.

    Raises:
        InvalidConfiguration: The host or the project cannot be used.
    """
    connect = prepare_caller_clients(configuration, transport)
    kept = TimelineCache()

    def prepare(client: RecordingsClient, caller: str) -> Services:
        return _services(configuration, guard, client, Timelines(client, kept, caller), caller)

    def lifespan(_server: MCPServer[Services]) -> AbstractAsyncContextManager[CallerPool]:
        return CallerPool(connect, prepare, kept.forget_caller).running()

    return lifespan


def _services(
    configuration: Configuration,
    guard: Guard,
    client: RecordingsClient,
    timelines: Timelines,
    caller: str = "local",
) -> Services:
    return Services(
        client=client,
        timelines=timelines,
        recent=RecentRecordings(client),
        # A key for each caller: the same hidden value must not be recognizable by two of them.
        privacy=PrivacyPolicy(configuration.privacy, guard.key(f"privacy of {caller}")),
        max_tokens=configuration.max_tokens,
        scopes=Scopes(client),
        confirmations=guard.confirmations,
        audit=guard.audit,
        caller=caller,
    )
