"""Requests with a canary in every value that a caller may send, to see where it appears."""

from collections.abc import Iterable
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import ResourceTemplateReference

from tests.tools.calls import arguments_of

CANARY = "canary-9f2c"

WRONG_CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search_recordings", {"since": CANARY}),
    ("search_recordings", {CANARY: CANARY}),
    ("watch_recording", {"recording": f"https://us.posthog.com/replay/{CANARY}"}),
    ("watch_recording", {"recording": CANARY, "cursor": CANARY}),
    ("get_recording", {"recording": {"id": CANARY}}),
    ("summarize_recording", {"recording": CANARY}),
]


async def call_tools(client: Client, names: Iterable[str], recording: str) -> str:
    """Call each tool so that it has something to tell of a recording. Gives all answers."""
    answers = [await client.call_tool(name, _arguments_of(name, recording)) for name in names]
    return "".join(answer.model_dump_json() for answer in answers)


def _arguments_of(tool: str, recording: str) -> dict[str, Any]:
    if tool == "search_recordings":
        return {"person": CANARY, "url": CANARY, "match": "any", "since": "-30d"}
    if tool == "compare_recordings":
        return {"recordings": [recording, recording]}
    return arguments_of(tool, recording)


async def call_wrongly(client: Client) -> None:
    """Call tools with arguments that they refuse."""
    for name, arguments in WRONG_CALLS:
        assert (await client.call_tool(name, arguments)).is_error


async def ask_wrongly(client: Client) -> None:
    """Ask for what is no tool: two requests that go well, and five that fail."""
    reference = ResourceTemplateReference(type="ref/resource", uri="recording://{id}/timeline")
    await client.complete(reference, {"name": "id", "value": CANARY})
    await client.get_prompt("write_bug_report", {"recording": CANARY, "problem": CANARY})
    for request in (
        client.read_resource(f"recording://{CANARY}/timeline"),
        client.read_resource(f"{CANARY}://{CANARY}"),
        client.get_prompt("write_bug_report", {"problem": CANARY}),
        client.get_prompt("write_bug_report", {"recording": CANARY, CANARY: CANARY}),
        client.list_tools(cursor=CANARY),
    ):
        with pytest.raises(MCPError):
            await request
