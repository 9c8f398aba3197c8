# /// script
# requires-python = ">=3.11"
# dependencies = ["langchain-mcp-adapters==0.3.2", "langchain==1.4.7"]
# ///
"""A LangChain agent that watches session recordings.

    python examples/langchain_agent.py                            # no account, no model: all is local
    python examples/langchain_agent.py anthropic:claude-opus-4-5  # any model; this needs langchain-anthropic

It needs the command `recordings-mcp`, installed in a separate environment: the adapters use the MCP SDK 1.x,
the server uses 2.x, and the two communicate over stdio. For your own recordings leave out `--sandbox` and
set POSTHOG_PERSONAL_API_KEY.
"""

import asyncio
import os
import re
import sys
from typing import Any

from langchain.agents import create_agent
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.sessions import StdioConnection
from langchain_mcp_adapters.tools import load_mcp_tools

QUESTION = "A payment was declined. Find the newest such recording and tell what the person did about it."
RECORDING_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AFTER_SEARCH = ("watch_recording", "summarize_recording")


async def main() -> None:
    """Run the agent, and print every tool result and the answer."""
    model = sys.argv[1] if len(sys.argv) > 1 else StandIn()
    server = StdioConnection(
        transport="stdio", command="recordings-mcp", args=["--sandbox"], env=dict(os.environ)
    )
    client = MultiServerMCPClient({"recordings": server})
    # One session for the whole conversation. `client.get_tools()` would start a server for every call,
    # and a confirmation is only good at the server that asked for it.
    async with client.session("recordings") as session:
        agent = create_agent(model, await load_mcp_tools(session))
        answer = await agent.ainvoke({"messages": [{"role": "user", "content": QUESTION}]})
    for message in answer["messages"]:
        if isinstance(message, ToolMessage):
            print(f"{message.name}:\n{message.text}\n")
    print(answer["messages"][-1].text)


class StandIn(BaseChatModel):
    """A scripted stand-in for a model: search, watch what was found, summarize it, answer."""

    @property
    def _llm_type(self) -> str:
        return "stand-in"

    def bind_tools(self, tools: Any, **_: Any) -> "StandIn":
        """Return itself: it knows the tools already."""
        del tools
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        del stop, run_manager
        results = [message.text for message in messages if isinstance(message, ToolMessage)]
        return ChatResult(generations=[ChatGeneration(message=next_message(results))])


def next_message(results: list[str]) -> AIMessage:
    """Return the next call after these results, or the answer."""
    if not results:
        return call("search_recordings", {"events": ["payment declined"]}, number=0)
    found = RECORDING_ID.search(results[0])
    if not found or len(results) > len(AFTER_SEARCH):
        return AIMessage(results[-1].partition("\n")[0])
    tool = AFTER_SEARCH[len(results) - 1]
    return call(tool, {"recording": found[0]}, number=len(results))


def call(tool: str, arguments: dict[str, Any], number: int) -> AIMessage:
    """Return a message that asks for a tool."""
    return AIMessage("", tool_calls=[{"name": tool, "args": arguments, "id": f"call-{number}"}])


if __name__ == "__main__":
    asyncio.run(main())
