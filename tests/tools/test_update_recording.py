"""The marks an API key can set, and those it cannot."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from inline_snapshot import snapshot

from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import World, Write, client_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "recordings", [Recording("one")])


async def test_a_recording_is_marked_without_asking_anybody(world: World, era: Era) -> None:
    async with client_of(world.serve(), era) as client:
        result = await client.call_tool(
            "update_recording", {"recording": "one", "viewed": True, "analyzed": True}
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
            snapshot("Invalid arguments. name: unknown argument; known: recording, viewed, analyzed"),
        ),
    ],
    ids=["unview", "unview and analyze", "unanalyze", "nothing", "name"],
)
async def test_what_a_key_cannot_change_is_refused_before_any_request(
    world: World, era: Era, arguments: dict[str, Any], message: str
) -> None:
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recording", {"recording": "one", **arguments})

    assert error_of(refused) == message
    assert world.transport.methods == set()


async def test_a_recording_that_is_not_there_is_told(world: World, era: Era) -> None:
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recording", {"recording": "never", "viewed": True})

    assert error_of(refused).startswith("This project has no recording with that id.")


async def test_when_the_answer_is_lost_the_mark_is_looked_for(world: World, era: Era) -> None:
    world.transport.answer_to_writes = httpx.ReadError("the line went dead")
    async with client_of(world.serve(), era) as client:
        result = await client.call_tool("update_recording", {"recording": "one", "viewed": True})

    assert text_of(result).startswith("Marked as viewed.")
    assert world.writes == [Write("mark", ("one",))]


async def test_when_the_request_is_lost_it_is_said_that_nothing_happened(world: World, era: Era) -> None:
    world.transport.lose_writes = True
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recording", {"recording": "one", "viewed": True})

    assert error_of(refused) == snapshot(
        "The connection to PostHog broke before the answer was complete. Try again."
    )
    assert world.writes == [Write("mark", ("one",))]


async def test_a_mark_that_cannot_be_read_back_stays_unknown(world: World, era: Era) -> None:
    world.transport.answer_to_writes = httpx.ReadError("the line went dead")
    async with client_of(world.serve(), era) as client:
        refused = await client.call_tool("update_recording", {"recording": "one", "analyzed": True})

    assert error_of(refused) == snapshot(
        "The connection to PostHog broke before the answer was complete. Try again. It is not known whether the change was made: check before trying again."
    )
