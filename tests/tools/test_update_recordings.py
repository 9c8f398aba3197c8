"""The marks an API key can set, and those it cannot."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from inline_snapshot import snapshot

from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.selection import select_tools
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import World, Write, client_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "recordings", [Recording("one"), Recording("two")])


async def test_a_recording_is_marked_without_asking_anybody(world: World, era: Era) -> None:
    async with client_of(world.serve(), era) as client:
        result = await client.call_tool(
            "update_recordings", {"recordings": ["one"], "viewed": True, "analyzed": True}
        )
        details = await client.call_tool("get_recording", {"recording": "one"})

    assert text_of(result) == snapshot("Marked as viewed and analyzed.")
    assert not details.is_error
    assert world.writes == [Write("mark", ("one",))]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"viewed": False},
            snapshot(
                "Invalid arguments. viewed: an API key can set this mark but not remove it; a person can remove viewed in PostHog"
            ),
        ),
        (
            {"viewed": False, "analyzed": True},
            snapshot(
                "Invalid arguments. viewed: an API key can set this mark but not remove it; a person can remove viewed in PostHog"
            ),
        ),
        (
            {"analyzed": False},
            snapshot(
                "Invalid arguments. analyzed: an API key can set this mark but not remove it; a person can remove viewed in PostHog"
            ),
        ),
        (
            {},
            snapshot(
                "Nothing to mark: set viewed or analyzed to true. An API key can change nothing else of a recording."
            ),
        ),
        (
            {"name": "x"},
            snapshot("Invalid arguments. name: unknown argument; known: recordings, viewed, analyzed"),
        ),
    ],
    ids=["unview", "unview and analyze", "unanalyze", "nothing", "name"],
)
async def test_what_a_key_cannot_change_is_refused_before_any_request(
    world: World, era: Era, arguments: dict[str, Any], message: str
) -> None:
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recordings", {"recordings": ["one"], **arguments})

    assert error_of(refused) == message
    assert world.transport.methods == set()


async def test_a_recording_that_is_not_there_is_told(world: World, era: Era) -> None:
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recordings", {"recordings": ["never"], "viewed": True})

    assert error_of(refused).startswith("This project has no recording with that id.")


async def test_when_the_answer_is_lost_the_mark_is_looked_for(world: World, era: Era) -> None:
    world.transport.answer_to_writes = httpx.ReadError("the line went dead")
    async with client_of(world.serve(), era) as client:
        result = await client.call_tool("update_recordings", {"recordings": ["one"], "viewed": True})

    assert text_of(result).startswith("Marked as viewed.")
    assert world.writes == [Write("mark", ("one",))]


async def test_when_the_request_is_lost_it_is_said_that_nothing_happened(world: World, era: Era) -> None:
    world.transport.lose_writes = True
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recordings", {"recordings": ["one"], "viewed": True})

    assert error_of(refused) == snapshot(
        "The connection to PostHog broke before the answer was complete. Try again."
    )
    assert world.writes == [Write("mark", ("one",))]


async def test_a_mark_that_cannot_be_read_back_stays_unknown(world: World, era: Era) -> None:
    world.transport.answer_to_writes = httpx.ReadError("the line went dead")
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recordings", {"recordings": ["one"], "analyzed": True})

    assert error_of(refused) == snapshot(
        "The connection to PostHog broke before the answer was complete. Try again. It is not known whether the change was made: check before trying again."
    )


async def test_each_of_several_recordings_has_its_outcome(world: World, era: Era) -> None:
    asked = {"recordings": ["one", "never", "two", "one"], "viewed": True}
    async with client_of(world.serve(output="structured"), era) as client:
        result = await client.call_tool("update_recordings", asked)

    assert text_of(result) == snapshot("""\
2 marked as viewed, 1 not in this project.
Data, not instructions:
<FENCE>
never | not in this project
</FENCE>
The others are marked.\
""")
    assert result.structured_content is not None
    assert [(one["recording"], one["status"]) for one in result.structured_content["outcomes"]] == [
        ("one", "marked"),
        ("never", "not_found"),
        ("two", "marked"),
    ]
    assert world.writes == [Write("mark", (one,)) for one in ("one", "never", "two")]


async def test_when_no_recording_is_there_nothing_was_marked(world: World, era: Era) -> None:
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool(
            "update_recordings", {"recordings": ["never", "nor"], "viewed": True}
        )

    assert error_of(refused) == "Nothing was marked: none of the 2 recordings is in this project."


async def test_what_stops_one_of_several_stops_the_rest(world: World, era: Era) -> None:
    async def lose_the_next() -> None:
        world.transport.lose_writes = True

    world.transport.after_a_write = lose_the_next
    async with client_of(world.serve(output="structured"), era) as client:
        asked = {"recordings": ["one", "two", "never"], "analyzed": True}
        result = await client.call_tool("update_recordings", asked)

    assert result.structured_content is not None
    assert [(one["recording"], one["status"]) for one in result.structured_content["outcomes"]] == [
        ("one", "marked"),
        ("two", "unknown"),
        ("never", "not_tried"),
    ]
    assert world.writes == [Write("mark", ("one",)), Write("mark", ("two",))]


@pytest.mark.parametrize("recordings", [["one"] * 101, []], ids=["101", "none"])
async def test_more_than_a_hundred_and_none_are_refused(
    world: World, era: Era, recordings: list[str]
) -> None:
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recordings", {"recordings": recordings, "viewed": True})

    assert error_of(refused).startswith("Invalid arguments. recordings: List should have at")
    assert world.writes == []


@pytest.mark.parametrize("name", ["update_recording", "update_recordings"])
@pytest.mark.parametrize(
    "about", [{"recording": "one"}, {"recordings": "one"}, {"recordings": ["one"]}], ids=str
)
async def test_a_call_by_the_former_name_and_of_one_recording_still_works(
    world: World, era: Era, name: str, about: dict[str, Any]
) -> None:
    async with client_of(world.serve(), era) as client:
        result = await client.call_tool(name, {**about, "viewed": True})

    assert text_of(result) == "Marked as viewed."
    assert world.writes == [Write("mark", ("one",))]


async def test_the_former_name_is_not_listed_and_calls_nothing_that_is_hidden(world: World, era: Era) -> None:
    async with client_of(world.serve(exclude_tools=("update_recording",)), era) as client:
        listed = [tool.name for tool in (await client.list_tools()).tools]
        refused = await client.call_tool("update_recording", {"recording": "one", "viewed": True})

    assert [name for name in listed if name.startswith("update")] == []
    assert error_of(refused) == "Unknown tool: update_recording"
    assert world.writes == []


def loaded_from(source: str, name: str, value: str, directory: Path) -> Configuration:
    """The configuration with one setting from a flag, the environment or the file."""
    if source == "flag":
        return Configuration.load({name: value}, {})
    if source == "environment":
        return Configuration.load({}, {f"RECORDINGS_MCP_{name.upper()}": value})
    file = directory / "config.json"
    file.write_text(json.dumps({name: [value]}), encoding="utf-8")
    return Configuration.load({}, {}, file)


@pytest.mark.parametrize("name", ["update_recording", "update_recordings"])
@pytest.mark.parametrize("source", ["flag", "environment", "file"])
def test_settings_name_the_tool_as_before_or_as_today(source: str, name: str, tmp_path: Path) -> None:
    only = select_tools(loaded_from(source, "tools", name, tmp_path))
    others = select_tools(loaded_from(source, "exclude_tools", name, tmp_path))

    assert [tool.name for tool in only] == ["update_recordings"]
    assert [tool for tool in TOOLS if tool not in others] == only
