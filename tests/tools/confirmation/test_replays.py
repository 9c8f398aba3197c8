"""Protocol 2026-07-28 message by message: what a client carries between rounds opens nothing a second time."""

from pathlib import Path

import pytest
from mcp import MCPError
from mcp.types import CallToolResult, InputRequiredResult

from tests.mcp_client import error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.rounds import NO, YES, Rounds, question
from tests.tools.confirmation.world import World, Write, client_of, yes

pytestmark = pytest.mark.anyio

OVER = (
    "Nothing was deleted. This confirmation request was already answered, has expired after ten minutes, or a "
    "recording changed or vanished since. Call again for a new one."
)


def refusal(result: CallToolResult | InputRequiredResult) -> str:
    assert isinstance(result, CallToolResult)
    return error_of(result)


async def test_a_replayed_yes_does_nothing_although_nothing_else_changed(tmp_path: Path) -> None:
    world = World(tmp_path / "recordings", [Recording("one")], failing_deletions=["one"])
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        asked = await rounds.ask()
        first = await rounds.answer(asked, YES)
        assert isinstance(first, CallToolResult)
        assert text_of(first).startswith("1 failed.")

        assert refusal(await rounds.answer(asked, YES)) == OVER

    assert world.writes == [Write("delete", ("one",))]


async def test_a_yes_replayed_into_a_new_question_asks_it_again(tmp_path: Path) -> None:
    world = World(tmp_path / "recordings", [Recording("one")], failing_deletions=["one"])
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        asked = await rounds.ask()
        await rounds.answer(asked, YES)
        anew = await rounds.ask()
        assert question(anew) != question(asked)

        again = await rounds.answer(asked, YES)

    assert isinstance(again, InputRequiredResult)
    assert question(again) == question(anew)
    assert world.writes == [Write("delete", ("one",))]


async def test_a_no_cannot_be_turned_into_a_yes(world: World) -> None:
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        asked = await rounds.ask()
        await rounds.answer(asked, NO)

        assert refusal(await rounds.answer(asked, YES)) == OVER

    assert world.writes == []


async def test_the_same_question_stands_while_it_is_not_answered(world: World) -> None:
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])

        assert question(await rounds.ask()) == question(await rounds.ask())


async def test_a_yes_without_a_question_asks(world: World) -> None:
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        asked = await rounds.ask()

        assert isinstance(await rounds.answer_without_state(asked, YES), InputRequiredResult)

    assert world.writes == []


async def test_a_yes_for_other_recordings_is_no_yes(world: World) -> None:
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        asked = await rounds.ask()

        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await rounds.answer(asked, YES, recordings=["two"])

    assert world.writes == []


async def test_a_tampered_state_is_refused(world: World) -> None:
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        asked = await rounds.ask()
        assert asked.request_state is not None

        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await rounds.answer(asked, YES, state=asked.request_state[:-4] + "AAAA")

    assert world.writes == []


async def test_another_callers_yes_is_worth_nothing(world: World) -> None:
    async with client_of(world.serve(), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        world.caller = "alice"
        asked = await rounds.ask()

        world.caller = "bob"
        assert refusal(await rounds.answer(asked, YES)) == OVER
        assert world.writes == []

        world.caller = "alice"
        assert isinstance(await rounds.answer(asked, YES), CallToolResult)

    assert world.writes == [Write("delete", ("one",))]


async def test_a_question_outlives_a_restart_only_with_a_configured_secret_and_ledger(
    world: World, tmp_path: Path
) -> None:
    shared = {"secret": "s" * 32, "ledger": tmp_path / "ledger"}
    async with client_of(world.serve(**shared), "auto", yes) as client:
        asked = await Rounds(client, "delete_recordings", recordings=["one"]).ask()
    async with client_of(world.serve(), "auto", yes) as client:
        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await Rounds(client, "delete_recordings", recordings=["one"]).answer(asked, YES)
    assert world.writes == []

    async with client_of(world.serve(**shared), "auto", yes) as client:
        rounds = Rounds(client, "delete_recordings", recordings=["one"])
        assert isinstance(await rounds.answer(asked, YES), CallToolResult)
        await rounds.answer(asked, YES)

    assert world.writes == [Write("delete", ("one",))]
