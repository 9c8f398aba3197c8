"""What clients are promised of every tool: names, texts, hints, schemas. `make snapshots` accepts a change.

A tokenizer cannot be downloaded everywhere, so tokens are counted as four bytes each. That is on the safe
side: lists of tools in this compact form have 4.2 bytes to a token of o200k_base.
"""

import json

import pytest

from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era
from tests.tools.contract import FOLDER, contracts, kept, listed

pytestmark = pytest.mark.anyio

BYTES_PER_TOKEN = 4
MOST_TOKENS = 3_500
LONGEST_SCHEMA = 4_000


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def test_both_protocol_eras_have_the_same_contract() -> None:
    assert await listed("auto") == await listed("legacy")


@pytest.mark.parametrize("name", sorted({file.stem for file in kept()} | {tool.name for tool in TOOLS}))
async def test_the_contract_of_a_tool_changes_only_on_purpose(name: str) -> None:
    file = FOLDER / f"{name}.json"

    assert (await contracts()).get(file) == kept().get(file), "`make snapshots` accepts the change"


async def test_all_tools_together_take_few_tokens(era: Era) -> None:
    size = len(compact(await listed(era)).encode())

    assert size <= MOST_TOKENS * BYTES_PER_TOKEN


async def test_no_input_schema_is_long(era: Era) -> None:
    for tool in await listed(era):
        assert len(compact(tool["inputSchema"])) <= LONGEST_SCHEMA, tool["name"]


def test_every_tool_has_a_title_a_text_and_all_four_hints() -> None:
    for tool in TOOLS:
        assert tool.title
        assert tool.description
        assert tool.guidance
        assert None not in tool.hints.model_dump(exclude={"title"}).values(), tool.name


def test_a_tool_that_destroys_or_publishes_has_a_permit_and_a_confirmation() -> None:
    for tool in TOOLS:
        parameters = tool.function.__annotations__
        assert bool(tool.hints.destructive_hint) == ("permit" in parameters), tool.name
        assert bool(tool.hints.destructive_hint) == ("confirmation" in parameters), tool.name
