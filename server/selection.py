"""Selects the tools that the server exposes."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import get_args

from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.tools import TOOLS, ToolDefinition, Toolset

_NONE_LEFT = "exclude_tools: no tool is left; exclude fewer."
_ALL_FORBIDDEN = "tools: read_only or confirm hides all of these tools; name others, or none."


def select_tools(configuration: Configuration) -> list[ToolDefinition]:
    """Return the tools that the configuration selects: all, unless toolsets or tools are named.

    `exclude_tools`, `read_only` and `confirm="deny"` hide tools whatever else is selected.

    Raises:
        InvalidConfiguration: A name does not exist, or no tool is left.
    """
    names = [definition.name for definition in TOOLS]
    former = [definition.former_name for definition in TOOLS if definition.former_name]
    _check("toolsets", configuration.toolsets, list(get_args(Toolset)))
    _check("tools", configuration.tools, names, former)
    _check("exclude_tools", configuration.exclude_tools, names, former)
    allowed = [definition for definition in TOOLS if _is_allowed(definition, configuration)]
    chosen = [definition for definition in allowed if _is_wanted(definition, configuration)]
    if not chosen:
        forbidden = any(_is_wanted(definition, configuration) for definition in TOOLS)
        raise InvalidConfiguration(_ALL_FORBIDDEN if forbidden else _NONE_LEFT)
    return chosen


def _is_allowed(definition: ToolDefinition, configuration: Configuration) -> bool:
    """Return whether the hints allow it; a missing hint counts as the worse one."""
    if configuration.read_only:
        return definition.hints.read_only_hint is True
    return configuration.confirm != "deny" or definition.hints.destructive_hint is False


def _is_wanted(definition: ToolDefinition, configuration: Configuration) -> bool:
    called = {definition.name, definition.former_name}
    if not called.isdisjoint(configuration.exclude_tools):
        return False
    if not configuration.toolsets and not configuration.tools:
        return True
    return definition.toolset in configuration.toolsets or not called.isdisjoint(configuration.tools)


def _check(key: str, names: Sequence[str], known: Sequence[str], former: Sequence[str] = ()) -> None:
    for name in names:
        if name not in known and name not in former:
            near = get_close_matches(name, known, 1)
            fix = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}."
            raise InvalidConfiguration(f"{key}: there is no {name!r}; {fix}")
