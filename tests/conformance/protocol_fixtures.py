"""What the suite wants of the protocol itself: unusual schemas, headers, changing lists, subscriptions."""

from typing import Annotated, Any

from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.tools import Tool
from mcp.types import (
    EmptyResult,
    SetLevelRequestParams,
    SubscribeRequestParams,
    UnsubscribeRequestParams,
)
from pydantic import Field

_CONDITIONAL_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def add_protocol_fixtures(server: MCPServer[Any]) -> None:
    """Add what the suite wants of the protocol itself."""
    for tool in (test_x_mcp_header, test_trigger_tool_change, test_trigger_prompt_change):
        server.tool(structured_output=False)(tool)
    schema_tool = Tool.from_function(json_schema_2020_12_tool, structured_output=False)
    # The SDK makes every schema from a signature, which cannot say this one.
    tools = server._tool_manager._tools
    tools[schema_tool.name] = schema_tool.model_copy(update={"parameters": _CONDITIONAL_SCHEMA})
    protocol = server._lowlevel_server
    protocol.add_request_handler("logging/setLevel", SetLevelRequestParams, _accept)
    protocol.add_request_handler("resources/subscribe", SubscribeRequestParams, _accept)
    protocol.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, _accept)


def json_schema_2020_12_tool() -> str:
    """Have a schema with conditions."""
    return "Accepted."


def test_x_mcp_header(
    region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
) -> str:
    """Take an argument that is also a header."""
    return f"Region {region}."


async def test_trigger_tool_change(context: Context) -> str:
    """Say that the list of tools changed."""
    await context.notify_tools_changed()
    return "Told."


async def test_trigger_prompt_change(context: Context) -> str:
    """Say that the list of prompts changed."""
    await context.notify_prompts_changed()
    return "Told."


async def _accept(
    _context: ServerRequestContext[Any, Any],
    _params: SetLevelRequestParams | SubscribeRequestParams | UnsubscribeRequestParams,
) -> EmptyResult:
    return EmptyResult()
