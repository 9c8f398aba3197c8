# /// script
# requires-python = ">=3.11"
# dependencies = ["openai-agents==0.24.0"]
# ///
"""An agent of the OpenAI Agents SDK that watches session recordings.

    python examples/openai_agents_agent.py          # no account, no model: all is local
    python examples/openai_agents_agent.py gpt-5.2  # a real model; needs OPENAI_API_KEY

It needs the command `recordings-mcp`. For your own recordings leave out `--sandbox` and set
POSTHOG_PERSONAL_API_KEY.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from typing import Any

from agents import Agent, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.items import ToolCallOutputItem, TResponseInputItem, TResponseOutputItem, TResponseStreamEvent
from agents.mcp import MCPServerStdio
from agents.models.interface import Model
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

QUESTION = "A payment was declined. Find the newest such recording and tell what the person did about it."
RECORDING_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AFTER_SEARCH = ("watch_recording", "summarize_recording")


async def main() -> None:
    """Run the agent, and print every tool result and the answer."""
    real = sys.argv[1] if len(sys.argv) > 1 else None
    set_tracing_disabled(real is None)
    # The first answer may have to download a recording; the SDK's own limit is five seconds.
    server = MCPServerStdio(
        {"command": "recordings-mcp", "args": ["--sandbox"], "env": dict(os.environ)},
        client_session_timeout_seconds=120,
    )
    async with server:
        agent = Agent("Recordings", model=real or StandIn(), mcp_servers=[server])
        run = await Runner.run(agent, QUESTION)
    for item in run.new_items:
        if isinstance(item, ToolCallOutputItem):
            print(f"{text_of(item.output)}\n")
    print(run.final_output)


def text_of(output: Any) -> str:
    """Return the text of a tool's result, which is one part or a list of parts."""
    parts = output if isinstance(output, list) else [output]
    return "\n".join(part["text"] for part in parts)


class StandIn(Model):
    """A scripted stand-in for a model: search, watch what was found, summarize it, answer."""

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's name for it
        *_: Any,
        **__: Any,
    ) -> ModelResponse:
        """Return the next call, or the answer."""
        del system_instructions
        results = [text_of(item["output"]) for item in input if isinstance(item, dict) and "output" in item]
        return ModelResponse([next_output(results)], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[TResponseStreamEvent]:
        """Not used here."""
        raise NotImplementedError


def next_output(results: list[str]) -> TResponseOutputItem:
    """Return the next call after these results, or the answer."""
    if not results:
        return call("search_recordings", {"events": ["payment declined"]}, number=0)
    found = RECORDING_ID.search(results[0])
    if not found or len(results) > len(AFTER_SEARCH):
        text = ResponseOutputText(type="output_text", text=results[-1].partition("\n")[0], annotations=[])
        return ResponseOutputMessage(
            id="answer", type="message", role="assistant", status="completed", content=[text]
        )
    tool = AFTER_SEARCH[len(results) - 1]
    return call(tool, {"recording": found[0]}, number=len(results))


def call(tool: str, arguments: dict[str, Any], number: int) -> ResponseFunctionToolCall:
    """Return a request for a tool."""
    return ResponseFunctionToolCall(
        type="function_call", call_id=f"call-{number}", name=tool, arguments=json.dumps(arguments)
    )


if __name__ == "__main__":
    asyncio.run(main())
