"""The line on standard error at the start of a server."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from recordings_mcp import __version__
from recordings_mcp.server.commands.start_line import start_line
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.selection import select_tools


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"sandbox": True},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox; confirm auto, privacy standard; TOOLS\n"
            ),
        ),
        (
            {"host": "https://eu.posthog.com/", "project": "7", "read_only": True},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud EU (https://eu.posthog.com), project 7; read-only, privacy standard; TOOLS\n"
            ),
        ),
        (
            {"tools": "get_recording", "privacy": "strict"},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud US (https://us.posthog.com), project looked up from the API key; confirm auto, privacy strict; TOOLS\n"
            ),
        ),
        (
            {"host": "https://posthog.example.com", "toolsets": "recordings", "confirm": "deny"},
            snapshot(
                "recordings-mcp VERSION over stdio; self-hosted (https://posthog.example.com), project looked up from the API key; confirm deny, privacy standard; TOOLS\n"
            ),
        ),
        (
            {"gateway": True, "project": "7", "tools": "get_recording"},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud US (https://us.posthog.com) with each caller's API key, project 7; confirm auto, privacy standard; TOOLS\n"
            ),
        ),
        (
            {"gateway": True, "sandbox": True, "tools": "get_recording"},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox with each caller's API key, project looked up from it; confirm auto, privacy standard; TOOLS\n"
            ),
        ),
    ],
)
def test_the_line_names_posthog_project_permissions_and_tools(settings: dict[str, Any], line: str) -> None:
    configuration = Configuration.model_validate(settings)
    names = [tool.name for tool in select_tools(configuration)]
    tools = f"{len(names)} {'tools' if len(names) > 1 else 'tool'}: {', '.join(names)}"

    said = start_line(configuration, "over stdio")

    assert said.replace(__version__, "VERSION").replace(tools, "TOOLS") == line
