"""Completes recording ids from the newest recordings, so that a person need not copy them."""

from contextvars import ContextVar
from typing import Any

from mcp.server.context import HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from recordings_mcp.client import RecordingsError
from recordings_mcp.server.protocol.errors import CallNext
from recordings_mcp.tools import Services

_MAX_VALUES = 100  # the protocol's own limit
_services: ContextVar[Services] = ContextVar("services")


async def remember_services(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware: keep the request's services, because the SDK gives completions no context."""
    _services.set(ctx.lifespan_context)
    return await call_next(ctx)


async def complete_recordings(
    reference: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,
) -> Completion | None:
    """Return ids of recent recordings that begin with what was typed; None for other arguments.

    Raises:
        MCPError: The recordings could not be listed; the text says why.
    """
    del reference, context
    if argument.name not in {"recording", "id"}:
        return None
    try:
        recent = await _services.get().recent.ids()
    except RecordingsError as error:
        raise MCPError(code=INTERNAL_ERROR, message=str(error)) from error
    matching = [identifier for identifier in recent if identifier.startswith(argument.value)]
    return Completion(
        values=matching[:_MAX_VALUES], total=len(matching), has_more=len(matching) > _MAX_VALUES
    )
