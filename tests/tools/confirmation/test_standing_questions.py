"""A question that stands: what happens meanwhile, who may answer it, and when it is over."""

import anyio
import pytest
from mcp import MCPError
from mcp.types import ElicitResult

from tests.mcp_client import Era, error_of, text_of
from tests.tools.confirmation.world import (
    Clock,
    World,
    Write,
    client_of,
    decline,
    delete,
    yes,
)

pytestmark = pytest.mark.anyio

QUESTION_IS_OVER = (
    "Nothing was deleted. This confirmation request was already answered, has expired after ten minutes, or a "
    "recording changed or vanished since. Call again for a new one."
)


async def test_a_yes_does_not_hold_for_a_recording_that_changed_meanwhile(world: World, era: Era) -> None:
    def change_then_agree(question: str) -> ElicitResult:
        world.change("two")
        return yes(question)

    assert error_of(await delete(world, era, change_then_agree, "one", "two")) == QUESTION_IS_OVER
    assert world.writes == []


async def test_a_yes_does_not_hold_when_a_recording_vanished_meanwhile(world: World, era: Era) -> None:
    def remove_then_agree(question: str) -> ElicitResult:
        world.remove("two")
        return yes(question)

    assert error_of(await delete(world, era, remove_then_agree, "one", "two")) == QUESTION_IS_OVER
    assert world.writes == []
    assert world.exists("one")


async def test_when_all_vanish_while_the_question_stands_nothing_is_left_to_do(
    world: World, era: Era
) -> None:
    def remove_then_agree(question: str) -> ElicitResult:
        world.remove("one")
        return yes(question)

    result = await delete(world, era, remove_then_agree, "one")

    assert text_of(result).startswith("Nothing was deleted: 1 not in this project.")
    assert world.writes == []


async def test_an_answer_that_comes_after_ten_minutes_is_worth_nothing(
    world: World, era: Era, clock: Clock
) -> None:
    def late(question: str) -> ElicitResult:
        clock.now += 600
        return yes(question)

    if era == "legacy":
        assert error_of(await delete(world, era, late, "one")) == QUESTION_IS_OVER
    else:
        async with client_of(world.serve(), era, late) as client:
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await client.call_tool("delete_recordings", {"recordings": ["one"]})

    assert world.writes == []


async def test_a_client_that_never_answers_deletes_nothing(world: World, era: Era) -> None:
    asked = anyio.Event()

    async def silent(_question: str) -> ElicitResult:
        asked.set()
        await anyio.sleep_forever()
        raise AssertionError

    async with client_of(world.serve(), era, silent) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: client.call_tool("delete_recordings", {"recordings": ["one"]}))
        await asked.wait()
        tasks.cancel_scope.cancel()

    assert world.writes == []


async def test_of_fifty_simultaneous_yeses_to_one_question_one_deletes(world: World, era: Era) -> None:
    questions: list[str] = []
    all_asked = anyio.Event()

    async def agree_together(question: str) -> ElicitResult:
        questions.append(question)
        if len(questions) == 50:
            all_asked.set()
        await all_asked.wait()
        return yes(question)

    async with client_of(world.serve(), era, agree_together) as client, anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(lambda: client.call_tool("delete_recordings", {"recordings": ["one"]}))

    assert len(set(questions)) == 1
    assert world.writes == [Write("delete", ("one",))]


async def test_a_no_closes_the_question_for_everybody_who_was_asked_it(world: World) -> None:
    """Two calls, one question: the one who agrees after the other declined is refused."""
    both_asked, declined = anyio.Event(), anyio.Event()
    asked: list[str] = []
    results: list[str] = []

    async def first_no_then_yes(question: str) -> ElicitResult:
        asked.append(question)
        if len(asked) == 1:
            await both_asked.wait()
            return decline(question)
        both_asked.set()
        await declined.wait()
        return yes(question)

    async with client_of(world.serve(), "legacy", first_no_then_yes) as client:

        async def call() -> None:
            results.append(text_of(await client.call_tool("delete_recordings", {"recordings": ["one"]})))
            declined.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)
            tasks.start_soon(call)

    assert asked[0] == asked[1]
    assert results[1] == QUESTION_IS_OVER
    assert world.writes == []
