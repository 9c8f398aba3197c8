"""What the pages say assistants are configured with: made by the code that `recordings-mcp install` runs."""

import json

from recordings_mcp.server.commands.arguments import parse_arguments
from recordings_mcp.server.install.assistants import ASSISTANTS
from recordings_mcp.server.install.entry import portable_entry
from recordings_mcp.server.install.links import install_link

_YOURS = ("--host", "https://us.posthog.com")
_SANDBOX = ("--sandbox",)
_BADGES = {"cursor": "add-to-cursor.svg", "vscode": "add-to-vs-code.svg"}


def buttons() -> str:
    """Return the table of links and commands that install the server."""
    rows = [
        [ASSISTANTS[client].title, _button(client, _YOURS), _button(client, _SANDBOX)] for client in _BADGES
    ]
    command = [f"`{_link('claude-code', settings)}`" for settings in (_YOURS, _SANDBOX)]
    bundle = ["the bundle, `recordings-mcp.mcpb`", "the bundle, with *Try it without an account*"]
    rows += [[ASSISTANTS["claude-code"].title, *command], [ASSISTANTS["claude-desktop"].title, *bundle]]
    lines = ["| | with your PostHog | without an account |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def claude_code_commands() -> str:
    """Return the commands to paste."""
    commands = (_link("claude-code", settings) for settings in (_YOURS, _SANDBOX))
    return "\n".join(["```console", *commands, "```"])


def entry(client: str) -> str:
    """Return the part of an assistant's configuration file that starts the server."""
    options = parse_arguments(["install", client, *_YOURS])
    assistant = ASSISTANTS[client]
    stated = portable_entry(options, sandbox=False).over(None, states_type=assistant.states_type)
    shown = json.dumps({assistant.section: {options.name: stated}}, indent=2, ensure_ascii=False)
    return f"```json\n{shown}\n```"


def _button(client: str, settings: tuple[str, ...]) -> str:
    image = f"![Add to {ASSISTANTS[client].title}](docs/images/{_BADGES[client]})"
    return f"[{image}]({_link(client, settings)})"


def _link(client: str, settings: tuple[str, ...]) -> str:
    options = parse_arguments(["install", client, "--link", *settings])
    return install_link(client, options.name, portable_entry(options, sandbox=settings == _SANDBOX))
