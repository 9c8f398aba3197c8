"""The scopes a tool names are the scopes it needs: with them it works, without one of them it says so."""

import re
from pathlib import Path

import pytest

from publishing import pages
from recordings_mcp.tools import TOOLS, ToolDefinition
from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.calls import arguments_of
from tests.tools.confirmation.world import World, client_of, yes

pytestmark = pytest.mark.anyio

IDS = [tool.name for tool in TOOLS]
NEEDED = [
    (tool, scope)
    for tool in TOOLS
    for scope in tool.scopes
    if scope.endswith(":write") or scope.replace(":read", ":write") not in tool.scopes
]
"""Without those that another scope of the same tool includes."""


def world_with(scopes: frozenset[str], directory: Path) -> World:
    return World(directory / "recordings", [Recording("one"), Recording("two")], scopes=scopes)


@pytest.mark.parametrize("tool", TOOLS, ids=IDS)
async def test_a_tool_works_with_the_scopes_it_names_and_no_others(
    tmp_path: Path, era: Era, tool: ToolDefinition
) -> None:
    world = world_with(frozenset(tool.scopes), tmp_path)
    async with client_of(world.serve(), era, yes) as client:
        if tool.name == "refresh_recording_sharing":
            await client.call_tool("set_recording_sharing", {"recording": "one", "enabled": True})
        before = len(world.writes)
        result = await client.call_tool(tool.name, arguments_of(tool, "one", "two"))

    assert not result.is_error, text_of(result)
    assert (len(world.writes) > before) == (not tool.hints.read_only_hint)


@pytest.mark.parametrize(
    ("tool", "scope"), NEEDED, ids=[f"{tool.name} without {scope}" for tool, scope in NEEDED]
)
async def test_without_a_scope_it_names_a_tool_says_which_is_missing(
    tmp_path: Path, era: Era, tool: ToolDefinition, scope: str
) -> None:
    others = {"query:read", "personal_api_key:read", *tool.scopes} - {scope}
    world = world_with(frozenset(others), tmp_path)
    async with client_of(world.serve(), era, yes) as client:
        result = await client.call_tool(tool.name, arguments_of(tool, "one", "two"))

    assert f"lacks the scope {scope}." in error_of(result)
    assert world.writes == []


@pytest.mark.parametrize(
    "tool", [tool for tool in TOOLS if "query:read" in tool.optional_scopes], ids=lambda tool: tool.name
)
async def test_an_optional_scope_is_used_by_a_key_that_has_it(
    tmp_path: Path, era: Era, tool: ToolDefinition
) -> None:
    world = world_with(frozenset({*tool.scopes, *tool.optional_scopes}), tmp_path)
    async with client_of(world.serve(), era) as client:
        result = await client.call_tool(tool.name, arguments_of(tool, "one", "two"))

    assert "lacks the scope" not in text_of(result)


def test_no_text_names_a_scope_that_nothing_needs() -> None:
    root = Path(__file__).parents[2]
    texts = [*pages(), root / "server.json", root / "publishing/manifest.json"]
    named = {
        scope
        for file in texts
        for scope in re.findall(r"\b[a-z]+(?:_[a-z]+)*:(?:read|write)\b", file.read_text(encoding="utf-8"))
    }
    used = {scope for tool in TOOLS for scope in (*tool.scopes, *tool.optional_scopes)}

    assert named - used == {"user:read"}  # finds the project
