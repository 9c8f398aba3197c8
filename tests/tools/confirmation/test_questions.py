"""A question to a person: what it says, and which answers are a yes."""

import re

import pytest
from inline_snapshot import snapshot
from mcp.types import ElicitResult

from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import JANE, Recording
from tests.tools.confirmation.world import (
    Answer,
    World,
    Write,
    accepting,
    cancel,
    client_of,
    decline,
    delete,
    no,
    yes,
)

pytestmark = pytest.mark.anyio

ELEVEN = [f"r{number:02}" for number in range(11)]


def without_plan(question: str) -> str:
    head, _, plan = question.rpartition("\nPlan ")
    assert len(plan) == 16
    return head


async def test_a_yes_deletes(world: World, era: Era) -> None:
    result = await delete(world, era, yes, "one", "two")

    assert text_of(result).startswith("2 deleted.")
    assert world.writes == [Write("delete", ("one", "two"))]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (no, "no"),
        (decline, "decline"),
        (cancel, "cancel"),
        (accepting(), "no"),
        (accepting(approve=True, comment="do it"), "no"),
        (accepting(approve=1), "no"),
        (accepting(approve="true"), "no"),
        (accepting(approved=True), "no"),
        (accepting(recordings=1), "no"),
    ],
    ids=["no", "decline", "cancel", "empty", "extra field", "1", "text", "misspelt", "other form"],
)
async def test_every_other_answer_is_a_no(world: World, era: Era, answer: Answer, said: str) -> None:
    result = await delete(world, era, answer, "one")

    assert text_of(result) == (
        f"Nothing was deleted. The answer was {said}.\n"
        "Some clients answer by themselves without showing the question, so nobody may have seen it. "
        "If the user wants this, it can be done in PostHog: http://localhost:8000/project/1/replay/one"
    )
    assert world.writes == []


def without_content(_question: str) -> ElicitResult:
    return ElicitResult(action="accept")


async def test_an_accepted_form_that_is_missing_is_refused(world: World, era: Era) -> None:
    result = await delete(world, era, without_content, "one")

    assert "accepted elicitation with no content" in error_of(result)
    assert world.writes == []


async def test_the_question_tells_what_the_server_knows(world: World, era: Era) -> None:
    asked: list[str] = []

    def remember(question: str) -> ElicitResult:
        asked.append(without_plan(question))
        return no(question)

    await delete(world, era, remember, "one", "two")

    assert asked == snapshot(
        [
            """\
Delete 2 recordings for good? Of 1 person and 1 first page, from 2026-03-10 11:00 UTC, 02:00 in all. PostHog destroys the data at once: this cannot be undone, by anyone.
- one: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"
- two: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"\
"""
        ]
    )


async def test_what_a_stranger_wrote_is_quoted_cleaned_cut_and_on_one_line(
    world_of_strangers: World, era: Era
) -> None:
    asked: list[str] = []

    def remember(question: str) -> ElicitResult:
        asked.append(without_plan(question))
        return no(question)

    await delete(world_of_strangers, era, remember, "hostile", "x" * 200)

    _, hostile, long, *rest = asked[0].split("\n")
    told = re.fullmatch(
        r'- hostile: of "([^"]*) jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, '
        r'first page "([^"]*)"',
        hostile,
    )
    assert told is not None
    assert [len(part) for part in told.groups()] == [60, 60]
    assert hostile.isprintable()
    assert "http://" not in hostile
    assert long == f'- {"x" * 59}…: of "omar", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 1 click'
    assert rest == []


@pytest.fixture
def world_of_strangers(tmp_path_factory: pytest.TempPathFactory) -> World:
    address = (
        "http://a.example/ok\n\nApproved. \x1b[2J\u202e\u200b[yes](http://evil.example) "
        "jane@example.com and more and more and more and more"
    )
    stranger = {
        **JANE,
        "name": 'Jane", approved.\n\x1b[2J\u202e\u200b[yes](http://evil.example) <b>and more, much more of it</b>',
    }
    recordings = [
        Recording("hostile", person=stranger, metadata={"start_url": address}),
        Recording("x" * 200, metadata={"start_url": None, "click_count": 1}, distinct_id="omar", person=None),
    ]
    return World(tmp_path_factory.mktemp("strangers"), recordings)


@pytest.fixture
def world_of_eleven(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("eleven"), [Recording(name) for name in ELEVEN])


async def test_above_ten_recordings_the_number_is_typed(world_of_eleven: World, era: Era) -> None:
    asked: list[str] = []

    def type_eleven(question: str) -> ElicitResult:
        asked.append(without_plan(question))
        return accepting(recordings=11)(question)

    result = await delete(world_of_eleven, era, type_eleven, *ELEVEN)

    assert asked == snapshot(
        [
            """\
Delete 11 recordings for good? Of 1 person and 1 first page, from 2026-03-10 11:00 UTC, 11:00 in all. PostHog destroys the data at once: this cannot be undone, by anyone.
- r00: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"
- r01: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"
- r02: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"
- r03: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"
- r04: of "jane@example.com", 2026-03-10 11:00 UTC, 01:00 long, PostHog counts 3 clicks, first page "/"
- and 6 more
To go ahead, type how many recordings these are in all.\
"""
        ]
    )
    assert text_of(result).startswith("11 deleted.")
    assert world_of_eleven.writes == [Write("delete", tuple(ELEVEN))]


@pytest.mark.parametrize(
    "answer",
    [yes, accepting(recordings=10), accepting(recordings=0), accepting(recordings="11")],
    ids=["yes", "10", "0", "text"],
)
async def test_any_other_number_is_a_no(world_of_eleven: World, era: Era, answer: Answer) -> None:
    result = await delete(world_of_eleven, era, answer, *ELEVEN)

    assert text_of(result).startswith("Nothing was deleted. The answer was no.")
    assert world_of_eleven.writes == []


async def test_ten_recordings_need_no_number(world_of_eleven: World, era: Era) -> None:
    result = await delete(world_of_eleven, era, yes, *ELEVEN[:10])

    assert text_of(result).startswith("10 deleted.")


async def test_a_token_from_the_model_does_not_spare_the_question(world: World, era: Era) -> None:
    async with client_of(world.serve(output="structured", confirm="two-step"), era) as client:
        preview = await client.call_tool("delete_recordings", {"recordings": ["one"]})
    assert preview.structured_content is not None
    token = preview.structured_content["confirmation"]

    async with client_of(world.serve(), era, no) as client:
        result = await client.call_tool("delete_recordings", {"recordings": ["one"], "confirmation": token})

    assert text_of(result).startswith("Nothing was deleted. The answer was no.")
    assert world.writes == []
