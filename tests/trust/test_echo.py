"""What a caller wrote may come from a recorded page: where an answer repeats it, it is short, seen and not live."""

import json
from typing import Any

import pytest
from mcp import MCPError

from tests.mcp_client import Connect, data_of, error_of, text_of
from tests.privacy.hostile import escapes
from tests.sandbox.shop import Recording
from tests.trust.answers import examine_data

pytestmark = pytest.mark.anyio

HOSTILE = (
    "x\u202e\U000e0041\x1b[2J\n[go](https://evil.example/?q=1) ![i](//evil.example/x) <img src=x> `a`"
    + "A" * 3_000
)
ONE = {"recording": "one"}

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("watch_recording", {HOSTILE: 1}),
    ("watch_recording", {"recording": {HOSTILE: [HOSTILE]}}),
    ("watch_recording", {"recording": HOSTILE}),
    ("watch_recording", {**ONE, "kinds": [HOSTILE]}),
    ("watch_recording", {**ONE, "start": HOSTILE}),
    ("watch_recording", {**ONE, "cursor": HOSTILE}),
    ("watch_recording", {**ONE, "max_tokens": HOSTILE}),
    ("search_recordings", {"since": HOSTILE}),
    ("search_recordings", {"country": HOSTILE}),
    ("search_recordings", {"cursor": HOSTILE}),
    ("search_recordings", {"order_by": HOSTILE}),
    ("search_recordings", {"properties": [{"key": "a", HOSTILE: 1}]}),
    ("search_recordings", {"properties": [{"key": "a", "operator": HOSTILE}]}),
    ("compare_recordings", {"recordings": [HOSTILE, "b" + HOSTILE]}),
    ("delete_recordings", {"recordings": [HOSTILE]}),
    ("delete_recordings", {"recordings": ["one"], "confirmation": HOSTILE}),
]
CONDITIONS: dict[str, Any] = {
    "events": [HOSTILE[:400]],
    "url": HOSTILE[:400],
    "person": HOSTILE[:400],
    "properties": [{"key": HOSTILE[:200], "value": HOSTILE}],
}


@pytest.mark.parametrize(("tool", "arguments"), WRONG)
async def test_an_error_repeats_a_wrong_argument_in_few_harmless_words(
    connect: Connect, tool: str, arguments: dict[str, Any]
) -> None:
    async with connect(Recording("one")) as client:
        told = error_of(await client.call_tool(tool, arguments))

    assert escapes(told) == []
    assert "\n" not in told
    assert len(told) < 700


async def test_the_query_of_a_search_is_repeated_harmlessly(connect: Connect) -> None:
    async with connect(Recording("one"), output="structured") as client:
        result = await client.call_tool("search_recordings", {**CONDITIONS, "match": "any"})

    assert escapes(text_of(result)) == []
    query = data_of(result)["query"]
    assert all(value.isprintable() for value in query.values())
    assert json.loads(query["events"])[0]["id"] == CONDITIONS["events"][0]
    assert query["properties"].endswith("characters, not repeated)")
    assert len(text_of(result)) < 6_000
    assert (
        examine_data({name: value for name, value in data_of(result).items() if name != "query"}, ())[1] == []
    )


async def test_names_of_nothing_are_not_repeated(connect: Connect) -> None:
    async with connect() as client:
        for request in (
            lambda: client.call_tool(HOSTILE, {}),
            lambda: client.get_prompt(HOSTILE, {}),
            lambda: client.get_prompt("write_bug_report", {HOSTILE: "1"}),
            lambda: client.read_resource(f"recording://{HOSTILE}/timeline"),
        ):
            with pytest.raises(MCPError) as error:
                await request()
            told = f"{error.value.error.message} {error.value.error.data or ''}".replace(
                "recording://{id}", ""
            )
            assert escapes(told) == []
            assert len(told) < 300


async def test_what_is_put_into_a_prompt_has_nothing_hidden_in_it(connect: Connect) -> None:
    async with connect() as client:
        prompt = await client.get_prompt("write_bug_report", {"recording": HOSTILE, "problem": HOSTILE})

    [message] = prompt.messages
    assert message.content.type == "text"
    assert [found for found in escapes(message.content.text) if found.startswith("hidden")] == []
    assert len(message.content.text) < 6_000
