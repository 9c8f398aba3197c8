"""Time that passes only where somebody waits, and a sandbox that counts what it is asked for."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from anyio import to_thread
from anyio.lowlevel import checkpoint
from mcp import Client

from recordings_mcp.client import SystemClock, application_transport
from recordings_mcp.sandbox import SandboxSettings, Throttle, create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Era
from tests.sandbox.shop import NOW, Recording, write_recording

_QUIET_ROUNDS = 100


class IdleClock:
    """Stands while anything is done; when all that is left is waiting, it goes to the end of the first wait.

    Attributes:
        time: Seconds since it was made.
        held: Whether waits do not end.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.held = False
        self._waits: list[float] = []
        self._quiet = 0

    def touch(self) -> None:
        """Something is being done."""
        self._quiet = 0

    async def sleep(self, seconds: float) -> None:
        end = self.time + seconds
        self._waits.append(end)
        self.touch()
        try:
            while self.time < end:
                await checkpoint()
                self._quiet += 1
                if to_thread.current_default_thread_limiter().borrowed_tokens:
                    self.touch()
                idle = self._quiet > _QUIET_ROUNDS * len(self._waits) and not self.held
                if idle and end == min(self._waits):
                    self.time = end
        finally:
            self._waits.remove(end)
            self.touch()


@contextmanager
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> Generator[IdleClock]:
    """Let the clock of deadlines and rate limits stand but for waits, which take no time of ours."""
    clock = IdleClock()

    def now(_self: SystemClock) -> float:
        return clock.time

    async def sleep(_self: SystemClock, seconds: float) -> None:
        await clock.sleep(seconds)

    with monkeypatch.context() as patched:
        patched.setattr(SystemClock, "now", now)
        patched.setattr(SystemClock, "sleep", sleep)
        yield clock


class ThrottledSandbox(httpx.AsyncBaseTransport):
    """A sandbox on the free plan, 12 requests a minute and 60 an hour, whose recordings are of this hour.

    Attributes:
        requests: How many of each kind it was sent.
        refused: How many of them it answered with 429.
        downloaded: The recordings whose data was sent, in order.
    """

    def __init__(self, directory: Path, clock: IdleClock, ids: list[str]) -> None:
        self._clock = clock
        began = datetime.now(UTC)
        ago = NOW - (began - timedelta(minutes=59))
        for recording_id in ids:
            write_recording(directory, Recording(recording_id, ago=ago))
        settings = SandboxSettings(
            recordings=directory, keep_times=True, throttle=Throttle(plan="free"), database=":memory:"
        )
        sandbox = create_sandbox(settings, clock=lambda: began + timedelta(seconds=clock.time))
        self._inner = application_transport(sandbox)
        self.requests: Counter[str] = Counter()
        self.refused = 0
        self.downloaded: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        kind = _kind(request)
        self.requests[kind] += 1
        if kind == "data":
            self.downloaded.append(request.url.path.split("/")[-3])
        self._clock.touch()
        response = await self._inner.handle_async_request(request)
        self.refused += response.status_code == 429
        return response

    def open(self, era: Era, **settings: Any) -> Client:
        """A client of a server before this sandbox."""
        configuration = Configuration(sandbox=True, **settings)
        return Client(create_server(configuration, transport=self), mode=era)


def _kind(request: httpx.Request) -> str:
    path = request.url.path.rstrip("/")
    if path.endswith("/snapshots"):
        return "data" if "source" in parse_qs(request.url.query.decode()) else "parts"
    return "events" if path.endswith("/query") else "listing"
