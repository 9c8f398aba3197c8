"""README and docs, parts of which are generated from the code.

Such a part is between two marks, `<!-- written: NAME -->` and `<!-- /written -->`.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from publishing._entries import buttons, claude_code_commands, entry
from publishing._examples import with_real_answers
from publishing._settings_table import settings_table
from publishing._tools_page import scope_table, tool_table, tools_text

ROOT = Path(__file__).parents[1]
_PART = re.compile(r"(<!-- written: (?P<name>[\w-]+) -->\n).*?(<!-- /written -->)", re.DOTALL)

PARTS: Mapping[str, Callable[[], str]] = {
    "settings": settings_table,
    "tools": tools_text,
    "tool-table": tool_table,
    "scopes": scope_table,
    "buttons": buttons,
    "claude-code-commands": claude_code_commands,
    "claude-desktop": partial(entry, "claude-desktop"),
    "cursor": partial(entry, "cursor"),
    "vscode": partial(entry, "vscode"),
}
"""The function that generates each part."""


def pages() -> list[Path]:
    """Return all pages."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]


async def refreshed(page: str) -> str:
    """Return the page with its generated parts and the answers of its examples brought up to date.

    Raises:
        KeyError: No part has this name.
    """
    written = _PART.sub(lambda part: f"{part[1]}\n{PARTS[part['name']]().rstrip()}\n\n{part[3]}", page)
    return await with_real_answers(written)


async def refresh_pages() -> None:
    """Write every page with its generated parts brought up to date."""
    for file in pages():
        page = file.read_text(encoding="utf-8")
        file.write_text(await refreshed(page), encoding="utf-8")
