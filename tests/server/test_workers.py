"""A confirmation that one worker asks for and another is answered: it works once, whoever is asked again.

Which worker answers is decided here: the other one is stopped meanwhile, and every request has a connection
of its own.
"""

import os
import re
import signal
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from select import select
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitRequestParams, ElicitResult

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from tests.mcp_client import Era, text_of
from tests.patience import SOON
from tests.sandbox.shop import Recording
from tests.server.loopback import listening
from tests.server.test_http_start import said, started
from tests.server.web import SECRET, without_settings
from tests.tools.confirmation.world import World

pytestmark = pytest.mark.anyio

BEARER = {"Authorization": f"Bearer {SECRET}"}
ANSWERED = "Nothing was deleted. This confirmation request was already answered"
REFUSED = "Nothing was deleted. This confirmation token is not valid for this call."


class Workers:
    """The two processes of a server, of which one at a time is running.

    Attributes:
        processes: Their ids.
    """

    def __init__(self, server: int) -> None:
        self.processes: list[int] = []
        while len(self.processes) < 2:
            find = ["pgrep", "-P", str(server), "-f", "spawn_main"]
            found = subprocess.run(find, capture_output=True, text=True, check=False)  # noqa: S603 - as it stands
            self.processes = [int(process) for process in found.stdout.split()]

    def only(self, number: int) -> None:
        os.kill(self.processes[1 - number], signal.SIGSTOP)
        os.kill(self.processes[number], signal.SIGCONT)

    def both(self) -> None:
        for process in self.processes:
            os.kill(process, signal.SIGCONT)


class Site:
    """A server with two workers, and the PostHog behind it.

    Attributes:
        sent: Bodies of the calls that clients sent.
    """

    def __init__(self, address: str, workers: Workers, world: World) -> None:
        self.workers = workers
        self.world = world
        self.sent: list[bytes] = []
        self._address = address

    @asynccontextmanager
    async def open(self, era: Era, answered_by: int | None = None) -> AsyncGenerator[Client]:
        """A client; with a worker to answer at, one that can be asked and agrees."""

        async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
            del context, params
            assert answered_by is not None
            self.workers.only(answered_by)
            return ElicitResult(action="accept", content={"approve": True})

        async with (
            self._http() as http,
            Client(
                streamable_http_client(self._address, http_client=http),
                mode=era,
                elicitation_callback=None if answered_by is None else agree,
            ) as client,
        ):
            yield client

    async def send_again(self, body: bytes) -> str:
        """What a call gets that somebody sends once more as it was."""
        headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": "tools/call",
            "Mcp-Name": "delete_recordings",
        }
        async with self._http() as http:
            return (await http.post(self._address, content=body, headers=headers)).text

    def _http(self) -> httpx2.AsyncClient:
        async def keep(request: httpx2.Request) -> None:
            self.sent.append(await request.aread())

        return httpx2.AsyncClient(
            headers=BEARER,
            timeout=60,
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [keep]},
        )


@contextmanager
def serving_by_two(folder: Path) -> Generator[Site]:
    world = World(folder / "recordings", [Recording("one")])
    environment = {
        "POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY,
        "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID),
        "RECORDINGS_MCP_HTTP_SECRET": SECRET,
        "RECORDINGS_MCP_SECRET": "a secret that all workers share..",
        "RECORDINGS_MCP_LEDGER": str(folder / "ledger"),
    }
    with (
        listening(world.application) as posthog,
        started("--host", posthog, "--workers", "2", **environment) as server,
    ):
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/mcp", said(server, 1)[0])
        workers = Workers(server.pid)
        try:
            yield Site(address, workers, world)
        finally:
            workers.both()
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)
    assert server.returncode == 0


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Site]:
    without_settings(monkeypatch)
    with serving_by_two(tmp_path) as site:
        yield site


async def test_a_question_of_one_worker_is_answered_at_the_other_once(site: Site) -> None:
    for asking in (0, 1):
        site.workers.only(asking)
        async with site.open("auto", answered_by=1 - asking) as client:
            deleted = await client.call_tool("delete_recordings", {"recordings": ["one"]})
        was_there = site.world.exists("one")
        site.world.bring_back("one")
        approved = [body for body in site.sent if b"requestState" in body][-1]
        refused: list[str] = []
        for worker in (0, 1):
            site.workers.only(worker)
            refused.append((await site.send_again(approved)).partition(", has expired after")[0])

        assert text_of(deleted).startswith("1 deleted.")
        assert not was_there
        assert [text.rpartition('"')[2] for text in refused] == [ANSWERED, ANSWERED]
        assert site.world.exists("one")


async def test_a_token_of_one_worker_is_redeemed_at_the_other_once(site: Site, era: Era) -> None:
    async def call(worker: int, **arguments: Any) -> str:
        site.workers.only(worker)
        async with site.open(era) as client:
            return text_of(await client.call_tool("delete_recordings", {"recordings": ["one"], **arguments}))

    for previewing in (0, 1):
        [token] = re.findall(r'confirmation="(\w+)"', await call(previewing))
        deleted = await call(1 - previewing, confirmation=token)
        was_there = site.world.exists("one")
        site.world.bring_back("one")
        refused = [await call(worker, confirmation=token) for worker in (0, 1)]

        assert deleted.startswith("1 deleted.")
        assert not was_there
        assert [text.partition(" It works once")[0] for text in refused] == [REFUSED, REFUSED]
        assert site.world.exists("one")


def test_workers_do_not_outlive_a_server_that_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    without_settings(monkeypatch)
    account = {"POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY, "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID)}
    with started("--host", "http://127.0.0.1:9", "--read-only", "--workers", "2", **account) as server:
        said(server, 1)
        workers = [os.pidfd_open(process) for process in Workers(server.pid).processes]
        server.kill()
        for worker in workers:
            assert select([worker], [], [], SOON)[0]
            os.close(worker)
