"""What the API key may do, and what is missing for the tools that are offered."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from recordings_mcp.client import PermissionDenied, RecordingsClient, RecordingsError
from recordings_mcp.server.doctor.finding import Finding
from recordings_mcp.tools import ToolDefinition, has_scope

READ_RECORDINGS = "session_recording:read"
_NO_SUCH_RECORDING = "00000000-0000-0000-0000-000000000000"

_TRIALS: dict[str, Callable[[RecordingsClient], Awaitable[object]]] = {
    "query:read": lambda client: client.session_events(_NO_SUCH_RECORDING, limit=1),
    "sharing_configuration:read": lambda client: client.get_sharing(_NO_SUCH_RECORDING),
}
"""How to try a scope with a request that returns nobody's data. Listing recordings has its own check."""


async def scopes_by_trial(client: RecordingsClient) -> frozenset[str]:
    """Return the scopes to read, found by trying, for keys whose scopes PostHog does not list."""
    held = {READ_RECORDINGS}
    for scope, trial in _TRIALS.items():
        try:
            await trial(client)
        except PermissionDenied:
            continue
        except RecordingsError:  # not found, most of all: allowed to look
            pass
        held.add(scope)
    return frozenset(held)


def scope_findings(held: frozenset[str], tools: Sequence[ToolDefinition], *, listed: bool) -> list[Finding]:
    """Compare what the key may do with what the offered tools need.

    Lacking a scope to read is a failure, even an optional one; a scope to write may be left out on purpose.

    Args:
        held: The key's scopes.
        tools: The tools that are offered.
        listed: Whether PostHog listed the scopes; if not, those that cannot be tried are unknown.
    """
    known = None if listed else {READ_RECORDINGS, *_TRIALS}
    lacking = {
        scope: f"{scope} ({why})"
        for scope, why in _uses(tools).items()
        if (known is None or scope in known) and not has_scope(held, scope)
    }
    reading = [lack for scope, lack in lacking.items() if scope.endswith(":read")]
    writing = [lack for scope, lack in lacking.items() if not scope.endswith(":read")]
    unknown = "" if listed else "; PostHog does not list those to write"
    found = [_lacks("fail", reading) if reading else Finding("ok", f"scopes: all that is needed{unknown}")]
    return [*found, _lacks("warn", writing)] if writing else found


def _uses(tools: Sequence[ToolDefinition]) -> dict[str, str]:
    """Return every scope that one of the tools uses, with what is lost without it."""
    uses = {READ_RECORDINGS: "nothing can be read"}
    optional: dict[str, list[str]] = {}
    for tool in tools:
        for scope in tool.scopes:
            needed_by = ", ".join(other.name for other in tools if scope in other.scopes)
            uses.setdefault(scope, f"needed by {needed_by}")
        for scope, loss in tool.optional_scopes.items():
            optional.setdefault(scope, []).append(loss)
    losses = {scope: "; ".join(dict.fromkeys(said)) for scope, said in optional.items()}
    return uses | {scope: loss for scope, loss in losses.items() if scope not in uses}


def _lacks(level: Literal["warn", "fail"], lacking: Sequence[str]) -> Finding:
    fix = "Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools."
    return Finding(level, f"scopes: the key lacks {', '.join(lacking)}", fix)
