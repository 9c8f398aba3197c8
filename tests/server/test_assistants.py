"""Where assistants keep their servers, by platform."""

from pathlib import Path

import pytest

from recordings_mcp.server.install.assistants import configuration_file

HOME = Path("/home/me")


@pytest.mark.parametrize(
    ("name", "system", "environment", "expected"),
    [
        ("claude-desktop", "darwin", {}, "Library/Application Support/Claude/claude_desktop_config.json"),
        ("claude-desktop", "win32", {}, "AppData/Roaming/Claude/claude_desktop_config.json"),
        ("claude-desktop", "win32", {"APPDATA": "/roaming"}, "/roaming/Claude/claude_desktop_config.json"),
        ("claude-desktop", "linux", {}, ".config/Claude/claude_desktop_config.json"),
        ("claude-desktop", "linux", {"XDG_CONFIG_HOME": "/x"}, "/x/Claude/claude_desktop_config.json"),
        ("claude-code", "darwin", {}, ".claude.json"),
        ("claude-code", "linux", {"CLAUDE_CONFIG_DIR": "/claude"}, "/claude/.claude.json"),
        ("cursor", "win32", {}, ".cursor/mcp.json"),
        ("vscode", "darwin", {}, "Library/Application Support/Code/User/mcp.json"),
        ("vscode", "win32", {}, "AppData/Roaming/Code/User/mcp.json"),
        ("vscode", "linux", {}, ".config/Code/User/mcp.json"),
    ],
)
def test_each_assistant_has_its_file_on_each_platform(
    name: str, system: str, environment: dict[str, str], expected: str
) -> None:
    found = configuration_file(name, system=system, home=HOME, environment=environment)

    assert found == HOME / expected


def test_claude_desktop_from_the_windows_store_has_its_own_folder(tmp_path: Path) -> None:
    package = tmp_path / "AppData" / "Local" / "Packages" / "Claude_pzs8sxrjxfjjc"
    package.mkdir(parents=True)

    found = configuration_file("claude-desktop", system="win32", home=tmp_path, environment={})

    own = package / "LocalCache" / "Roaming" / "Claude" / "claude_desktop_config.json"
    assert found == own


def test_a_file_that_exists_wins_over_one_that_does_not(tmp_path: Path) -> None:
    (tmp_path / "AppData" / "Local" / "Packages" / "Claude_old").mkdir(parents=True)
    usual = tmp_path / "AppData" / "Roaming" / "Claude" / "claude_desktop_config.json"
    usual.parent.mkdir(parents=True)
    usual.write_text("{}", encoding="utf-8")

    assert configuration_file("claude-desktop", system="win32", home=tmp_path, environment={}) == usual
