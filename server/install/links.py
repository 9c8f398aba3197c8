"""Installs this server in an assistant on another machine: a link to click, or a command to paste.

Sources: cursor.com/docs/mcp/install-links, code.visualstudio.com/docs (MCP), `claude mcp add --help`. GitHub
removes links with custom schemes, so these lead to the pages of Cursor and VS Code that open them.
"""

import base64
import json
import shlex
from urllib.parse import quote, urlencode

from recordings_mcp.server.configuration import InvalidConfiguration
from recordings_mcp.server.install.entry import KEY_VARIABLE, ServerEntry

_CURSOR = "https://cursor.com/install-mcp"
_VSCODE = "https://vscode.dev/redirect/mcp/install"
_KEY_INPUT = {
    "type": "promptString",
    "id": "posthog_api_key",
    "description": "PostHog API key",
    "password": True,
}
_NO_LINK = (
    "link: Claude Desktop cannot install from a link; use the bundle, recordings-mcp.mcpb, or leave link out."
)


def install_link(client: str, name: str, entry: ServerEntry) -> str:
    """Return a link for Cursor and VS Code, or a command for Claude Code.

    Args:
        client: A key of `ASSISTANTS`.
        name: The server's name in the assistant.
        entry: What the assistant starts.

    Raises:
        InvalidConfiguration: The assistant supports neither.
    """
    match client:
        case "cursor":
            return _cursor(name, entry)
        case "vscode":
            return _vscode(name, entry)
        case "claude-code":
            return _claude_code(name, entry)
        case _:
            raise InvalidConfiguration(_NO_LINK)


def _cursor(name: str, entry: ServerEntry) -> str:
    configuration = base64.b64encode(_json(entry.over(None, states_type=False)).encode()).decode()
    return f"{_CURSOR}?{urlencode({'name': name, 'config': configuration})}"


def _vscode(name: str, entry: ServerEntry) -> str:
    configuration = entry.over(None, states_type=True)
    parameters = {"name": name}
    if KEY_VARIABLE in entry.variables:
        # VS Code asks for it once and keeps it among its secrets, so that it is in no file.
        configuration["env"] = {KEY_VARIABLE: f"${{input:{_KEY_INPUT['id']}}}"}
        parameters["inputs"] = _json([_KEY_INPUT])
    return f"{_VSCODE}?{urlencode({**parameters, 'config': _json(configuration)}, quote_via=quote)}"


def _claude_code(name: str, entry: ServerEntry) -> str:
    variables = [f"--env={variable}={value}" for variable, value in entry.variables.items()]
    command = [
        "claude",
        "mcp",
        "add",
        "--scope",
        "user",
        name,
        *variables,
        "--",
        entry.command,
        *entry.arguments,
    ]
    return shlex.join(command)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
