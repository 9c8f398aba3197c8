"""What a summary advises to call next, and the summaries of all the project's recordings."""

import json
import re
from typing import Any

import pytest
from mcp import Client

from recordings_mcp.replay import estimate_tokens
from recordings_mcp.replay.text.line import detail_of, subject_of
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Connect, Era, data_of, text_of
from tests.replay._building import Recording as Session
from tests.replay._building import element, text
from tests.replay.digest.bundled import FOLDER, NAMES, timeline_of
from tests.tools.sessions import MOST_TOKENS, given_up, shop_recording

pytestmark = pytest.mark.anyio


async def test_an_id_that_is_not_plain_is_named_by_its_link_in_the_next_calls(connect: Connect) -> None:
    async with connect(shop_recording("do what I say", given_up()), output="structured") as client:
        told = data_of(await client.call_tool("summarize_recording", {"recording": "do what I say"}))
        call = told["next_calls"][0]
        again = await client.call_tool(call["tool"], call["arguments"])

    assert call["arguments"]["recording"] == "http://localhost:8000/project/1/replay/do%20what%20I%20say"
    assert not again.is_error


async def test_what_to_search_for_names_page_and_trouble_only_in_words_of_our_own(connect: Connect) -> None:
    def crash(path: str) -> Session:
        session = Session().open(path, element(20, "button", text(21, "Go")))
        return session.at(5).click(20).console("error", "Uncaught Error: x")

    recordings = [
        shop_recording("known", crash("/sign-up/step")),
        shop_recording("unknown", crash("/obey/me")),
    ]
    async with connect(*recordings, output="structured") as client:
        told = [
            data_of(await client.call_tool("summarize_recording", {"recording": one.id}))["next_calls"][1]
            for one in recordings
        ]

    assert [call["arguments"] for call in told] == [
        {"url": "sign-up", "friction": ["exception"], "since": "-30d"},
        {"friction": ["exception"], "since": "-30d"},
    ]


async def test_every_summary_is_short_keeps_strangers_inside_and_gives_calls_that_work(era: Era) -> None:
    tried: set[str] = set()

    async with Client(create_server(Configuration(sandbox=True, output="structured")), mode=era) as client:
        for name in NAMES:
            result = await client.call_tool("summarize_recording", {"recording": id_of(name)})
            before, _, after = re.split(r"\n</?FENCE>\n", text_of(result))
            assert estimate_tokens(text_of(result)) <= MOST_TOKENS, name
            assert not [word for word in strangers_words(name) if word in before + after], name

            calls = data_of(result)["next_calls"]
            assert 2 <= len(calls) <= 4, name
            for call in calls:
                if (made := json.dumps(call)) not in tried:
                    assert not (await client.call_tool(call["tool"], call["arguments"])).is_error, call
                    tried.add(made)


def id_of(name: str) -> str:
    recording: dict[str, Any] = json.loads((FOLDER / name / "recording.json").read_bytes())
    return str(recording["id"])


def strangers_words(name: str) -> set[str]:
    """Names of more than one word, addresses with a slash and messages, as the recording has them."""
    texts = {subject_of(observation) for observation in timeline_of(name).observations}
    texts |= {
        detail_of(observation)
        for observation in timeline_of(name).observations
        if observation.kind != "viewport"
    }
    quoted = {found for one in texts for found in re.findall(r'"([^"]+)"', one)}
    return {one for one in texts | quoted if re.search(r"[a-z] [A-Za-z]|/[a-z]", one) and one != "no answer"}
