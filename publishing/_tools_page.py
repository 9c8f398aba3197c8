"""What the pages say about the tools: a table, a section for each, and the scopes of the API key."""

import json
from collections.abc import Iterator
from typing import Any

from recordings_mcp.tools import TOOLS, RegisteredTool, ToolDefinition

_HINTS = {
    "read_only_hint": ("reads only", "writes"),
    "destructive_hint": ("destroys or publishes: asks first", "destroys nothing"),
    "idempotent_hint": ("a second call changes nothing more", "each call changes something"),
    "open_world_hint": ("returns untrusted text", "returns no untrusted text"),
}


def tool_table() -> str:
    """Return the table of all tools."""
    rows = (f"| `{tool.name}` | {tool.toolset} | {tool.guidance.rstrip('.')} |" for tool in TOOLS)
    return "\n".join(["| tool | toolset | what it does |", "|---|---|---|", *rows])


def scope_table() -> str:
    """Return the table of the API key's scopes, as the tools name them."""
    needed: dict[str, list[str]] = {}
    optional: dict[str, list[str]] = {}
    for tool in TOOLS:
        for scope in tool.scopes:
            needed.setdefault(scope, []).append(tool.name)
        for scope, loss in tool.optional_scopes.items():
            optional.setdefault(scope, []).append(loss)
    rows = [f"| `{scope}` | needed by {_named_shortly(names)} |" for scope, names in needed.items()]
    rows += [
        f"| `{scope}` | optional; without it {'; '.join(dict.fromkeys(losses))} |"
        for scope, losses in optional.items()
    ]
    return "\n".join(["| scope | |", "|---|---|", *rows])


def _named_shortly(tools: list[str]) -> str:
    """Return the names of some of the tools; if they are most of the tools, the names of the others."""
    others = [f"`{tool.name}`" for tool in TOOLS if tool.name not in tools]
    if len(others) >= len(tools):
        return ", ".join(f"`{name}`" for name in tools)
    return f"every tool but {', '.join(others)}" if others else "every tool"


def tools_text() -> str:
    """Return a section for each tool."""
    return "\n".join(_section(definition) for definition in TOOLS)


def _section(definition: ToolDefinition) -> str:
    schema = RegisteredTool.of(definition, "text").parameters
    hints = "; ".join(yes if getattr(definition.hints, hint) else no for hint, (yes, no) in _HINTS.items())
    lines = [
        f"## {definition.name}",
        "",
        definition.description,
        "",
        f"*{definition.title}. Toolset `{definition.toolset}`; {hints}.*",
        "",
        "| argument | type | default | |",
        "|---|---|---|---|",
        *_rows(schema),
        "",
    ]
    return "\n".join(lines)


def _rows(schema: dict[str, Any]) -> Iterator[str]:
    for name, argument in schema["properties"].items():
        default = "required" if name in schema.get("required", ()) else _default(argument)
        text = _described(argument).replace("|", "\\|")
        yield f"| `{name}` | {_type(argument)} | {default} | {text} |"


def _default(argument: dict[str, Any]) -> str:
    default = argument.get("default")
    return "" if default in (None, []) else f"`{json.dumps(default, ensure_ascii=False)}`"


def _type(argument: dict[str, Any]) -> str:
    if "enum" in argument:
        return " \\| ".join(f"`{choice}`" for choice in argument["enum"])
    if "anyOf" in argument:
        return " or ".join(_type(choice) for choice in argument["anyOf"])
    if argument["type"] == "array":
        return f"list of {_type(argument['items'])}"
    if argument["type"] == "object":
        members = (f"`{name}`: {_type(member)}" for name, member in argument["properties"].items())
        return f"{{{', '.join(members)}}}"
    return str(argument["type"])


def _described(argument: dict[str, Any]) -> str:
    bounds = [
        f"{word} {argument[key]}"
        for key, word in (("minimum", "at least"), ("maximum", "at most"), ("maxItems", "at most"))
        if key in argument
    ]
    return "; ".join([*([argument["description"]] if "description" in argument else []), *bounds])
