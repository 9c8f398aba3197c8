"""The assistants that `install` knows: the file and the format of their MCP servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_DESKTOP_FILE = "claude_desktop_config.json"


@dataclass(frozen=True, slots=True)
class Assistant:
    """An MCP client with a configuration file.

    Attributes:
        title: Its name for people.
        section: The key of its servers in the file.
        states_type: Whether an entry says that it is a command (`"type": "stdio"`).
        afterwards: What to do after the file has changed.
    """

    title: str
    section: str
    states_type: bool
    afterwards: str


ASSISTANTS: Mapping[str, Assistant] = {
    "claude-desktop": Assistant(
        "Claude Desktop",
        "mcpServers",
        states_type=False,
        afterwards="quit Claude Desktop fully and reopen it",
    ),
    "claude-code": Assistant(
        "Claude Code", "mcpServers", states_type=True, afterwards="start a new session; /mcp shows the server"
    ),
    "cursor": Assistant(
        "Cursor",
        "mcpServers",
        states_type=False,
        afterwards="see Settings → MCP; restart Cursor if it is not there",
    ),
    "vscode": Assistant(
        "VS Code", "servers", states_type=True, afterwards='run "MCP: List Servers" in VS Code and start it'
    ),
}
"""By the name on the command line."""


def configuration_file(name: str, *, system: str, home: Path, environment: Mapping[str, str]) -> Path:
    """Return the file in which an assistant keeps the servers for all projects of this user.

    Sources: the assistants' own documentation; for Claude Desktop from the Windows store, which reads
    another folder than it documents, anthropics/claude-code issue 26073; for Linux, where Claude Desktop is
    not official, the folder that builds for it use.

    Args:
        name: A key of `ASSISTANTS`.
        system: The platform as `sys.platform` names it.
        home: The user's home folder.
        environment: Variables that move folders.
    """
    if name == "claude-code":
        return Path(environment.get("CLAUDE_CONFIG_DIR") or home) / ".claude.json"
    if name == "cursor":
        return home / ".cursor" / "mcp.json"
    settings = _settings_folder(system, home, environment)
    if name == "vscode":
        return settings / "Code" / "User" / "mcp.json"
    store = _store_folders(home, environment) if system == "win32" else []
    files = [folder / _DESKTOP_FILE for folder in [*store, settings / "Claude"]]
    return next((file for file in files if file.exists()), files[0])


def _settings_folder(system: str, home: Path, environment: Mapping[str, str]) -> Path:
    if system == "darwin":
        return home / "Library" / "Application Support"
    if system == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config")


def _store_folders(home: Path, environment: Mapping[str, str]) -> list[Path]:
    local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    packages = sorted((local / "Packages").glob("Claude_*"))
    return [package / "LocalCache" / "Roaming" / "Claude" for package in packages]
