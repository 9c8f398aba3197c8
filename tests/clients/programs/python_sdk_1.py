"""The MCP SDK for Python, 1.0 to 1.x."""

import asyncio
import os
from contextlib import asynccontextmanager
from typing import Any

from lines import Outcome, Person, converse, read_order
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


@asynccontextmanager
async def connect(order: dict[str, Any]) -> Any:
    if order["transport"] == "stdio":
        command, *arguments = order["command"]
        async with stdio_client(
            StdioServerParameters(command=command, args=arguments, env=dict(os.environ))
        ) as streams:
            yield streams
    else:
        from mcp.client.streamable_http import streamablehttp_client  # noqa: PLC0415 - since 1.8

        async with streamablehttp_client(order["url"], headers=order["headers"]) as (read, write, _):
            yield read, write


def answering(person: Person) -> dict[str, Any]:
    from mcp.types import ElicitResult  # noqa: PLC0415 - since 1.10

    async def answer(_: Any, params: Any) -> ElicitResult:
        content = person.hear(params.message)
        return ElicitResult(action="accept" if content else "decline", content=content)

    return {"elicitation_callback": answer}


async def main() -> None:
    order, person = read_order(), Person()
    options = answering(person) if order["asks"] else {}
    async with connect(order) as streams, ClientSession(*streams, **options) as session:
        agreed = await session.initialize()
        tools = await session.list_tools()

        async def call(tool: str, arguments: dict[str, Any]) -> Outcome:
            result = await session.call_tool(tool, arguments)
            data = getattr(result, "structuredContent", None)
            return {"text": result.content[0].text, "error": result.isError, "data": data}

        await converse(agreed.protocolVersion, [tool.name for tool in tools.tools], person, call)


asyncio.run(main())
