"""Errors of requests that fail before, or outside of, a tool.

Their texts repeat no address and no argument, because they are also the status of trace spans.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS
from pydantic import ValidationError

CallNext = Callable[[ServerRequestContext[Any, Any]], Awaitable[HandlerResult]]

_LISTS = frozenset({"tools/list", "prompts/list", "resources/list", "resources/templates/list"})
_NO_CURSOR = "This list is not paginated; omit cursor."
_NO_RESOURCE = "There is no such resource. Read recording://{id}/timeline with the id of a recording."
_FAILED = "Internal server error"
_log = logging.getLogger(__name__)


async def explain_failures(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: answer every failure with an error of the protocol that says no more than it should.

    The SDK answers a wrong request for a prompt as a fault of the server, repeats the address of an unknown
    resource, and hands the text of a crash to clients of the older protocols.
    """
    try:
        return await call_next(ctx)
    except MCPError as error:
        if ctx.method == "resources/read" and _repeats_address(ctx, error):
            unknown = error.error.code == INVALID_PARAMS
            message = _NO_RESOURCE if unknown else _FAILED
            raise MCPError(code=error.error.code, message=message, data=error.error.data) from None
        raise
    except ValidationError:
        raise  # of the request itself, which the SDK answers without its values
    except Exception as error:
        if ctx.method == "prompts/get" and isinstance(error, ValueError):
            raise MCPError(code=INVALID_PARAMS, message=str(error)) from error
        _log.exception("%s failed", ctx.method)
        raise MCPError(code=INTERNAL_ERROR, message=_FAILED) from error


async def refuse_cursors(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: refuse a cursor for a list, which has one page: any answer would pass for a page."""
    if ctx.method in _LISTS and ctx.params and ctx.params.get("cursor") is not None:
        raise MCPError(code=INVALID_PARAMS, message=_NO_CURSOR)
    return await call_next(ctx)


def _repeats_address(ctx: ServerRequestContext[Any, Any], error: MCPError) -> bool:
    address = str((ctx.params or {}).get("uri", ""))
    return bool(address) and address in error.error.message
