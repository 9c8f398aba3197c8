# /// script
# requires-python = ">=3.11"
# dependencies = ["pydantic-ai-slim[mcp]==2.68.0"]
# ///
"""A Pydantic AI agent that watches session recordings.

    python examples/pydantic_ai_agent.py                            # no account, no model: all is local
    python examples/pydantic_ai_agent.py anthropic:claude-opus-4-5  # any model Pydantic AI knows

It needs the command `recordings-mcp`. For your own recordings leave out `--sandbox` and set
POSTHOG_PERSONAL_API_KEY. Pass an `elicitation_handler` to `MCPToolset` to be asked before anything is
deleted; without one the agent gets a preview and has to ask you itself.
"""

import os
import re
import sys

import anyio
from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

QUESTION = "A payment was declined. Find the newest such recording and tell what the person did about it."
RECORDING_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AFTER_SEARCH = ("watch_recording", "summarize_recording")


async def main() -> None:
    """Run the agent, and print every tool result and the answer."""
    model = sys.argv[1] if len(sys.argv) > 1 else FunctionModel(stand_in)
    server = StdioTransport("recordings-mcp", ["--sandbox"], env=dict(os.environ))
    # By itself the toolset waits five seconds for a server to start, which a busy machine may take.
    agent = Agent(model, toolsets=[MCPToolset(server, init_timeout=60)])
    async with agent:
        run = await agent.run(QUESTION)
    for result in results_in(run.all_messages()):
        print(f"{result.tool_name}:\n{result.content}\n")
    print(run.output)


def results_in(messages: list[ModelMessage]) -> list[ToolReturnPart]:
    """Return the answers of the tools, in order."""
    parts = [part for message in messages if isinstance(message, ModelRequest) for part in message.parts]
    return [part for part in parts if isinstance(part, ToolReturnPart)]


def stand_in(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
    """Act as a scripted stand-in for a model: search, watch what was found, summarize it, answer."""
    results = [str(result.content) for result in results_in(messages)]
    if not results:
        return ModelResponse([ToolCallPart("search_recordings", {"events": ["payment declined"]})])
    found = RECORDING_ID.search(results[0])
    if not found or len(results) > len(AFTER_SEARCH):
        return ModelResponse([TextPart(results[-1].partition("\n")[0])])
    tool = AFTER_SEARCH[len(results) - 1]
    return ModelResponse([ToolCallPart(tool, {"recording": found[0]})])


if __name__ == "__main__":
    anyio.run(main)
