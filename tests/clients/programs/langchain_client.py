"""LangChain's adapters for MCP, called as LangChain's agents call tools."""

import asyncio
import os
from typing import Any

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from lines import Outcome, Person, converse, read_order
from mcp.types import ElicitResult


def connection(order: dict[str, Any]) -> Any:
    if order["transport"] == "stdio":
        command, *arguments = order["command"]
        return {"transport": "stdio", "command": command, "args": arguments, "env": dict(os.environ)}
    return {"transport": "streamable_http", "url": order["url"], "headers": order["headers"]}


async def main() -> None:
    order, person = read_order(), Person()

    async def answer(_: Any, params: Any, __: Any) -> ElicitResult:
        content = person.hear(params.message)
        return ElicitResult(action="accept" if content else "decline", content=content)

    callbacks = Callbacks(on_elicitation=answer) if order["asks"] else None
    client = MultiServerMCPClient({"recordings": connection(order)}, callbacks=callbacks)
    async with client.session("recordings", auto_initialize=False) as session:
        agreed = await session.initialize()
        tools = {tool.name: tool for tool in await load_mcp_tools(session)}

        async def call(tool: str, arguments: dict[str, Any]) -> Outcome:
            message = await tools[tool].ainvoke(
                {"type": "tool_call", "id": "1", "name": tool, "args": arguments}
            )
            data = (message.artifact or {}).get("structured_content")
            return {"text": message.text, "error": message.status == "error", "data": data}

        await converse(agreed.protocolVersion, [*tools], person, call)


asyncio.run(main())
