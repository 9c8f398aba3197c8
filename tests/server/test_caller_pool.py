"""The pool of callers' services: its size, its idle time, and one entry for each caller."""

from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any, cast

import anyio
import httpx
import pytest
from mcp import MCPError
from pydantic import SecretStr

from recordings_mcp.client import RecordingsClient, Transport, application_transport
from recordings_mcp.sandbox import create_sandbox
from recordings_mcp.server.http.gateway import CallerPool
from recordings_mcp.server.http.security import Caller
from recordings_mcp.tools import Services
from tests.patience import SOON, everybody_waits

pytestmark = pytest.mark.anyio


class Clients:
    """Makes clients and services, and knows which are open."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.forgotten: list[str] = []
        self.transport: Transport = application_transport(create_sandbox())

    def connect(self, key: SecretStr) -> RecordingsClient:
        return RecordingsClient(
            host="http://localhost", project_id=1, api_key=key.get_secret_value(), transport=self.transport
        )

    def prepare(self, client: RecordingsClient, caller: str) -> Services:
        self.opened.append(caller)
        return cast("Services", SimpleNamespace(client=client, caller=caller))

    def pool(self, **bounds: Any) -> CallerPool:
        return CallerPool(self.connect, self.prepare, self.forgotten.append, **bounds)


def caller(name: str) -> Caller:
    return Caller(name, SecretStr(f"phx_{name}_0123456789"))


async def test_new_callers_replace_unused_ones_but_not_active_ones() -> None:
    clients = Clients()
    pool = clients.pool(most=2)
    async with pool.running(), AsyncExitStack() as held:
        await held.enter_async_context(pool.services_of(caller("a")))
        for name in ("b", "c", "a"):
            async with pool.services_of(caller(name)) as services:
                assert services.caller == name
        assert (clients.opened, clients.forgotten, pool.callers) == (["a", "b", "c"], ["b"], ["c", "a"])

        await held.enter_async_context(pool.services_of(caller("c")))
        with pytest.raises(MCPError, match="Too many concurrent callers"):
            await held.enter_async_context(pool.services_of(caller("d")))

    assert pool.callers == []
    assert sorted(clients.forgotten) == ["a", "b", "c"]


async def test_concurrent_requests_of_one_caller_share_a_client() -> None:
    clients = Clients()
    pool = clients.pool()

    async def use() -> None:
        async with pool.services_of(caller("a")):
            await anyio.lowlevel.checkpoint()

    async with pool.running(), anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(use)

    assert (clients.opened, clients.forgotten) == (["a"], ["a"])


class SlowToClose(httpx.AsyncBaseTransport):
    """A transport whose connections take a moment to close, in which nothing can interrupt it."""

    def __init__(self) -> None:
        self.closing, self.let = anyio.Event(), anyio.Event()

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            self.closing.set()
            await self.let.wait()


async def test_a_stop_may_come_while_an_idle_caller_is_being_closed() -> None:
    clients, slow = Clients(), SlowToClose()
    clients.transport = slow
    pool = clients.pool(idle=0.02)
    async with anyio.create_task_group() as tasks, pool.running():
        for name in ("a", "b"):
            async with pool.services_of(caller(name)):
                pass
        with anyio.fail_after(SOON):
            await slow.closing.wait()
        tasks.start_soon(let_later, slow)

    assert clients.forgotten == ["a", "b"]


async def let_later(slow: SlowToClose) -> None:
    await everybody_waits()
    slow.let.set()


async def test_idle_callers_are_closed_and_those_in_use_are_not() -> None:
    clients = Clients()
    pool = clients.pool(idle=0.02)
    async with pool.running(), pool.services_of(caller("a")):
        async with pool.services_of(caller("b")):
            pass
        with anyio.fail_after(SOON):
            while "b" in pool.callers:
                await anyio.lowlevel.checkpoint()

        assert pool.callers == ["a"]
