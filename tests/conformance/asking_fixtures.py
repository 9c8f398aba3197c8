"""Tools that tell or ask the client something while a call is under way."""

from typing import Annotated, Any

import anyio
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context, Elicit, MCPServer, Resolve, Sample
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import (
    CreateMessageResult,
    LoggingMessageNotification,
    LoggingMessageNotificationParams,
    SamplingMessage,
    TextContent,
)
from pydantic import BaseModel, Field

_BETWEEN_STEPS = 0.05
_OPTIONS = ["option1", "option2", "option3"]
_TITLED = [
    {"const": "value1", "title": "First Option"},
    {"const": "value2", "title": "Second Option"},
    {"const": "value3", "title": "Third Option"},
]


def add_asking_fixtures(server: MCPServer[Any]) -> None:
    """Add everything that talks with the client."""
    for tool in (
        test_tool_with_logging,
        test_tool_with_progress,
        test_error_handling,
        test_sampling,
        test_missing_capability,
        test_elicitation,
        test_elicitation_sep1034_defaults,
        test_elicitation_sep1330_enums,
    ):
        server.tool(structured_output=False)(tool)


async def test_tool_with_logging(context: Context) -> str:
    """Log three lines."""
    for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        message = LoggingMessageNotification(params=LoggingMessageNotificationParams(level="info", data=line))
        await context.session.send_notification(message, related_request_id=context.request_id)
        await anyio.sleep(_BETWEEN_STEPS)
    return "Three lines were logged."


async def test_tool_with_progress(context: Context) -> str:
    """Report progress three times."""
    for progress in (0, 50, 100):
        await context.report_progress(progress, 100)
        await anyio.sleep(_BETWEEN_STEPS)
    return "Progress was reported."


def test_error_handling() -> str:
    """Fail."""
    raise ToolError("This tool intentionally returns an error for testing")


def _ask_model(prompt: str) -> Sample:
    content = TextContent(type="text", text=prompt)
    return Sample([SamplingMessage(role="user", content=content)], max_tokens=100)


def _ask_model_anything() -> Sample:
    return _ask_model("Anything?")


async def test_sampling(prompt: str, answer: Annotated[CreateMessageResult, Resolve(_ask_model)]) -> str:
    """Have the client's model answer a prompt."""
    del prompt
    said = answer.content.text if isinstance(answer.content, TextContent) else answer.content.type
    return f"LLM response: {said}"


async def test_missing_capability(
    answer: Annotated[CreateMessageResult, Resolve(_ask_model_anything)],
) -> str:
    """Need a model at the client."""
    return f"Answered by {answer.model}."


class Account(BaseModel):
    """Two texts to fill in."""

    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


def _ask_account(message: str) -> Elicit[Account]:
    return Elicit(message, Account)


async def test_elicitation(
    message: str, account: Annotated[ElicitationResult[Account], Resolve(_ask_account)]
) -> str:
    """Ask the person two texts."""
    del message
    return f"User response: {account.model_dump_json()}"


async def test_elicitation_sep1034_defaults(context: Context) -> str:
    """Ask the person for values that are filled in already."""
    properties: dict[str, Any] = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return await _ask_form(context, properties)


async def test_elicitation_sep1330_enums(context: Context) -> str:
    """Ask the person to choose, in every form there is of a choice."""
    legacy = {"enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"]}
    properties: dict[str, Any] = {
        "untitledSingle": {"type": "string", "enum": _OPTIONS},
        "titledSingle": {"type": "string", "oneOf": _TITLED},
        "legacyEnum": {"type": "string", **legacy},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": _OPTIONS}},
        "titledMulti": {"type": "array", "items": {"anyOf": _TITLED}},
    }
    return await _ask_form(context, properties)


async def _ask_form(context: Context, properties: dict[str, Any]) -> str:
    result = await context.session.elicit_form(
        "Please fill this in.",
        {"type": "object", "properties": properties},
        related_request_id=context.request_id,
    )
    return f"Elicitation completed: action={result.action}, content={result.content}"
