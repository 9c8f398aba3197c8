"""Pydantic AI's toolset for MCP, called as its agents call tools."""

import asyncio
import os
from typing import Any

from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from lines import Outcome, Person, converse, read_order
from pydantic_ai import ModelRetry
from pydantic_ai.mcp import MCPToolset

SECONDS = 60


def transport(order: dict[str, Any]) -> Any:
    if order["transport"] == "stdio":
        command, *arguments = order["command"]
        return StdioTransport(command, arguments, env=dict(os.environ))
    return StreamableHttpTransport(order["url"], headers=order["headers"])


async def main() -> None:
    order, person = read_order(), Person()

    async def answer(message: str, *_: Any) -> ElicitResult:
        content = person.hear(message)
        return ElicitResult(action="accept" if content else "decline", content=content)

    asked = answer if order["asks"] else None
    toolset = MCPToolset(transport(order), elicitation_handler=asked, init_timeout=SECONDS)
    async with toolset:
        tools = await toolset.list_tools()

        async def call(tool: str, arguments: dict[str, Any]) -> Outcome:
            try:
                result = await toolset.direct_call_tool(tool, arguments)
            except ModelRetry as error:
                return {"text": error.message, "error": True, "data": None}
            if isinstance(result, str):
                return {"text": result, "error": False, "data": None}
            return {"text": "", "error": False, "data": result}

        await converse(toolset.client.protocol_version, [tool.name for tool in tools], person, call)


asyncio.run(main())
