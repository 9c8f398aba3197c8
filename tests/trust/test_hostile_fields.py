"""A table: what every tool shows of every field that strangers write, and that nothing of it escapes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from mcp import Client
from mcp.types import PromptReference, ResourceTemplateReference, TextResourceContents

from tests.mcp_client import Era, open_client
from tests.privacy.hostile import escapes
from tests.tools.confirmation.world import World, client_of, decline
from tests.trust.answers import Table, examine, examine_text
from tests.trust.planting import FIELDS, MARK, Planted, field_of, planted_all

pytestmark = pytest.mark.anyio

PLANTED = planted_all()
ONE_RECORDING = ("get_recording", "watch_recording", "summarize_recording")
NOT_TOLD = {"library"}
"""Fields that no tool shows."""


def needles(planted: Iterable[Planted], *, of_the_person: bool = False) -> list[str]:
    return [
        needle for one in planted for needle in (*one.needles, *(one.person_needles if of_the_person else ()))
    ]


async def call(client: Client, table: Table, planted: list[Planted], tool: str, **arguments: Any) -> None:
    """Call a tool about these recordings and put its answer into the table."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    # An answer about several says who they were, and what is shown of one person is hidden of another on a
    # page: see `strict` below.
    table.take(tool, *examine(result, needles(planted) if len(planted) == 1 else secrets(planted)))


def secrets(planted: Iterable[Planted]) -> list[str]:
    return [secret for one in planted for secret in one.secrets]


async def compare(client: Client, table: Table, planted: list[Planted]) -> None:
    for start in range(0, len(planted), 20):
        some = planted[start : start + 20]
        ids = [one.recording.id for one in some]
        await call(client, table, some, "compare_recordings", recordings=ids)


async def test_no_text_in_any_field_escapes_from_any_tool(tmp_path: Path) -> None:
    table = Table()
    settings = {"output": "structured", "max_tokens": 25_000, "confirm": "two-step", "show_typing": "all"}
    recordings = [one.recording for one in PLANTED]
    async with open_client(tmp_path / "r", "auto", recordings, {}, settings) as client:
        await call(client, table, PLANTED, "search_recordings", limit=100)
        for one in PLANTED:
            for tool in ONE_RECORDING:
                await call(client, table, [one], tool, recording=one.recording.id)
            await call(
                client, table, [one], "watch_recording", recording=one.recording.id, kinds=["web_vital"]
            )
        await compare(client, table, PLANTED)
        ids = [one.recording.id for one in PLANTED]
        await call(client, table, PLANTED, "delete_recordings", recordings=ids)
        for one in PLANTED[::4]:
            about = {"recording": one.recording.id}
            await call(client, table, [one], "update_recordings", **about, viewed=True)
            await call(client, table, [one], "get_recording_sharing", **about)
            await call(client, table, [one], "set_recording_sharing", **about, enabled=True)
            await call(client, table, [one], "refresh_recording_sharing", **about)
    print(table)  # noqa: T201 - the table is what somebody who runs this with -s wants to see

    assert {tool: found for tool, found in table.escaped.items() if found} == {}
    shown = {name for reached in table.reached.values() for name in reached}
    assert shown == set(FIELDS) - NOT_TOLD


async def test_at_the_strict_level_nothing_of_the_person_escapes_either(tmp_path: Path, era: Era) -> None:
    table = Table()
    some = PLANTED[::6]
    settings = {"privacy": "strict", "output": "text", "max_tokens": 25_000}
    async with open_client(tmp_path / "r", era, [one.recording for one in some], {}, settings) as client:
        found = await client.call_tool("search_recordings", {"limit": 100})
        table.take("search_recordings", *examine(found, needles(some, of_the_person=True)))
        for one in some:
            for tool in ONE_RECORDING:
                result = await client.call_tool(tool, {"recording": one.recording.id})
                table.take(tool, *examine(result, needles([one], of_the_person=True)))
        ids = [one.recording.id for one in some]
        for tool in ("compare_recordings", "delete_recordings"):
            result = await client.call_tool(tool, {"recordings": ids[:20]})
            table.take(tool, *examine(result, needles(some, of_the_person=True)))

    assert {tool: found for tool, found in table.escaped.items() if found} == {}


async def test_with_redaction_off_everything_else_holds(tmp_path: Path, era: Era) -> None:
    table = Table()
    some = PLANTED[::12]
    settings = {"privacy": "off", "output": "structured", "max_tokens": 25_000}
    async with open_client(tmp_path / "r", era, [one.recording for one in some], {}, settings) as client:
        for one in some:
            for tool in ONE_RECORDING:
                result = await client.call_tool(tool, {"recording": one.recording.id})
                table.take(tool, *examine(result, []))

    assert {tool: found for tool, found in table.escaped.items() if found} == {}


async def test_the_timeline_as_a_resource_stays_in_its_fence(tmp_path: Path, era: Era) -> None:
    some = PLANTED[::12]
    recordings = [one.recording for one in some]
    async with open_client(tmp_path / "r", era, recordings, {}, {"max_tokens": 25_000}) as client:
        for one in some:
            read = await client.read_resource(f"recording://{quote(one.recording.id, safe='')}/timeline")
            [content] = read.contents
            assert isinstance(content, TextResourceContents)
            marks, found = examine_text(content.text, one.needles)
            assert (found, len(marks) > len(FIELDS)) == ([], True)


async def test_a_question_to_a_person_says_only_what_went_through_the_pass(tmp_path: Path, era: Era) -> None:
    questions: list[str] = []

    def listen(question: str) -> Any:
        questions.append(question)
        return decline(question)

    world = World(tmp_path / "r", [one.recording for one in PLANTED])
    async with client_of(world.serve(), era, listen) as client:
        for start in range(0, len(PLANTED), 10):
            ids = [one.recording.id for one in PLANTED[start : start + 10]]
            await client.call_tool("delete_recordings", {"recordings": ids})

    text = "\n\n".join(questions)
    assert escapes(text, tuple(secrets(PLANTED))) == []
    assert {field_of(mark) for mark in MARK.findall(text)} == {
        *("recording id", "first page"),
        *("person name", "person e-mail"),
    }
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(lines) == len(PLANTED)
    assert all(line.count('"') in {2, 4} for line in lines)
    assert world.writes == []


async def test_what_completes_an_id_is_a_plain_id(tmp_path: Path) -> None:
    ids: list[str] = []
    async with open_client(tmp_path / "r", "auto", [one.recording for one in PLANTED], {}, {}) as client:
        for reference in (
            ResourceTemplateReference(uri="recording://{id}/timeline"),
            PromptReference(name="investigate_recording"),
        ):
            name = "id" if isinstance(reference, ResourceTemplateReference) else "recording"
            completed = await client.complete(reference, {"name": name, "value": ""})
            ids += completed.completion.values

    assert ids
    assert [identifier for identifier in ids if not identifier.replace("-", "").isalnum()] == []
