"""An MCP client in memory, on both protocol eras, before a sandbox with hand-written recordings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
import stamina
from mcp import Client
from mcp.types import CallToolResult, TextContent

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.server._application import create_server
from recordings_mcp.server._configuration import Configuration
from tests.sandbox.shop import NOW, Recording, write_recording

Era = Literal["auto", "legacy"]


class Connect(Protocol):
    """Opens a client of a server whose sandbox holds these recordings."""

    def __call__(self, *recordings: Recording, sandbox: dict[str, Any] = ..., **settings: Any) -> Client: ...


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(params=["auto", "legacy"])
def era(request: pytest.FixtureRequest) -> Era:
    return request.param


@pytest.fixture
def connect(tmp_path: Path, era: Era) -> Connect:
    def open_it(*recordings: Recording, sandbox: dict[str, Any] | None = None, **settings: Any) -> Client:
        for recording in recordings:
            write_recording(tmp_path / "recordings", recording)
        (tmp_path / "recordings").mkdir(exist_ok=True)
        defaults = {"recordings": tmp_path / "recordings", "keep_times": True}
        application = create_sandbox(
            SandboxSettings.model_validate(defaults | (sandbox or {})), clock=lambda: NOW
        )
        configuration = Configuration(sandbox=True, **settings)
        server = create_server(configuration, transport=application_transport(application))
        return Client(server, mode=era)

    return open_it


def text_of(result: CallToolResult) -> str:
    """The text of a result, with the fence's random tag replaced."""
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    return re.sub(r"untrusted-recording-[0-9a-f]{16}", "FENCE", text)


def error_of(result: CallToolResult) -> str:
    """The text of a result that must be an error."""
    assert result.is_error
    return text_of(result)
