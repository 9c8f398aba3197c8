"""The cached answers of a gateway's callers have one bound together, and are never shared."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from recordings_mcp.client import AnswerMemory, RecordingsClient, Transport
from recordings_mcp.sandbox import SANDBOX_PROJECT_ID, ApiKey
from recordings_mcp.server import application
from tests.sandbox.shop import Recording
from tests.server.web import web_configuration
from tests.tools.confirmation.world import World

pytestmark = pytest.mark.anyio

ALICE, BOB = "phx_alice_0123456789", "phx_bob_0123456789"


class Counted(httpx.AsyncBaseTransport):
    """Carries requests on, and keeps whose they were."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.keys: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers["Authorization"].removeprefix("Bearer "))
        return await self._inner.handle_async_request(request)


async def test_all_callers_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = tuple(ApiKey(value=key, projects=frozenset({SANDBOX_PROJECT_ID})) for key in (ALICE, BOB))
    transport = Counted(World(tmp_path / "recordings", [Recording("one")], keys=keys).transport)
    monkeypatch.setattr(application, "_MEMORY_OF_ALL_CALLERS", 2 * await size_of_a_search(transport) - 1)
    gateway = {"gateway": True, "http_secret": None, "sandbox": False, "project": str(SANDBOX_PROJECT_ID)}
    connect = application.prepare_caller_clients(web_configuration(**gateway), transport)
    transport.keys.clear()

    async with connect(SecretStr(ALICE)) as alice, connect(SecretStr(BOB)) as bob:
        for client in (alice, alice, bob, bob, alice):
            await client.search()

    # Each is answered from memory once, and Bob's answer takes the place of Alice's.
    assert transport.keys == [ALICE, BOB, ALICE]


async def size_of_a_search(transport: Transport) -> int:
    memory = AnswerMemory()
    connection = RecordingsClient(
        host="http://localhost",
        project_id=SANDBOX_PROJECT_ID,
        api_key=ALICE,
        transport=transport,
        memory=memory,
    )
    async with connection as client:
        await client.search()
        return memory.size
