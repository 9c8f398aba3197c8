"""The line a server starts with."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from recordings_mcp import __version__
from recordings_mcp.server.commands.start_line import start_line
from recordings_mcp.server.configuration import Configuration


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"sandbox": True},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox; confirm auto, privacy standard; 10 tools: search_recordings, get_recording, watch_recording, summarize_recording, compare_recordings, update_recording, delete_recordings, get_recording_sharing, set_recording_sharing, refresh_recording_sharing\n"
            ),
        ),
        (
            {"host": "https://eu.posthog.com/", "project": "7", "read_only": True},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud EU (https://eu.posthog.com), project 7; read-only, privacy standard; 6 tools: search_recordings, get_recording, watch_recording, summarize_recording, compare_recordings, get_recording_sharing\n"
            ),
        ),
        (
            {"tools": "get_recording", "privacy": "strict"},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud US (https://us.posthog.com), project looked up from the API key; confirm auto, privacy strict; 1 tool: get_recording\n"
            ),
        ),
        (
            {"host": "https://posthog.example.com", "toolsets": "recordings", "confirm": "deny"},
            snapshot(
                "recordings-mcp VERSION over stdio; self-hosted (https://posthog.example.com), project looked up from the API key; confirm deny, privacy standard; 5 tools: search_recordings, get_recording, watch_recording, summarize_recording, compare_recordings\n"
            ),
        ),
        (
            {"gateway": True, "project": "7", "tools": "get_recording"},
            snapshot(
                "recordings-mcp VERSION over stdio; PostHog Cloud US (https://us.posthog.com) with each caller's API key, project 7; confirm auto, privacy standard; 1 tool: get_recording\n"
            ),
        ),
        (
            {"gateway": True, "sandbox": True, "tools": "get_recording"},
            snapshot(
                "recordings-mcp VERSION over stdio; the embedded sandbox with each caller's API key, project looked up from it; confirm auto, privacy standard; 1 tool: get_recording\n"
            ),
        ),
    ],
)
def test_it_says_which_posthog_which_project_what_is_allowed_and_which_tools(
    settings: dict[str, Any], line: str
) -> None:
    said = start_line(Configuration.model_validate(settings), "over stdio")

    assert said.replace(__version__, "VERSION") == line
