"""Two server processes that share a secret and a ledger: a confirmation works once, whichever process gets it.

Which process gets a request is decided here, as a proxy in front of them would.
"""

import re
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitRequestParams, ElicitResult

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from tests.mcp_client import Era, text_of
from tests.sandbox.shop import Recording
from tests.server.loopback import listening
from tests.server.test_http_start import said, started
from tests.server.web import SECRET, without_settings
from tests.tools.confirmation.world import World

pytestmark = pytest.mark.anyio

BEARER = {"Authorization": f"Bearer {SECRET}"}
ANSWERED = "Nothing was deleted. This confirmation request was already answered"
REFUSED = "Nothing was deleted. This confirmation token is not valid for this call."


class Proxy(httpx2.AsyncHTTPTransport):
    """Sends each request to the chosen process.

    Attributes:
        ports: Of both processes.
        chosen: The one that gets the requests, 0 or 1.
        sent: Bodies of the requests.
    """

    def __init__(self, ports: list[int]) -> None:
        super().__init__()
        self.ports = ports
        self.chosen = 0
        self.sent: list[bytes] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(await request.aread())
        request.url = request.url.copy_with(port=self.ports[self.chosen])
        return await super().handle_async_request(request)


class Site:
    """Two server processes, and the PostHog behind them."""

    def __init__(self, ports: list[int], world: World) -> None:
        self.world = world
        self._ports = ports

    @asynccontextmanager
    async def open(self, era: Era, process: int, answered_by: int | None = None) -> AsyncGenerator[Client]:
        """A client of one process. With a process to answer at, it can be asked, and agrees there."""
        proxy = Proxy(self._ports)
        proxy.chosen = process

        async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
            del context, params
            assert answered_by is not None
            proxy.chosen = answered_by
            return ElicitResult(action="accept", content={"approve": True})

        async with (
            httpx2.AsyncClient(transport=proxy, headers=BEARER, timeout=60) as http,
            Client(
                streamable_http_client("http://127.0.0.1/mcp", http_client=http),
                mode=era,
                elicitation_callback=None if answered_by is None else agree,
            ) as client,
        ):
            yield client
        self.sent = proxy.sent

    async def send_again(self, body: bytes, process: int) -> str:
        """What a call gets that somebody sends once more as it was."""
        headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": "tools/call",
            "Mcp-Name": "delete_recordings",
        }
        proxy = Proxy(self._ports)
        proxy.chosen = process
        async with httpx2.AsyncClient(transport=proxy, headers=BEARER, timeout=60) as http:
            return (await http.post("http://127.0.0.1/mcp", content=body, headers=headers)).text


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Site]:
    without_settings(monkeypatch)
    world = World(tmp_path / "recordings", [Recording("one")])
    environment = {
        "POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY,
        "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID),
        "RECORDINGS_MCP_HTTP_SECRET": SECRET,
        "RECORDINGS_MCP_SECRET": "a secret that both of them share.",
        "RECORDINGS_MCP_LEDGER": str(tmp_path / "ledger"),
    }
    with ExitStack() as stack:
        posthog = stack.enter_context(listening(world.application))
        servers = [stack.enter_context(started("--host", posthog, **environment)) for _ in range(2)]
        lines = [said(server, 1)[0] for server in servers]
        yield Site([int(re.findall(r"http://127\.0\.0\.1:(\d+)/mcp", line)[0]) for line in lines], world)
        for server in servers:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)
    assert [server.returncode for server in servers] == [0, 0]


async def test_a_question_of_one_process_is_answered_at_the_other_once(site: Site) -> None:
    for asking in (0, 1):
        async with site.open("auto", asking, answered_by=1 - asking) as client:
            deleted = await client.call_tool("delete_recordings", {"recordings": ["one"]})
        was_there = site.world.exists("one")
        site.world.bring_back("one")
        approved = [body for body in site.sent if b"requestState" in body][-1]
        refused = [await site.send_again(approved, process) for process in (0, 1)]

        assert text_of(deleted).startswith("1 deleted.")
        assert not was_there
        told = [text.partition(", has expired after ten minutes")[0].rpartition('"')[2] for text in refused]
        assert told == [ANSWERED, ANSWERED]
        assert site.world.exists("one")


async def test_a_token_of_one_process_is_redeemed_at_the_other_once(site: Site, era: Era) -> None:
    async def call(process: int, **arguments: Any) -> str:
        async with site.open(era, process) as client:
            return text_of(await client.call_tool("delete_recordings", {"recordings": ["one"], **arguments}))

    for previewing in (0, 1):
        [token] = re.findall(r'confirmation="(\w+)"', await call(previewing))
        deleted = await call(1 - previewing, confirmation=token)
        was_there = site.world.exists("one")
        site.world.bring_back("one")
        refused = [await call(process, confirmation=token) for process in (0, 1)]

        assert deleted.startswith("1 deleted.")
        assert not was_there
        assert [text.partition(" It works once")[0] for text in refused] == [REFUSED, REFUSED]
        assert site.world.exists("one")
