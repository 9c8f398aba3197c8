"""The line a server starts with."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from recordings_mcp import __version__
from recordings_mcp.server.commands.start_line import start_line
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.tools import TOOLS

EVERY = [tool.name for tool in TOOLS]
READING = [tool.name for tool in TOOLS if tool.hints.read_only_hint]
RECORDINGS = [tool.name for tool in TOOLS if tool.toolset == "recordings" and not tool.hints.destructive_hint]


@pytest.mark.parametrize(
    ("settings", "line", "tools"),
    [
        (
            {"sandbox": True},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox; confirm auto, privacy standard"
            ),
            EVERY,
        ),
        (
            {"host": "https://eu.posthog.com/", "project": "7", "read_only": True},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud EU (https://eu.posthog.com), project 7; read-only, privacy standard"
            ),
            READING,
        ),
        (
            {"tools": "get_recording", "privacy": "strict"},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud US (https://us.posthog.com), project looked up from the API key; confirm auto, privacy strict"
            ),
            ["get_recording"],
        ),
        (
            {"sandbox": True, "tools": "get_recording", "show_typing": "search"},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox; confirm auto, privacy standard, typing shown (search)"
            ),
            ["get_recording"],
        ),
        (
            {"host": "https://posthog.example.com", "toolsets": "recordings", "confirm": "deny"},
            snapshot(
                "recordings-mcp VERSION over stdio; self-hosted (https://posthog.example.com), project looked up from the API key; confirm deny, privacy standard"
            ),
            RECORDINGS,
        ),
        (
            {"gateway": True, "project": "7", "tools": "get_recording"},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud US (https://us.posthog.com) with each caller's API key, project 7; confirm auto, privacy standard"
            ),
            ["get_recording"],
        ),
        (
            {"gateway": True, "sandbox": True, "tools": "get_recording"},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox with each caller's API key, project looked up from it; confirm auto, privacy standard"
            ),
            ["get_recording"],
        ),
    ],
)
def test_the_line_names_posthog_project_permissions_and_tools(
    settings: dict[str, Any], line: str, tools: list[str]
) -> None:
    said, _, offered = start_line(Configuration.model_validate(settings), "over stdio").rpartition("; ")

    assert said.replace(__version__, "VERSION") == line
    assert offered == f"{len(tools)} {'tool' if len(tools) == 1 else 'tools'}: {', '.join(tools)}\n"
