"""Middleware that answers requests which fail before, or outside of, a tool.

Their texts repeat no address and no argument, because they are also the status of trace spans.
"""

import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from mcp.server.context import HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND
from pydantic import ValidationError

from recordings_mcp.tools import ToolDefinition

CallNext = Callable[[ServerRequestContext[Any, Any]], Awaitable[HandlerResult]]

_LISTS = frozenset({"tools/list", "prompts/list", "resources/list", "resources/templates/list"})
_NO_CURSOR = "This list is not paginated; omit cursor."
_NO_RESOURCE = "There is no such resource. Read recording://{id}/timeline with the id of a recording."
_FAILED = "Internal server error"
_LONGEST_METHOD = 100
"""Characters of an unknown method that its refusal repeats."""

_MOST_CALLS = 1000
"""Calls of one caller under way at once. A thousand take some 30 MB, and no client needs a hundred."""

_TOO_MANY = "Too many calls are under way. Wait for answers before calling again."

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")  # what the protocol allows for names of tools
_ADDRESS = re.compile(r"[!-~]{1,2000}")
_NAMED: dict[str, tuple[str, re.Pattern[str], str]] = {
    "tools/call": ("name", _NAME, "There is no tool of that name. Call tools/list for the names."),
    "prompts/get": ("name", _NAME, "There is no prompt of that name. Call prompts/list for the names."),
    "resources/read": (
        "uri",
        _ADDRESS,
        "There is no such resource. Read recording://{id}/timeline, with the id percent-encoded.",
    ),
}
"""For each method that names something: the parameter, what a name looks like, and the refusal."""

_log = logging.getLogger(__name__)


async def explain_failures(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: answer every failure with a protocol error that reveals nothing.

    The SDK reports a wrong request for a prompt as a server error, repeats the address of an unknown
    resource and the whole of an unknown method, and sends the text of a crash to clients of the older
    protocols.
    """
    try:
        return await call_next(ctx)
    except MCPError as error:
        if ctx.method == "resources/read" and _repeats_address(ctx, error):
            unknown = error.error.code == INVALID_PARAMS
            message = _NO_RESOURCE if unknown else _FAILED
            raise MCPError(code=error.error.code, message=message, data=error.error.data) from None
        if error.error.code == METHOD_NOT_FOUND:
            raise MCPError(METHOD_NOT_FOUND, error.error.message, ctx.method[:_LONGEST_METHOD]) from None
        raise
    except ValidationError:
        raise  # of the request itself, which the SDK answers without its values
    except Exception as error:
        if ctx.method == "prompts/get" and isinstance(error, ValueError):
            raise MCPError(code=INVALID_PARAMS, message=str(error)) from error
        _log.exception("%s failed", ctx.method)
        raise MCPError(code=INTERNAL_ERROR, message=_FAILED) from error


async def refuse_malformed_names(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: refuse a name that nothing can have, before the SDK repeats it in its answer.

    Raises:
        MCPError: Nothing can have that name.
    """
    key, allowed, refusal = _NAMED.get(ctx.method, ("", _NAME, ""))
    name = (ctx.params or {}).get(key) if key else None
    if name is not None and not allowed.fullmatch(str(name)):
        raise MCPError(code=INVALID_PARAMS, message=refusal)
    return await call_next(ctx)


def limit_calls() -> ServerMiddleware[Any]:
    """Return middleware that refuses calls of a caller that has very many under way.

    Lists and pings are answered at once, so they do not count.
    """
    under_way = Counter[str]()

    async def limit(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        if ctx.method not in _NAMED:
            return await call_next(ctx)
        caller: str = ctx.lifespan_context.caller
        if under_way[caller] >= _MOST_CALLS:
            raise MCPError(code=INTERNAL_ERROR, message=_TOO_MANY)
        under_way[caller] += 1
        try:
            return await call_next(ctx)
        finally:
            under_way[caller] -= 1
            if not under_way[caller]:
                del under_way[caller]

    return limit


def accept_former_names(tools: Sequence[ToolDefinition]) -> ServerMiddleware[Any]:
    """Return middleware that takes a call by a tool's former name as a call of that tool."""
    now = {tool.former_name: tool.name for tool in tools if tool.former_name}

    async def accept(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        name = now.get(str((ctx.params or {}).get("name"))) if ctx.method == "tools/call" else None
        return await call_next(replace(ctx, params={**(ctx.params or {}), "name": name}) if name else ctx)

    return accept


async def refuse_cursors(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: refuse a cursor for a list, since no list has a second page.

    Raises:
        MCPError: The request has a cursor.
    """
    if ctx.method in _LISTS and ctx.params and ctx.params.get("cursor") is not None:
        raise MCPError(code=INVALID_PARAMS, message=_NO_CURSOR)
    return await call_next(ctx)


def _repeats_address(ctx: ServerRequestContext[Any, Any], error: MCPError) -> bool:
    address = str((ctx.params or {}).get("uri", ""))
    return bool(address) and address in error.error.message
