"""Null for an optional argument means left out, in every tool."""

from typing import Any

import pytest

from recordings_mcp.tools import TOOLS, RegisteredTool, ToolDefinition
from tests.mcp_client import Connect, error_of, text_of
from tests.sandbox.shop import Recording
from tests.tools.calls import arguments_of

pytestmark = pytest.mark.anyio

ONE, TWO = Recording("one"), Recording("two")


def with_nulls(tool: ToolDefinition, given: dict[str, Any]) -> dict[str, Any]:
    """Arguments with null for each that is not given."""
    named = RegisteredTool.of(tool, "text").parameters["properties"]
    return dict.fromkeys(named) | given


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
async def test_null_for_an_optional_argument_means_left_out(connect: Connect, tool: ToolDefinition) -> None:
    given = arguments_of(tool, "one", "two")
    async with connect(ONE, TWO, confirm="two-step") as client:
        nulls = text_of(await client.call_tool(tool.name, with_nulls(tool, given)))
        short = text_of(await client.call_tool(tool.name, given))

    assert "null" not in nulls
    assert nulls.partition("\n")[0] == short.partition("\n")[0]


async def test_null_inside_of_a_condition_means_left_out(connect: Connect) -> None:
    condition = {"key": "plan", "value": "plus", "operator": None, "type": None}
    async with connect(ONE) as client:
        nulls = await client.call_tool("search_recordings", {"properties": [condition]})
        short = await client.call_tool(
            "search_recordings", {"properties": [{"key": "plan", "value": "plus"}]}
        )

    assert not nulls.is_error
    assert text_of(nulls) == text_of(short)


async def test_null_is_no_value_for_a_required_argument_nor_for_an_unknown_one(connect: Connect) -> None:
    async with connect(ONE) as client:
        required = error_of(await client.call_tool("get_recording", {"recording": None}))
        unknown = error_of(await client.call_tool("get_recording", {"recording": "one", "recordin": None}))

    assert required == "Invalid arguments. recording: Input should be a valid string (got null)"
    assert unknown == "Invalid arguments. recordin: unknown argument; did you mean 'recording'?"
