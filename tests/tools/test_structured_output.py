"""`--output structured`: the data of each tool fits the schema that it declares, be it much or nothing."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, Tool

from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Connect, Era, data_of
from tests.sandbox.shop import Recording
from tests.tools.calls import arguments_of
from tests.tools.confirmation.world import World, token_in

pytestmark = pytest.mark.anyio

UNEVENTFUL = Recording("uneventful", person=None, metadata={"start_url": None, "recording_duration": 0})
CONFIRMED = ("set_recording_sharing", "refresh_recording_sharing", "delete_recordings")
"""In the order in which each finds something to do: what is public can be renewed, what is there deleted."""


async def check(client: Client, tool: Tool, result: CallToolResult) -> dict[str, Any]:
    """Return the data of a result, which must fit a schema that declares everything in it."""
    assert tool.output_schema is not None
    assert tool.output_schema["additionalProperties"] is False
    await client.session.validate_tool_result(tool.name, result)
    return data_of(result)


async def test_what_there_is_to_say_of_real_recordings_fits_the_schema(era: Era) -> None:
    server = create_server(Configuration(sandbox=True, output="structured"))
    async with Client(server, mode=era) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        found = data_of(await client.call_tool("search_recordings", {"since": "-365d"}))
        ids = [row["id"] for row in found["recordings"]][:3]
        assert len(ids) == len(set(ids)) == 3
        for tool in TOOLS:
            arguments = {"since": "-365d"} if tool.name == "search_recordings" else arguments_of(tool, *ids)
            assert await check(client, tools[tool.name], await client.call_tool(tool.name, arguments))


async def test_what_was_confirmed_keeps_to_its_schema_and_so_does_its_preview(
    era: Era, tmp_path: Path
) -> None:
    world = World(tmp_path / "recordings", [Recording("one"), Recording("two")])
    async with Client(world.serve(output="structured"), mode=era) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        for name in CONFIRMED:
            arguments = arguments_of(name, "one", "two")
            preview = await client.call_tool(name, arguments)
            done = await client.call_tool(name, {**arguments, "confirmation": token_in(preview)})
            contents = [await check(client, tools[name], result) for result in (preview, done)]
            assert contents[0] != contents[1]

    assert not world.exists("one")


async def test_nothing_keeps_to_the_schema_too(connect: Connect) -> None:
    nothing: list[tuple[str, dict[str, Any]]] = [
        ("search_recordings", {"url": "nowhere"}),
        ("get_recording", {"recording": "uneventful"}),
        ("watch_recording", {"recording": "uneventful"}),
        ("watch_recording", {"recording": "one", "kinds": ["rage_click"]}),
        ("summarize_recording", {"recording": "uneventful"}),
        ("compare_recordings", {"recordings": ["uneventful", "gone"]}),
        ("get_recording_sharing", {"recording": "uneventful"}),
        ("update_recordings", {"recording": "uneventful", "analyzed": True}),
        ("set_recording_sharing", {"recording": "uneventful", "enabled": False}),
        ("delete_recordings", {"recordings": ["gone"]}),
    ]
    async with connect(UNEVENTFUL, Recording("one"), output="structured") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        for name, arguments in nothing:
            await check(client, tools[name], await client.call_tool(name, arguments))


async def test_what_does_not_keep_to_the_schema_is_noticed(connect: Connect) -> None:
    wrong = CallToolResult(content=[], structured_content={"recordings": "none"})
    async with connect(output="structured") as client:
        await client.list_tools()
        with pytest.raises(RuntimeError, match="Invalid structured content"):
            await client.session.validate_tool_result("search_recordings", wrong)
