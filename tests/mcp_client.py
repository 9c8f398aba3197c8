"""An MCP client in memory, on both protocol eras, before a sandbox with hand-written recordings."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from mcp import Client
from mcp.types import CallToolResult, TextContent

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.sandbox.shop import NOW, Recording, write_recording

Era = Literal["auto", "legacy"]


class Connect(Protocol):
    """Opens a client of a server whose sandbox holds these recordings."""

    def __call__(self, *recordings: Recording, sandbox: dict[str, Any] = ..., **settings: Any) -> Client: ...


def open_client(
    directory: Path,
    era: Era,
    recordings: Sequence[Recording],
    sandbox: dict[str, Any],
    settings: dict[str, Any],
) -> Client:
    """A client of a server whose sandbox holds these recordings, written to the directory."""
    directory.mkdir(exist_ok=True)
    for recording in recordings:
        write_recording(directory, recording)
    defaults = {"recordings": directory, "keep_times": True}
    application = create_sandbox(SandboxSettings.model_validate(defaults | sandbox), clock=lambda: NOW)
    configuration = Configuration(sandbox=True, **settings)
    return Client(create_server(configuration, transport=application_transport(application)), mode=era)


def text_of(result: CallToolResult) -> str:
    """The text of a result, with the fence's random tag replaced."""
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    return re.sub(r"untrusted-\d{15}", "FENCE", text)


def error_of(result: CallToolResult) -> str:
    """The text of a result that must be an error."""
    assert result.is_error
    return text_of(result)


def data_of(result: CallToolResult) -> dict[str, Any]:
    """The structured content of a result that must not be an error."""
    assert not result.is_error, text_of(result)
    content: dict[str, Any] | None = result.structured_content
    assert content is not None
    return content
