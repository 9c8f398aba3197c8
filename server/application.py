"""Assembles the server from its configuration. Nothing is built or read at import.

Configuration -> Guard       the secret, the ledger of open confirmations, the audit log
-> clients     of PostHog or of the embedded sandbox: one for all callers, or one for each
-> Services    everything that a tool may use, around one client
-> MCPServer   tools, prompts, resources, and middleware that finds the caller's Services
"""

import hmac
import secrets
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from mcp.server.mcpserver import MCPServer, RequestStateSecurity
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp import __version__
from recordings_mcp.client import (
    AnswerMemory,
    ConfigurationError,
    InvalidKey,
    InvalidProject,
    RateBudget,
    RecordingsClient,
    Transport,
    application_transport,
    network_transports,
)
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.http.gateway import CallerPool, name_caller, use_caller_services
from recordings_mcp.server.protocol.completions import complete_recordings, remember_services
from recordings_mcp.server.protocol.errors import (
    accept_former_names,
    explain_failures,
    limit_calls,
    refuse_cursors,
    refuse_malformed_names,
)
from recordings_mcp.server.protocol.instructions import write_instructions
from recordings_mcp.server.protocol.prompts import published_prompts
from recordings_mcp.server.protocol.resources import publish_timelines
from recordings_mcp.server.selection import select_tools
from recordings_mcp.tools import (
    AuditLog,
    Confirmations,
    MemoryLedger,
    PrivacyPolicy,
    RecentRecordings,
    RegisteredTool,
    Scopes,
    Services,
    SqliteLedger,
    TimelineCache,
    Timelines,
    WorkerPool,
)

EMBEDDED_HOST = "http://localhost:8000"
"""The host in links to the embedded sandbox; nothing listens there."""

EMBEDDED_PROJECT = 1
EMBEDDED_API_KEY = "phx_SandboxKeyOfTheEmbeddedPostHog0001"
"""The sandbox's own defaults, copied so that a start need not import it."""

_ANY_KEY = SecretStr("phx_00000000")
"""Has the shape of a key, to check the other settings with; never sent."""

_MEMORY_OF_ALL_CALLERS = 64 * 2**20
"""Bytes of answers that are cached for all callers of a gateway together."""

_NO_KEY = (
    "there is none. Set POSTHOG_PERSONAL_API_KEY to a personal API key (phx_…), made in PostHog "
    "under Settings → Personal API keys; or try without an account: recordings-mcp --sandbox"
)
_SHARED_TOO = (
    "ledger: processes that share it must share a secret too; set RECORDINGS_MCP_SECRET to at least 32 "
    "characters, the same for all."
)


def create_server(configuration: Configuration, *, transport: Transport | None = None) -> MCPServer[Services]:
    """Build an MCP server for one PostHog project.

    Args:
        configuration: Every setting.
        transport: Carries the HTTP requests in place of the network.

    Raises:
        InvalidConfiguration: The host, the project or the API key cannot be used, a tool or toolset is
            named that does not exist, or the ledger or the audit file cannot be written.
    """
    return build_server(configuration, prepare_guard(configuration), transport)


@dataclass(frozen=True, slots=True)
class Guard:
    """What guards every change. Built once, before the server starts.

    Attributes:
        secret: Of the configuration, or random for this process.
        confirmations: Asks before anything is destroyed or published.
        audit: Records every attempt to change something.
    """

    secret: bytes
    confirmations: Confirmations
    audit: AuditLog

    def key(self, purpose: str) -> bytes:
        """Return a key for this purpose only."""
        return hmac.new(self.secret, purpose.encode(), sha256).digest()


def prepare_guard(configuration: Configuration) -> Guard:
    """Open the ledger and the audit file.

    Raises:
        InvalidConfiguration: One of them cannot be used.
    """
    configured, file = configuration.secret, configuration.ledger
    secret = configured.get_secret_value().encode() if configured else secrets.token_bytes(32)
    try:
        audit = AuditLog(secret=secret, file=configuration.audit_file, clock=time.time)
    except OSError as error:
        raise InvalidConfiguration(
            f"audit_file: {configuration.audit_file} cannot be written ({error.strerror}); check the path."
        ) from None
    if file is not None and configured is None:
        raise InvalidConfiguration(_SHARED_TOO)
    try:
        ledger = MemoryLedger(time.time) if file is None else SqliteLedger(file, time.time)
    except (OSError, sqlite3.Error) as error:
        raise InvalidConfiguration(f"ledger: {file} cannot be used ({error}); name another file.") from None
    return Guard(secret, Confirmations(configuration.confirm, ledger, audit, secret=secret), audit)


def build_server(
    configuration: Configuration, guard: Guard, transport: Transport | None
) -> MCPServer[Services]:
    """Build the server around a guard.

    Raises:
        InvalidConfiguration: As `create_server`.
    """
    tools = select_tools(configuration)
    find_caller = use_caller_services if configuration.gateway else name_caller
    server = MCPServer[Services](
        "recordings-mcp",
        title="Session recordings",
        version=__version__,
        instructions=write_instructions(tools),
        tools=[RegisteredTool.of(definition, configuration.output) for definition in tools],
        lifespan=_lifespan(configuration, guard, transport),
        request_state_security=RequestStateSecurity(keys=[guard.key("request state")]),
        log_level="WARNING",
        middleware=[
            explain_failures,
            refuse_malformed_names,
            accept_former_names(tools),
            refuse_cursors,
            find_caller,
            limit_calls(),
            remember_services,
        ],
    )
    for prompt in published_prompts():
        server.add_prompt(prompt)
    server.completion()(complete_recordings)  # type: ignore[no-untyped-call]  # the SDK left it untyped
    publish_timelines(server)
    return server


def _lifespan(
    configuration: Configuration, guard: Guard, transport: Transport | None
) -> Callable[[MCPServer[Services]], AbstractAsyncContextManager[Any]]:
    """Prepare what lives as long as the server: the Services of all callers, or a pool of each caller's."""

    def services(client: RecordingsClient, read: Timelines, caller: str = "local") -> Services:
        return Services(
            client=client,
            timelines=read,
            recent=RecentRecordings(client),
            # A key for each caller: two of them must not recognize the same hidden value.
            privacy=PrivacyPolicy(configuration.privacy, guard.key(f"privacy of {caller}")),
            max_tokens=configuration.max_tokens,
            scopes=Scopes(client),
            confirmations=guard.confirmations,
            audit=guard.audit,
            caller=caller,
        )

    if configuration.gateway:
        connect_caller = prepare_caller_clients(configuration, transport)

        @asynccontextmanager
        async def one_for_each(_server: MCPServer[Services]) -> AsyncGenerator[CallerPool]:
            kept = TimelineCache()
            async with WorkerPool(configuration.shown_typing) as workers:
                pool = CallerPool(
                    connect_caller,
                    lambda client, caller: services(client, Timelines(client, workers, kept, caller), caller),
                    kept.forget_caller,
                )
                async with pool.running():
                    yield pool

        return one_for_each

    connect = prepare_client(configuration, transport)

    @asynccontextmanager
    async def one_for_all(_server: MCPServer[Services]) -> AsyncGenerator[Services]:
        # The client opens with the first call: a start is faster without the certificates.
        async with WorkerPool(configuration.shown_typing) as workers, aclosing(connect()) as client:
            yield services(client, Timelines(client, workers))

    return one_for_all


def prepare_client(
    configuration: Configuration, transport: Transport | None
) -> Callable[[], RecordingsClient]:
    """Return what makes clients of the configured account.

    Raises:
        InvalidConfiguration: The host, the project or the API key cannot be used.
    """
    api_key = SecretStr(EMBEDDED_API_KEY) if configuration.sandbox else configuration.api_key
    if api_key is None:
        raise InvalidConfiguration(_NO_KEY, setting="api_key")
    return partial(_prepare_clients(configuration, transport, api_key), api_key)


def prepare_caller_clients(
    configuration: Configuration, transport: Transport | None
) -> Callable[[SecretStr], RecordingsClient]:
    """Return what makes clients for keys that callers bring; all of them use the configured host.

    Raises:
        InvalidConfiguration: The host or the project cannot be used.
    """
    return _prepare_clients(configuration, transport, _ANY_KEY)


def _prepare_clients(
    configuration: Configuration, transport: Transport | None, key_to_check: SecretStr
) -> Callable[[SecretStr], RecordingsClient]:
    """Return what makes a client for an API key, after making one to find wrong settings now."""
    host, project = configuration.host, configuration.project
    if configuration.sandbox:
        host, project = EMBEDDED_HOST, project if configuration.gateway else str(EMBEDDED_PROJECT)
        transport = transport or application_transport(_EmbeddedSandbox())
    # One for the process, so that a caller who reconnects does not start with a full budget.
    budget = RateBudget(plan=None if configuration.plan == "auto" else configuration.plan)
    memory = AnswerMemory(_MEMORY_OF_ALL_CALLERS) if configuration.gateway else None
    # Through a proxy each client makes its own: httpx leaves the proxies of the environment to its clients.
    share_certificates = configuration.gateway and transport is None and not configuration.environment_proxy
    make_transport: Callable[[], Transport | None] = (
        network_transports() if share_certificates else lambda: transport
    )

    def connect(api_key: SecretStr) -> RecordingsClient:
        return RecordingsClient(
            host=host,
            project_id=project,
            api_key=api_key.get_secret_value(),
            rate_budget=budget,
            memory=memory,
            transport=make_transport(),
            proxies_from_environment=configuration.environment_proxy,
        )

    try:
        connect(key_to_check)
    except InvalidKey as error:
        raise InvalidConfiguration(str(error), setting="api_key") from None
    except InvalidProject as error:
        raise InvalidConfiguration(str(error), setting="project") from None
    except ConfigurationError as error:
        raise InvalidConfiguration(str(error), setting="host") from None
    return connect


class _EmbeddedSandbox:
    """The sandbox inside this process, made by the first request: no start waits for it."""

    def __init__(self) -> None:
        self._sandbox: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._sandbox is None:
            # Its recordings and modules would be a third of the start, and a tenth of the memory.
            from recordings_mcp.sandbox import create_sandbox  # noqa: PLC0415

            self._sandbox = create_sandbox()
        await self._sandbox(scope, receive, send)
