"""A few recordings written by hand, served by the sandbox at the time they were made."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from recordings_mcp.client import RateBudget, RecordingsClient, Transport, application_transport
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID, SandboxSettings, create_sandbox
from tests.client.clock import StandingClock

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

JANE: dict[str, Any] = {
    "uuid": "00000000-0000-4000-8000-00000000000a",
    "name": "jane@example.com",
    "created_at": "2026-01-01T08:00:00Z",
    "distinct_ids": ["jane", "jane-phone"],
    "properties": {"email": "jane@example.com", "plan": "pro"},
}

CHECKOUT = "019cd700-0000-7000-8000-000000000001"
"""Three blocks of two lines each, ten seconds apart; two events."""

BROWSING = "019cd700-0000-7000-8000-000000000002"
"""One block; an earlier session of the same person."""

LONG = "019cd700-0000-7000-8000-000000000003"
"""45 blocks of two lines each."""

QUIET = "019cd700-0000-7000-8000-000000000004"
"""Metadata and nothing else."""


def lines_of(start: datetime, block: int) -> list[str]:
    """Write the two lines of a block: they lie ten seconds after those of the block before."""
    base = int(start.timestamp() * 1000) + block * 10_000
    return [
        json.dumps(["w", {"type": 3, "data": {"source": 2, "id": block}, "timestamp": base + after}])
        for after in (0, 3_000)
    ]


def started(recording_id: str) -> datetime:
    """Tell when a recording starts: one hour apart, the first one latest."""
    return NOW - timedelta(hours=int(recording_id[-1]))


def lines(recording_id: str, blocks: int) -> list[bytes]:
    """Return all lines of a recording as the client should."""
    start = started(recording_id)
    return [line.encode() for block in range(blocks) for line in lines_of(start, block)]


def write_recordings(directory: Path) -> None:
    """Write all recordings."""
    _write(directory, CHECKOUT, blocks=3, events=("$pageview", "$rageclick"), click_count=7)
    _write(directory, BROWSING, blocks=1, click_count=2)
    _write(directory, LONG, blocks=45)
    _write(directory, QUIET, blocks=0)


def _write(
    directory: Path, recording_id: str, *, blocks: int, events: Sequence[str] = (), **counts: int
) -> None:
    folder = directory / recording_id
    folder.mkdir()
    start = started(recording_id)
    metadata = {
        "id": recording_id,
        "distinct_id": "jane",
        "person": JANE,
        "start_time": start.isoformat(),
        "end_time": (start + timedelta(seconds=60)).isoformat(),
        "recording_duration": 60,
        "active_seconds": 20,
        "inactive_seconds": 40,
        **dict.fromkeys(_COUNTS, 0),
        "start_url": "https://shop.example/",
        "snapshot_library": "web",
        "blocks": [2] * blocks,
        **counts,
    }
    (folder / "recording.json").write_text(json.dumps(metadata), encoding="utf-8")
    if not blocks:
        return
    text = "".join(line + "\n" for block in range(blocks) for line in lines_of(start, block))
    (folder / "snapshots.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    rows = [
        {
            "uuid": f"00000000-0000-7000-8000-{index:012}",
            "event": event,
            "timestamp": (start + timedelta(seconds=index)).isoformat(),
            "distinct_id": "jane",
            "properties": {"$session_id": recording_id, "index": index},
        }
        for index, event in enumerate(events)
    ]
    (folder / "events.json.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))


_COUNTS = (
    "click_count",
    "keypress_count",
    "mouse_activity_count",
    "console_log_count",
    "console_warn_count",
    "console_error_count",
)


class Watched(httpx.AsyncBaseTransport):
    """Carries requests to another transport and keeps them."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self._inner.handle_async_request(request)

    @property
    def sent(self) -> list[str]:
        """Method and path with query of each request, below the recordings of the project."""
        below = f"/api/projects/{SANDBOX_PROJECT_ID}/session_recordings"
        return [
            f"{request.method} {request.url.raw_path.decode().removeprefix(below)}"
            for request in self.requests
        ]


@dataclass(frozen=True)
class Shop:
    """Opens clients of a sandbox that holds the recordings."""

    directory: Path

    def transport(self, *, scopes: frozenset[str] | None = None, **settings: Any) -> Watched:
        """Make a sandbox and a watched way to it."""
        options: dict[str, Any] = {"recordings": self.directory, "keep_times": True, **settings}
        chosen = SandboxSettings(**options)
        return Watched(application_transport(create_sandbox(chosen, scopes=scopes, clock=lambda: NOW)))

    def client(
        self, transport: Watched | None = None, project_id: int | None = SANDBOX_PROJECT_ID, **settings: Any
    ) -> RecordingsClient:
        """Make a client of a sandbox."""
        return RecordingsClient(
            host="http://localhost",
            project_id=project_id,
            api_key=SANDBOX_API_KEY,
            transport=transport or self.transport(**settings),
            rate_budget=RateBudget(clock=StandingClock()),
        )
