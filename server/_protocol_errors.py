"""A request for a prompt that is wrong is the caller's to mend, so the answer must say what is wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS

CallNext = Callable[[ServerRequestContext[Any, Any]], Awaitable[HandlerResult]]


async def name_bad_prompt_requests(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Answer an unknown prompt or a missing argument with "invalid params" instead of "internal error"."""
    try:
        return await call_next(ctx)
    except ValueError as error:
        if ctx.method == "prompts/get":
            raise MCPError(code=INVALID_PARAMS, message=str(error)) from error
        raise
