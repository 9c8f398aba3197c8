"""Callers over HTTP. In a gateway each caller brings a PostHog API key and is served with that key only.

A key is held in memory with its caller's client, while that is used and a few minutes more. It is never
written, logged or put into an error; callers are identified by a keyed hash of it.
"""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import anyio
from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_REQUEST
from pydantic import SecretStr

from recordings_mcp.client import InvalidKey, RecordingsClient, check_api_key
from recordings_mcp.server.http.security import Caller, Identify, keyed_hash
from recordings_mcp.server.protocol.errors import CallNext
from recordings_mcp.tools import Services

MOST_CALLERS = 1_000
IDLE_SECONDS = 300.0
_NO_KEY = "This server is a gateway: send your PostHog API key as the bearer of each request."
_FULL = "Too many concurrent callers; retry in a minute."


def own_key(key: bytes) -> Identify:
    """Return a check that accepts every bearer with the shape of a PostHog API key."""

    def identify(bearer: str) -> Caller | None:
        try:
            api_key = check_api_key(bearer)
        except InvalidKey:
            return None
        return Caller(keyed_hash(key, bearer), api_key)

    return identify


@dataclass(slots=True)
class _Entry:
    services: Services
    users: int = 0
    unused_since: float = 0.0


class CallerPool:
    """Services for each caller, kept while they are used and a little longer.

    Args:
        connect: Makes a client for a key.
        prepare: Makes the services around a client, for the caller with this hash.
        forget: Called with the hash of a caller whose services are closed.
        most: Maximum number of callers; new ones replace unused ones.
        idle: Seconds after which unused services are closed.
    """

    def __init__(
        self,
        connect: Callable[[SecretStr], RecordingsClient],
        prepare: Callable[[RecordingsClient, str], Services],
        forget: Callable[[str], None],
        *,
        most: int = MOST_CALLERS,
        idle: float = IDLE_SECONDS,
    ) -> None:
        self._connect = connect
        self._prepare = prepare
        self._forget = forget
        self._most = most
        self._idle = idle
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._changing = anyio.Lock()

    @property
    def callers(self) -> list[str]:
        """The hashes of the callers whose services are open; the most recent is last."""
        return list(self._entries)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["CallerPool"]:
        """Close idle services from time to time, and all of them at the end."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._close_idle_repeatedly)
            try:
                yield self
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    async with self._changing:
                        for caller in self.callers:
                            await self._close(caller)

    @asynccontextmanager
    async def services_of(self, caller: Caller) -> AsyncGenerator[Services]:
        """Yield the services of this caller for one request.

        Raises:
            MCPError: The pool is full of callers with requests under way.
        """
        entry = await self._open(caller)
        entry.users += 1
        self._entries.move_to_end(caller.fingerprint)
        try:
            yield entry.services
        finally:
            entry.users -= 1
            entry.unused_since = anyio.current_time()

    async def close_idle(self) -> None:
        """Close the services that have been unused for long enough."""
        async with self._changing:
            for caller in self._unused_since(anyio.current_time() - self._idle):
                await self._close(caller)

    async def _open(self, caller: Caller) -> _Entry:
        async with self._changing:
            entry = self._entries.get(caller.fingerprint)
            if entry is None:
                if caller.api_key is None:
                    raise MCPError(code=INVALID_REQUEST, message=_NO_KEY)
                if len(self._entries) >= self._most:
                    unused = self._unused_since(anyio.current_time())
                    if not unused:
                        raise MCPError(code=INTERNAL_ERROR, message=_FULL)
                    await self._close(unused[0])
                client = self._connect(caller.api_key)
                await client.__aenter__()
                entry = _Entry(self._prepare(client, caller.fingerprint))
                self._entries[caller.fingerprint] = entry
            return entry

    def _unused_since(self, moment: float) -> list[str]:
        return [
            caller
            for caller, entry in self._entries.items()
            if not entry.users and entry.unused_since <= moment
        ]

    async def _close(self, caller: str) -> None:
        entry = self._entries.pop(caller)
        self._forget(caller)
        await entry.services.client.__aexit__(None, None, None)

    async def _close_idle_repeatedly(self) -> None:
        while True:
            await anyio.sleep(self._idle / 2)
            await self.close_idle()


async def use_caller_services(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: serve each request with the services of the caller whose key it brings."""
    caller = None if ctx.request is None else ctx.request.scope.get("user")
    if not isinstance(caller, Caller):
        raise MCPError(code=INVALID_REQUEST, message=_NO_KEY)
    pool: CallerPool = ctx.lifespan_context
    async with pool.services_of(caller) as services:
        return await call_next(replace(ctx, lifespan_context=services))


async def name_caller(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: name the caller by the bearer of the request. Over stdio there is only one."""
    user = None if ctx.request is None else ctx.request.scope.get("user")
    if user is None:
        return await call_next(ctx)
    services = replace(ctx.lifespan_context, caller=user.fingerprint)
    return await call_next(replace(ctx, lifespan_context=services))
