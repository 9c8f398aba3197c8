"""The OpenAI Agents SDK's MCP servers, called as its agents call tools."""

import asyncio
import json
import os
from typing import Any

from agents import RunContextWrapper, set_tracing_disabled
from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from agents.mcp.util import MCPUtil
from lines import Outcome, Person, converse, read_order

SECONDS = 60


def connection(order: dict[str, Any]) -> Any:
    structured = order["structured"]
    if order["transport"] == "stdio":
        command, *arguments = order["command"]
        parameters = {"command": command, "args": arguments, "env": dict(os.environ)}
        return MCPServerStdio(
            parameters, client_session_timeout_seconds=SECONDS, use_structured_content=structured
        )
    parameters = {"url": order["url"], "headers": order["headers"]}
    return MCPServerStreamableHttp(
        parameters, client_session_timeout_seconds=SECONDS, use_structured_content=structured
    )


async def main() -> None:
    set_tracing_disabled(disabled=True)
    async with connection(read_order()) as server:
        tools = {tool.name: tool for tool in await server.list_tools()}

        async def call(tool: str, arguments: dict[str, Any]) -> Outcome:
            output = await MCPUtil.invoke_mcp_tool(
                server, tools[tool], RunContextWrapper(context=None), json.dumps(arguments)
            )
            if isinstance(output, dict):
                return {"text": output["text"], "error": None, "data": None}
            return {"text": "", "error": None, "data": json.loads(output)}

        await converse(
            getattr(server.server_initialize_result, "protocol_version", None), [*tools], Person(), call
        )


asyncio.run(main())
