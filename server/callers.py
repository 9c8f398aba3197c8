"""Middleware of the SDK that tells tools who calls."""

from dataclasses import replace
from typing import Any

from mcp.server.context import HandlerResult, ServerRequestContext

from recordings_mcp.server.protocol.errors import CallNext


async def name_caller(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Tell tools whose bearer came with this request. Over stdio there is only one caller."""
    user = None if ctx.request is None else ctx.request.scope.get("user")
    if user is None:
        return await call_next(ctx)
    services = replace(ctx.lifespan_context, caller=user.fingerprint)
    return await call_next(replace(ctx, lifespan_context=services))
