"""Tools that say they only read do so, and read-only means that there are no others."""

from pathlib import Path
from typing import Any

import pytest

from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.selection import select_tools
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era, text_of
from tests.sandbox.shop import Recording
from tests.tools.calls import arguments_of
from tests.tools.confirmation.world import World, client_of, yes

pytestmark = pytest.mark.anyio

ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "search_recordings": [{"since": "-30d"}, {"recordings": ["r" * 190 + f"{n:03}" for n in range(100)]}],
}
"""Calls of a tool that reads in more ways than one call of the fewest arguments uses."""

READING = [tool.name for tool in TOOLS if tool.hints.read_only_hint]
WRITING = [tool.name for tool in TOOLS if not tool.hints.read_only_hint]
DESTROYING = [tool.name for tool in TOOLS if tool.hints.destructive_hint]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "recordings", [Recording("one"), Recording("two")])


@pytest.mark.parametrize("tool", READING)
async def test_a_tool_that_says_it_only_reads_sends_nothing_that_writes(
    world: World, era: Era, tool: str
) -> None:
    async with client_of(world.serve(), era, yes) as client:
        for arguments in ARGUMENTS.get(tool, [arguments_of(tool, "one", "two")]):
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, text_of(result)

    assert world.transport.methods <= {"GET", "POST to the query endpoint"}


async def test_the_timeline_as_a_resource_sends_nothing_that_writes(world: World, era: Era) -> None:
    async with client_of(world.serve(), era) as client:
        await client.read_resource("recording://one/timeline")

    assert world.transport.methods <= {"GET", "POST to the query endpoint"}


async def test_under_read_only_no_listed_tool_writes(world: World, era: Era) -> None:
    async with client_of(world.serve(read_only=True), era) as client:
        tools = (await client.list_tools()).tools

    assert [tool.name for tool in tools] == READING
    assert [tool.annotations and tool.annotations.read_only_hint for tool in tools] == [True] * len(tools)


@pytest.mark.parametrize("tool", WRITING)
async def test_under_read_only_a_tool_that_writes_is_unknown(world: World, era: Era, tool: str) -> None:
    async with client_of(world.serve(read_only=True), era, yes) as client:
        refused = await client.call_tool(tool, {"recording": "one", "recordings": ["one"], "enabled": True})

    assert text_of(refused) == f"Unknown tool: {tool}"
    assert world.transport.methods == set()


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"read_only": True, "tools": "delete_recordings,get_recording"}, ["get_recording"]),
        ({"read_only": True, "tools": "update_recordings,get_recording_sharing"}, ["get_recording_sharing"]),
        ({"confirm": "deny", "tools": "delete_recordings,update_recordings"}, ["update_recordings"]),
        (
            {"tools": "update_recordings,delete_recordings", "exclude_tools": "delete_recordings"},
            ["update_recordings"],
        ),
    ],
)
def test_no_selection_brings_back_what_is_forbidden(settings: dict[str, Any], left: list[str]) -> None:
    chosen = select_tools(Configuration.load(settings, {}))

    assert [tool.name for tool in chosen] == left


@pytest.mark.parametrize(
    ("settings", "forbidden"), [({"read_only": True}, WRITING), ({"confirm": "deny"}, DESTROYING)]
)
def test_no_toolset_brings_back_what_is_forbidden(settings: dict[str, Any], forbidden: list[str]) -> None:
    chosen = select_tools(Configuration.load({**settings, "toolsets": "recordings,manage,sharing"}, {}))

    assert [tool for tool in TOOLS if tool not in chosen] == [
        tool for tool in TOOLS if tool.name in forbidden
    ]


def test_asking_only_for_what_is_forbidden_is_told() -> None:
    with pytest.raises(InvalidConfiguration, match="read_only or confirm hides all of these tools"):
        select_tools(Configuration.load({"read_only": True, "tools": "delete_recordings"}, {}))


async def test_the_instructions_do_not_speak_of_what_is_forbidden(world: World, era: Era) -> None:
    async with client_of(world.serve(read_only=True), era) as client:
        instructions = client.instructions or ""

    assert not [tool for tool in WRITING if tool in instructions]
