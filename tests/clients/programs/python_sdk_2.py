"""The MCP SDK for Python, 2.x."""

import asyncio
import os
from typing import Any

from httpx2 import AsyncClient
from lines import Outcome, Person, converse, read_order
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult


def target(order: dict[str, Any]) -> Any:
    if order["transport"] == "stdio":
        command, *arguments = order["command"]
        return StdioServerParameters(command=command, args=arguments, env=dict(os.environ))
    return streamable_http_client(order["url"], http_client=AsyncClient(headers=order["headers"]))


async def main() -> None:
    order, person = read_order(), Person()

    async def answer(_: Any, params: Any) -> ElicitResult:
        content = person.hear(params.message)
        return ElicitResult(action="accept" if content else "decline", content=content)

    mode = "auto" if order["modern"] else "legacy"
    asked = answer if order["asks"] else None
    async with Client(target(order), mode=mode, elicitation_callback=asked) as client:
        tools = await client.list_tools()

        async def call(tool: str, arguments: dict[str, Any]) -> Outcome:
            result = await client.call_tool(tool, arguments)
            return {
                "text": result.content[0].text,
                "error": result.is_error,
                "data": result.structured_content,
            }

        await converse(client.protocol_version, [tool.name for tool in tools.tools], person, call)


asyncio.run(main())
