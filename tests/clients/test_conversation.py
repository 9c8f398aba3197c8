"""The conversation that real clients have (`make clients`) holds in memory, and tells what is not as it must be."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from mcp.types import ElicitRequestParams, ElicitResult, TextContent

from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.clients.conversation import (
    KNOWN_CLICK,
    KNOWN_FINDING,
    KNOWN_RECORDING,
    Answer,
    Mismatch,
    Reply,
    hold,
)
from tests.mcp_client import Era

pytestmark = pytest.mark.anyio


class InMemory:
    """A client in this process, whose answers can be spoiled."""

    def __init__(self, era: Era, *, asks: bool, structured: bool = False) -> None:
        configuration = Configuration(sandbox=True, output="structured" if structured else "text")
        callback = self._answer if asks else None
        self.client = Client(create_server(configuration), mode=era, elicitation_callback=callback)
        self.tools: tuple[str, ...] = ()
        self.asks = asks
        self.structured = structured
        self.spoiled: tuple[str, str] = ("", "")
        self.always: Reply | None = None
        self._reply: Reply = "decline"
        self._asked: list[str] = []

    async def call(self, tool: str, arguments: dict[str, Any], reply: Reply = "decline") -> Answer:
        self._reply, self._asked = self.always or reply, []
        result = await self.client.call_tool(tool, arguments)
        assert isinstance(result.content[0], TextContent)
        answer = Answer(
            result.content[0].text, result.is_error, result.structured_content, tuple(self._asked)
        )
        return replace(answer, text=answer.text.replace(*self.spoiled)) if self.spoiled[0] else answer

    async def _answer(self, context: object, params: ElicitRequestParams) -> ElicitResult:
        del context
        self._asked.append(params.message)
        if self._reply == "decline":
            return ElicitResult(action="decline")
        return ElicitResult(action="accept", content={"approve": True})


@asynccontextmanager
async def connected(client: InMemory) -> AsyncGenerator[InMemory]:
    async with client.client:
        listed = await client.client.list_tools()
        client.tools = tuple(tool.name for tool in listed.tools)
        yield client


@pytest.mark.parametrize("structured", [False, True])
async def test_a_person_who_is_asked_declines_then_approves_the_deletion(
    era: Era, *, structured: bool
) -> None:
    async with connected(InMemory(era, asks=True, structured=structured)) as client:
        assert await hold(client) == (
            "list, search, watch, summarize, delete (asked: declined, approved), gone"
        )


async def test_without_questions_a_preview_and_its_token_delete(era: Era) -> None:
    async with connected(InMemory(era, asks=False)) as client:
        assert await hold(client) == (
            "list, search, watch, summarize, delete (preview, forged token, token), gone"
        )


@pytest.mark.parametrize(
    ("step", "asks", "said", "spoiled"),
    [
        ("search", True, KNOWN_RECORDING, "01a2089b-2ffb-7fd8-96c9-d21ff343da4d"),
        ("watch", True, KNOWN_CLICK, "button"),
        ("summarize", True, KNOWN_FINDING, "Clean"),
        ("declined deletion", True, "Nothing was deleted", "1 deleted"),
        ("approved deletion", True, "1 deleted.", "Deleted."),
        ("preview", False, "Nothing happened yet", "Done"),
        (
            "deletion with a forged token",
            False,
            "This confirmation token is not valid for this call",
            "1 deleted.",
        ),
        ("deletion with the token", False, "1 deleted.", "1 failed."),
        ("gone", False, "no recording with that id", "13 clicks"),
    ],
)
async def test_an_answer_that_does_not_say_what_it_must_is_told_by_its_step(
    step: str, said: str, spoiled: str, *, asks: bool
) -> None:
    async with connected(InMemory("auto", asks=asks)) as client:
        client.spoiled = (said, spoiled)

        with pytest.raises(Mismatch, match=rf"^{step}: "):
            await hold(client)


async def test_a_client_that_answers_yes_by_itself_is_found_out() -> None:
    async with connected(InMemory("auto", asks=True)) as client:
        client.always = "accept"

        with pytest.raises(Mismatch, match=r"^declined deletion: "):
            await hold(client)


async def test_a_client_that_hides_a_tool_is_found_out() -> None:
    async with connected(InMemory("auto", asks=True)) as client:
        client.tools = client.tools[1:]

        with pytest.raises(Mismatch, match=r"^tools/list: search_recordings$"):
            await hold(client)


async def test_a_client_that_was_not_given_the_structured_content_is_found_out() -> None:
    async with connected(InMemory("auto", asks=True)) as client:
        client.structured = True

        with pytest.raises(Mismatch, match=r"^search, structured content: "):
            await hold(client)
