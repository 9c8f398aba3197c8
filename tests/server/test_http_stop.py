"""A process that gets a stop signal finishes its calls and accepts no new ones."""

import re
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import httpx2
import pytest
from anyio import to_thread
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from tests.mcp_client import Era
from tests.sandbox.shop import Recording
from tests.server.loopback import listening
from tests.server.test_http import refuses_connections
from tests.server.test_http_start import said, started
from tests.server.web import SECRET, without_settings
from tests.tools.confirmation.world import World

pytestmark = pytest.mark.anyio

ACCOUNT = {
    "POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY,
    "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID),
    "RECORDINGS_MCP_HTTP_SECRET": SECRET,
}


class SlowPostHog:
    """A PostHog that answers when it is let.

    Attributes:
        address: Where it listens.
        asked: Set when the first request comes.
        let: To be set when it may answer.
    """

    address = ""

    def __init__(self, directory: Path) -> None:
        self.asked, self.let = Event(), Event()
        self._sandbox = World(directory, [Recording("one")]).application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.set()
        await to_thread.run_sync(self.let.wait)
        await self._sandbox(scope, receive, send)


@pytest.fixture
def posthog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowPostHog]:
    without_settings(monkeypatch)
    slow = SlowPostHog(tmp_path / "recordings")
    with listening(slow) as slow.address:
        try:
            yield slow
        finally:
            slow.let.set()


@pytest.mark.parametrize(
    ("era", "told", "code"), [("auto", signal.SIGTERM, 0), ("legacy", signal.SIGINT, 130)]
)
async def test_a_process_that_gets_a_stop_signal_answers_the_call_under_way(
    posthog: SlowPostHog, era: Era, told: signal.Signals, code: int
) -> None:
    results: list[CallToolResult] = []

    async def call(client: Client) -> None:
        results.append(await client.call_tool("search_recordings", {"since": "-365d"}))

    with started("--host", posthog.address, "--read-only", **ACCOUNT) as server:
        [line] = said(server, 1)
        [address] = re.findall(r"(http://127\.0\.0\.1:\d+)/mcp", line)
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {SECRET}"}, timeout=60) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=era) as client,
            anyio.create_task_group() as calls,
        ):
            await client.list_tools()  # else the client would do so after the call
            calls.start_soon(call, client)
            assert await to_thread.run_sync(posthog.asked.wait, 30)
            server.send_signal(told)
            await refuses_connections(address)
            posthog.let.set()
        out, errors = await to_thread.run_sync(lambda: server.communicate(timeout=30))

    assert [result.is_error for result in results] == [False]
    assert (server.returncode, out, errors) == (code, "", "")


STUCK = """
import signal, sys, threading
from anyio import to_thread
from recordings_mcp.server.http import serve, web_server

web_server._SECONDS_TO_FINISH = web_server._SECONDS_TO_END = 0.1

async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        print("asked", flush=True)
        await to_thread.run_sync(threading.Event().wait)

with web_server.open_listener("127.0.0.1", 0) as listener:
    signal.signal(signal.SIGTERM, serve._leave)
    print(listener.getsockname()[1], flush=True)
    web_server.web_server(web_server.EndsListening(application)).run([listener])
"""


@contextmanager
def stuck() -> Generator[subprocess.Popen[str]]:
    """A process that never answers a request. The end of the block must find it ended."""
    command = [sys.executable, "-c", STUCK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            yield server
        finally:
            server.kill()


@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
async def test_a_process_ends_although_a_thread_computes_for_ever(told: signal.Signals, code: int) -> None:
    async def post(address: str) -> None:
        async with httpx2.AsyncClient(timeout=60) as http:
            with suppress(httpx2.HTTPError):
                await http.post(address)

    with stuck() as server:
        assert server.stdout
        port = int(server.stdout.readline())
        async with anyio.create_task_group() as calls:
            calls.start_soon(post, f"http://127.0.0.1:{port}/mcp")
            assert await to_thread.run_sync(server.stdout.readline) == "asked\n"
            server.send_signal(told)
            assert await to_thread.run_sync(lambda: server.wait(timeout=30)) == code
