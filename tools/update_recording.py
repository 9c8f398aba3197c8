"""Tool: mark a recording as viewed or analyzed."""

from typing import Annotated

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import AfterValidator, Field

from recordings_mcp.tools._arguments import RecordingArgument
from recordings_mcp.tools._definition import WRITES, tool
from recordings_mcp.tools._reconcile import reconcile_unknown_outcome
from recordings_mcp.tools._result import ResultText, ToolResult, Trusted
from recordings_mcp.tools._services import Services, services_of

_ONLY_FORWARD = "an API key can set this mark but not remove it; a person can remove viewed in PostHog"
_NOTHING_TO_MARK = (
    "Nothing to mark: set viewed or analyzed to true. An API key can change nothing else of a recording."
)


def _must_be_true(mark: bool) -> bool:  # noqa: FBT001 - a validator's value
    if not mark:
        raise ValueError(_ONLY_FORWARD)
    return mark


Mark = Annotated[bool, AfterValidator(_must_be_true), Field(description="only true; cannot be removed")]


class MarkedRecording(ToolResult):
    """The marks that were set."""

    recording: str
    marks: Annotated[list[str], Trusted()]
    link: Annotated[str, Trusted()]

    def text(self) -> ResultText:
        """Return what was set."""
        return ResultText(answer=f"Marked as {' and '.join(self.marks)}.")


@tool(
    title="Mark a recording",
    toolset="manage",
    hints=WRITES,
    scopes=("session_recording:read", "session_recording:write"),
    guidance="marks a recording as viewed or analyzed; nothing else can be changed.",
)
async def update_recording(
    recording: RecordingArgument,
    context: Context[Services],
    *,
    viewed: Mark | None = None,
    analyzed: Mark | None = None,
) -> MarkedRecording:
    """Mark a recording as viewed by the API key's owner, or as analyzed, which PostHog only counts.

    An API key can remove neither mark.
    """
    marks = [name for name, mark in {"viewed": viewed, "analyzed": analyzed}.items() if mark]
    if not marks:
        raise ToolError(_NOTHING_TO_MARK)
    services = services_of(context)
    client = services.client
    await services.scopes.require(*update_recording.scopes)
    recording_id = await client.resolve(recording)

    async def mark() -> bool:
        await client.update(recording_id, viewed=viewed, analyzed=analyzed)
        return True

    async def look() -> bool | None:
        return (await client.get(recording_id)).viewed or None

    with services.audit.attempt(
        "update_recording", [recording_id], caller=services.caller, policy="none"
    ) as attempt:
        await (
            mark() if analyzed else reconcile_unknown_outcome(mark(), look)
        )  # only the mark of having viewed can be read
        attempt.outcome = f"marked as {' and '.join(marks)}"
    return MarkedRecording(recording=recording_id, marks=marks, link=client.replay_url(recording_id))
