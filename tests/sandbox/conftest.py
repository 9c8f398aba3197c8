"""A sandbox with hand-written recordings, reached over HTTP in the process."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, SandboxSettings, create_sandbox
from tests.sandbox.shop import NOW, Recording, write_recording


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class OpenSandbox(Protocol):
    """Opens a sandbox that holds the given recordings."""

    def __call__(self, *recordings: Recording, **settings: Any) -> httpx.AsyncClient: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_sandbox(tmp_path: Path, clock: Callable[[], datetime]) -> OpenSandbox:
    def open_it(*recordings: Recording, **settings: Any) -> httpx.AsyncClient:
        for recording in recordings:
            write_recording(tmp_path / "recordings", recording)
        defaults = {"recordings": tmp_path / "recordings", "keep_times": True}
        return connect(create_sandbox(SandboxSettings.model_validate(defaults | settings), clock=clock))

    return open_it


def connect(app: Any, key: str | None = SANDBOX_API_KEY) -> httpx.AsyncClient:
    """Speak HTTP with a sandbox in the process."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://posthog.test", headers=headers
    )
