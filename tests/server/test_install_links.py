"""`install CLIENT --link`: a link or command that installs the server on another machine."""

import base64
import json
import shlex
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from recordings_mcp.server.__main__ import main
from tests.server.assistant_files import KEY, Home


def parameters(link: str, page: str) -> dict[str, str]:
    """What is asked of a page, each once."""
    parts = urlsplit(link.strip())
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == page
    return {key: value for key, (value,) in parse_qs(parts.query, strict_parsing=True).items()}


def cursor(link: str) -> tuple[str, dict[str, Any]]:
    asked = parameters(link, "https://cursor.com/install-mcp")
    return asked["name"], json.loads(base64.b64decode(asked["config"], validate=True))


def vscode(link: str) -> dict[str, Any]:
    asked = parameters(link, "https://vscode.dev/redirect/mcp/install")
    return {key: value if key == "name" else json.loads(value) for key, value in asked.items()}


def test_cursor_gets_a_link_that_contains_the_entry(home: Home) -> None:
    assert cursor(home.install("cursor", "--link", "--sandbox", "--privacy", "strict")) == (
        "recordings-mcp",
        {"command": "uvx", "args": ["recordings-mcp", "--sandbox", "--privacy", "strict"]},
    )


def test_cursor_shows_where_the_key_belongs(home: Home) -> None:
    _, entry = cursor(home.install("cursor", "--link", "--host", "https://eu.posthog.com"))

    assert entry == {
        "command": "uvx",
        "args": ["recordings-mcp", "--host", "https://eu.posthog.com"],
        "env": {"POSTHOG_PERSONAL_API_KEY": "phx_…"},
    }


def test_vs_code_asks_for_the_key_as_a_secret(home: Home) -> None:
    assert vscode(home.install("vscode", "--link", "--name", "ours")) == {
        "name": "ours",
        "config": {
            "type": "stdio",
            "command": "uvx",
            "args": ["recordings-mcp"],
            "env": {"POSTHOG_PERSONAL_API_KEY": "${input:posthog_api_key}"},
        },
        "inputs": [
            {
                "type": "promptString",
                "id": "posthog_api_key",
                "description": "PostHog API key",
                "password": True,
            }
        ],
    }


def test_vs_code_does_not_ask_for_a_key_for_the_sandbox(home: Home) -> None:
    assert vscode(home.install("vscode", "--link", "--sandbox")) == {
        "name": "recordings-mcp",
        "config": {"type": "stdio", "command": "uvx", "args": ["recordings-mcp", "--sandbox"]},
    }


def test_claude_code_gets_a_command(home: Home) -> None:
    assert shlex.split(home.install("claude-code", "--link", "--project", "12")) == [
        *("claude", "mcp", "add", "--scope", "user", "recordings-mcp"),
        "--env=POSTHOG_PERSONAL_API_KEY=phx_…",
        *("--", "uvx", "recordings-mcp", "--project", "12"),
    ]


@pytest.mark.parametrize("client", ["cursor", "vscode", "claude-code"])
def test_a_link_contains_nothing_of_this_machine_and_writes_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, client: str
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", KEY)
    monkeypatch.setenv("POSTHOG_HOST", "https://posthog.internal.example.com")

    link = home.install(client, "--link")

    decoded = link + json.dumps(cursor(link) if client == "cursor" else link)
    assert KEY not in decoded
    assert "internal" not in decoded
    assert home.files() == {}


def test_claude_desktop_has_no_link_and_the_error_names_the_bundle(home: Home) -> None:
    assert home.try_install("claude-desktop", "--link") == (
        2,
        "",
        (
            "recordings-mcp: link: Claude Desktop cannot install from a link; use the bundle, recordings-mcp.mcpb, "
            "or leave link out.\n"
        ),
    )


def test_link_and_dry_run_exclude_each_other(home: Home) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["install", "cursor", "--link", "--dry-run"])

    assert caught.value.code == 2
    assert home.files() == {}
