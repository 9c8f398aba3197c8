"""`install CLIENT` on every platform: the right file, merged, with a backup, or unchanged."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server.assistant_files import Home

FILES = {
    ("darwin", "claude-desktop"): "Library/Application Support/Claude/claude_desktop_config.json",
    ("darwin", "claude-code"): ".claude.json",
    ("darwin", "cursor"): ".cursor/mcp.json",
    ("darwin", "vscode"): "Library/Application Support/Code/User/mcp.json",
    ("win32", "claude-desktop"): "AppData/Roaming/Claude/claude_desktop_config.json",
    ("win32", "claude-code"): ".claude.json",
    ("win32", "cursor"): ".cursor/mcp.json",
    ("win32", "vscode"): "AppData/Roaming/Code/User/mcp.json",
    ("linux", "claude-desktop"): ".config/Claude/claude_desktop_config.json",
    ("linux", "claude-code"): ".claude.json",
    ("linux", "cursor"): ".cursor/mcp.json",
    ("linux", "vscode"): ".config/Code/User/mcp.json",
}
everywhere = pytest.mark.parametrize(
    ("platform", "client", "file"), [(*who, file) for who, file in FILES.items()]
)


def section(client: str) -> str:
    return "servers" if client == "vscode" else "mcpServers"


class SystemElsewhere:
    """`sys` as it would be on another platform; what is looked for in files is looked for on this one."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


@pytest.fixture(autouse=True)
def _on_the_platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = SystemElsewhere(request.getfixturevalue("platform"))
    monkeypatch.setattr("recordings_mcp.server.install.command.sys", elsewhere)


@everywhere
def test_the_entry_is_merged_and_a_backup_keeps_the_old_file(
    home: Home, platform: str, client: str, file: str
) -> None:
    del platform
    before = json.dumps({section(client): {"other": {"command": "x"}}, "theme": "dark"})
    home.write(file, before)

    home.install(client, "--sandbox")

    after = json.loads(home.read(file))
    entry = after[section(client)].pop("recordings-mcp")
    assert Path(entry["command"]).is_absolute()
    assert entry["args"][-1] == "--sandbox"
    assert after == json.loads(before)
    (backup,) = home.files().keys() - {file}
    assert Path(backup).parent == Path(file).parent
    assert home.read(backup) == before


@everywhere
def test_a_dry_run_names_the_file_and_leaves_it(home: Home, platform: str, client: str, file: str) -> None:
    del platform
    home.write(file, "{}")
    before = home.files()

    said = home.install(client, "--sandbox", "--dry-run")

    assert said.startswith(f"Nothing was written. This would change in HOME/{file}:\n")
    assert home.files() == before


@everywhere
def test_a_file_that_cannot_be_parsed_is_not_changed(
    home: Home, platform: str, client: str, file: str
) -> None:
    del platform
    home.write(file, '{"a": 1,}')
    before = home.files()

    code, out, errors = home.try_install(client, "--sandbox")

    assert (code, home.files()) == (1, before)
    assert f"HOME/{file} was not changed: it is not plain JSON" in errors
    assert '"recordings-mcp": {' in out
