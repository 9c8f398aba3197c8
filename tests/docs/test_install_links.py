"""The links and commands of the README install what `recordings-mcp install` writes."""

import base64
import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.server.assistant_files import COMMAND, Home, empty_home

ROOT = Path(__file__).parents[2]
TABLE = re.findall(
    r"^\| (Cursor|VS Code|Claude Code) \| (.*) \| (.*) \|$",
    (ROOT / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
CELLS = {title: {"yours": yours, "sandbox": sandbox} for title, yours, sandbox in TABLE}
SETTINGS = {"yours": ["--host", "https://us.posthog.com"], "sandbox": ["--sandbox"]}
KEYS = {"yours": {"env": {"POSTHOG_PERSONAL_API_KEY": "phx_…"}}, "sandbox": {}}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    return empty_home(tmp_path, monkeypatch, capsys)


def parameters(cell: str) -> dict[str, str]:
    link = cell.rpartition("](")[2].removesuffix(")")
    return {key: value for key, (value,) in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def installed(home: Home, client: str, whose: str) -> dict[str, Any]:
    """What the command writes, with `uvx recordings-mcp` where it has the path of the command."""
    home.install(client, *SETTINGS[whose])
    (file,) = home.files()
    (servers,) = json.loads(home.read(file)).values()
    (entry,) = servers.values()
    assert entry["command"] == COMMAND
    return {**entry, "command": "uvx", "args": ["recordings-mcp", *entry["args"]]}


@pytest.mark.parametrize("whose", SETTINGS)
def test_the_link_to_cursor_is_what_the_command_writes_and_a_place_for_the_key(
    home: Home, whose: str
) -> None:
    asked = parameters(CELLS["Cursor"][whose])

    assert asked["name"] == "recordings-mcp"
    assert json.loads(base64.b64decode(asked["config"])) == installed(home, "cursor", whose) | KEYS[whose]


@pytest.mark.parametrize("whose", SETTINGS)
def test_the_link_to_vs_code_is_what_the_command_writes_and_a_question_for_the_key(
    home: Home, whose: str
) -> None:
    asked = parameters(CELLS["VS Code"][whose])
    inputs = json.loads(asked.get("inputs", "[]"))
    keys = {"env": {"POSTHOG_PERSONAL_API_KEY": f"${{input:{inputs[0]['id']}}}"}} if inputs else {}

    assert asked["name"] == "recordings-mcp"
    assert json.loads(asked["config"]) == installed(home, "vscode", whose) | keys
    assert [question["password"] for question in inputs] == [True] * (whose == "yours")


@pytest.mark.parametrize("whose", SETTINGS)
def test_the_line_for_claude_code_is_what_the_command_writes(home: Home, whose: str) -> None:
    said, _, started = CELLS["Claude Code"][whose].strip("`").partition(" -- ")
    entry = installed(home, "claude-code", whose)

    assert shlex.split(started) == [entry["command"], *entry["args"]]
    assert shlex.split(said)[:6] == ["claude", "mcp", "add", "--scope", "user", "recordings-mcp"]
    assert shlex.split(said)[6:] == [
        f"--env={name}={value}" for name, value in KEYS[whose].get("env", {}).items()
    ]
