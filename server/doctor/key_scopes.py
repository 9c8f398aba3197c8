"""What the API key may do, and what is missing for the tools that are offered."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from recordings_mcp.client import PermissionDenied, RecordingsClient, RecordingsError
from recordings_mcp.server.doctor.finding import Finding
from recordings_mcp.tools import ToolDefinition

READ_RECORDINGS = "session_recording:read"
_NO_SUCH_RECORDING = "00000000-0000-0000-0000-000000000000"

_TRIALS: dict[str, Callable[[RecordingsClient], Awaitable[object]]] = {
    "query:read": lambda client: client.session_events(_NO_SUCH_RECORDING, limit=1),
    "person:read": lambda client: client.person(uuid=_NO_SUCH_RECORDING),
    "sharing_configuration:read": lambda client: client.get_sharing(_NO_SUCH_RECORDING),
}
"""A request for each scope that answers nothing about anybody. Listing recordings has a check of its own."""


async def scopes_by_trial(client: RecordingsClient) -> frozenset[str]:
    """The scopes to read, learned by reading, where PostHog does not say what the key may do."""
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


def scope_findings(held: frozenset[str], tools: Sequence[ToolDefinition], *, told: bool) -> list[Finding]:
    """Compare what the key may do with what the offered tools need.

    Args:
        held: The key's scopes.
        tools: The tools that are offered.
        told: Whether PostHog told them all; else those to write are not known.
    """
    needed = _lacking(held, _needed(tools))
    wanted = _lacking(held, _wanted(tools, told=told))
    unknown = "" if told else "; PostHog does not tell those to write"
    found = [_lacks("fail", needed) if needed else Finding("ok", f"scopes: all that is needed{unknown}")]
    return [*found, _lacks("warn", wanted)] if wanted else found


def has_scope(held: frozenset[str], scope: str) -> bool:
    """Whether a key with these scopes has that one: `*` is all of them, and to write implies to read."""
    return not held.isdisjoint({"*", scope, scope.replace(":read", ":write")})


def _needed(tools: Sequence[ToolDefinition]) -> dict[str, str]:
    """Scopes without which a tool fails or says less, and what is lost without each."""
    needed = {READ_RECORDINGS: "nothing can be read", "query:read": "timelines lack the session's events"}
    if any(tool.toolset == "sharing" for tool in tools):
        needed["sharing_configuration:read"] = (
            "sharing tools fail; --toolsets recordings,manage leaves them out"
        )
    return needed


def _wanted(tools: Sequence[ToolDefinition], *, told: bool) -> dict[str, str]:
    """Scopes that somebody may have left out on purpose, and what is lost without each."""
    wanted = {"person:read": "persons cannot be looked up by themselves"}
    writing = {tool.toolset for tool in tools if not tool.hints.read_only_hint}
    if told and "manage" in writing:
        wanted["session_recording:write"] = "nothing can be marked or deleted"
    if told and "sharing" in writing:
        wanted["sharing_configuration:write"] = "sharing cannot be changed"
    return wanted


def _lacking(held: frozenset[str], scopes: dict[str, str]) -> list[str]:
    return [f"{scope} ({without})" for scope, without in scopes.items() if not has_scope(held, scope)]


def _lacks(level: Literal["warn", "fail"], lacking: Sequence[str]) -> Finding:
    what = f"scopes: the key lacks {', '.join(lacking)}"
    return Finding(level, what, "Add it to the key in PostHog under Settings → Personal API keys.")
