"""Refuses malformed names before the SDK repeats them in its answer."""

import re
from typing import Any

from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS

from recordings_mcp.server.protocol.errors import CallNext

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,128}")  # what the protocol allows for names of tools
_ADDRESS = re.compile(r"[!-~]{1,2000}")
_NAMED: dict[str, tuple[str, re.Pattern[str], str]] = {
    "tools/call": ("name", _NAME, "There is no tool of that name. tools/list has their names."),
    "prompts/get": ("name", _NAME, "There is no prompt of that name. prompts/list has their names."),
    "resources/read": (
        "uri",
        _ADDRESS,
        "There is no such resource. Read recording://{id}/timeline, with the id percent-encoded.",
    ),
}


async def refuse_odd_names(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: refuse a malformed name without repeating it.

    Raises:
        MCPError: There can be nothing of that name.
    """
    key, allowed, refusal = _NAMED.get(ctx.method, ("", _NAME, ""))
    name = (ctx.params or {}).get(key) if key else None
    if name is not None and not allowed.fullmatch(str(name)):
        raise MCPError(code=INVALID_PARAMS, message=refusal)
    return await call_next(ctx)
