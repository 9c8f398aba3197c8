"""Several calls at once about one recording download it once."""

from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, MCPError
from mcp.types import CallToolResult

from recordings_mcp.client import CONNECTIONS, application_transport
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Era, error_of, text_of
from tests.patience import everybody_waits
from tests.sandbox.shop import NOW, Recording, snapshot, write_recording

pytestmark = pytest.mark.anyio

LONG = Recording(
    "long", lines=[snapshot(NOW - Recording("").ago, second) for second in range(45)], blocks=[1] * 45
)
"""So many blocks that they are asked for three times."""

WATCH, SUMMARIZE = "watch_recording", "summarize_recording"


class HeldDownloads(httpx.AsyncBaseTransport):
    """A sandbox that sends parts of a recording only when it is let.

    Attributes:
        asked: How often one was asked for.
        broken: Whether they break off.
    """

    def __init__(self, directory: Path, *recordings: Recording) -> None:
        for recording in recordings:
            write_recording(directory, recording)
        settings = SandboxSettings.model_validate({"recordings": directory, "keep_times": True})
        self._sandbox = application_transport(create_sandbox(settings, clock=lambda: NOW))
        self._allowed = anyio.Semaphore(0)
        self.asked = 0
        self.broken = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "start_blob_key" in request.url.params:
            self.asked += 1
            await self._allowed.acquire()
            if self.broken:
                return httpx.Response(403, json={"detail": "no"})
        return await self._sandbox.handle_async_request(request)

    async def let(self, parts: int) -> None:
        """Let so many parts go, once everybody waits for something; then wait until everybody does again."""
        await everybody_waits()
        for _ in range(parts):
            self._allowed.release()
        await everybody_waits()


@pytest.fixture
def downloads(tmp_path: Path) -> HeldDownloads:
    return HeldDownloads(tmp_path, LONG)


class Asking:
    """Calls, their answers, and the progress they reported."""

    def __init__(self) -> None:
        self.answers: dict[str, CallToolResult] = {}
        self.told: dict[str, list[float]] = {}

    async def call(self, client: Client, tool: str, seconds: float | None = None) -> None:
        told = self.told[tool] = []

        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            del total, message
            told.append(progress)

        arguments: dict[str, Any] = {"recording": "long"}
        self.answers[tool] = await client.call_tool(
            tool, arguments, progress_callback=on_progress, read_timeout_seconds=seconds
        )


def connected(downloads: HeldDownloads, era: Era) -> Client:
    return Client(create_server(Configuration(sandbox=True), transport=downloads), mode=era)


async def test_two_calls_download_a_recording_once_and_both_get_its_progress(
    downloads: HeldDownloads, era: Era
) -> None:
    asking = Asking()
    async with connected(downloads, era) as client, anyio.create_task_group() as calls:
        for tool in (WATCH, SUMMARIZE):
            calls.start_soon(asking.call, client, tool)
        await downloads.let(2)
        assert asking.told == {WATCH: [20, 40], SUMMARIZE: [20, 40]}
        await downloads.let(1)

    assert downloads.asked == 3
    assert "00:44 long" in text_of(asking.answers[WATCH])
    assert "00:44 long" in text_of(asking.answers[SUMMARIZE])


async def test_connections_stay_free_for_short_requests_however_many_recordings_are_read(
    tmp_path: Path, era: Era
) -> None:
    """Recordings that wait to be walked hold one each, and one that is walked needs another."""
    names = [f"r{number}" for number in range(12)]
    downloads = HeldDownloads(tmp_path, *map(Recording, names))
    answers: list[CallToolResult] = []
    async with connected(downloads, era) as client, anyio.create_task_group() as calls:

        async def watch(name: str) -> None:
            answers.append(await client.call_tool(WATCH, {"recording": name}))

        for name in names:
            calls.start_soon(watch, name)
        await everybody_waits()
        assert downloads.asked == CONNECTIONS - 2
        await downloads.let(len(names))

    assert [answer.is_error for answer in answers] == [False] * len(names)


async def test_a_call_continues_alone_when_the_one_it_waits_for_is_cancelled(
    downloads: HeldDownloads, era: Era
) -> None:
    asking = Asking()
    async with connected(downloads, era) as client, anyio.create_task_group() as calls:
        with anyio.CancelScope() as first:
            async with anyio.create_task_group() as given_up:
                given_up.start_soon(asking.call, client, WATCH)
                await everybody_waits()
                calls.start_soon(asking.call, client, SUMMARIZE)
                await downloads.let(1)
                first.cancel()
        await downloads.let(3)

    assert downloads.asked == 5
    assert list(asking.answers) == [SUMMARIZE]
    assert "00:44 long" in text_of(asking.answers[SUMMARIZE])


async def test_each_call_reports_its_own_failure(downloads: HeldDownloads, era: Era) -> None:
    downloads.broken = True
    asking = Asking()
    async with connected(downloads, era) as client, anyio.create_task_group() as calls:
        for tool in (WATCH, SUMMARIZE):
            calls.start_soon(asking.call, client, tool)
        await downloads.let(1)
        await downloads.let(1)

    assert downloads.asked == 2
    assert error_of(asking.answers[WATCH]) == error_of(asking.answers[SUMMARIZE])


async def test_a_waiting_call_can_be_cancelled_without_the_other(downloads: HeldDownloads, era: Era) -> None:
    asking = Asking()
    async with connected(downloads, era) as client, anyio.create_task_group() as calls:
        calls.start_soon(asking.call, client, WATCH)
        await everybody_waits()
        with pytest.raises(MCPError):
            await asking.call(client, SUMMARIZE, seconds=0.2)
        await downloads.let(3)

    assert downloads.asked == 3
    assert "00:44 long" in text_of(asking.answers[WATCH])
