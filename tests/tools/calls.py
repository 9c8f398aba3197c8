"""How to call any tool, so that a test about all tools covers a new one by itself."""

from typing import Any

from recordings_mcp.tools import TOOLS, RegisteredTool, ToolDefinition

_NEEDED_TOO: dict[str, dict[str, Any]] = {"update_recordings": {"viewed": True}}
"""What a call cannot do without although its schema does not require it."""


def arguments_of(tool: ToolDefinition | str, *recordings: str) -> dict[str, Any]:
    """The fewest arguments of a call about these recordings, as the tool's schema requires them."""
    if isinstance(tool, str):
        [tool] = [definition for definition in TOOLS if definition.name == tool]
    values = {"recording": recordings[0], "recordings": list(recordings), "enabled": True}
    required = RegisteredTool.of(tool, "text").parameters.get("required", [])
    return {name: values[name] for name in required} | _NEEDED_TOO.get(tool.name, {})
