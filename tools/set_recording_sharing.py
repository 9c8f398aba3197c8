"""Tool: make a recording public, or stop that."""

from typing import Annotated

from mcp.server.mcpserver import Context
from pydantic import Field

from recordings_mcp.client import Recording, Sharing
from recordings_mcp.tools._arguments import RecordingArgument
from recordings_mcp.tools._definition import PUBLISHES, tool
from recordings_mcp.tools._reconcile import reconcile_unknown_outcome
from recordings_mcp.tools._result import Trusted
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._sharing import look_for, sharing_operation
from recordings_mcp.tools.confirmation import (
    ConfirmationToken,
    NotExecuted,
    Operation,
    OperationResult,
    Permit,
    Wording,
    confirmed,
)

_PUBLISH = Wording(
    question="Make {recordings} public?",
    consequence="Anyone who gets the link can watch it without an account, until sharing is switched off or "
    "the recording expires.",
    nothing_done="Nothing was made public.",
)
_STOP = Wording(question="", consequence="", nothing_done="Nothing was changed.")
_STOPPED = (
    "The link no longer works. Sharing again may restore the same link; "
    "refresh_recording_sharing replaces it."
)
_PUBLISHED = (
    "Anyone who has it can watch, without an account, until it is switched off or the recording expires{}."
)

Enabled = Annotated[bool, Field(description="true: public, asks first; false: private")]


class ChangedSharing(OperationResult):
    """How the recording is shared now."""

    enabled: bool | None = None
    public_link: Annotated[str | None, Trusted()] = None


async def _change(recording: RecordingArgument, enabled: Enabled, context: Context[Services]) -> Operation:
    def refuse(found: Recording, sharing: Sharing) -> None:
        if sharing.enabled == enabled:
            raise NotExecuted(_changed(found, sharing, done=False))

    services = services_of(context)
    return await sharing_operation(
        services,
        await services.client.resolve(recording),
        tool=set_recording_sharing,
        wording=_PUBLISH if enabled else _STOP,
        refuse=refuse,
        enabled=enabled,
    )


@tool(
    title="Make a recording public or private",
    toolset="sharing",
    hints=PUBLISHES,
    scopes=("session_recording:read", "sharing_configuration:write"),
    guidance="makes a recording public, after the user has agreed, or private again.",
)
async def set_recording_sharing(
    recording: RecordingArgument,
    *,
    enabled: Enabled,
    permit: Annotated[Permit, confirmed(_change)],
    context: Context[Services],
    confirmation: ConfirmationToken | None = None,
) -> ChangedSharing:
    """Make a recording public, so that anyone with the link can watch it, or private again.

    Asks the user before publishing.
    """
    client, [recording_id] = services_of(context).client, permit.preview.ids
    with permit.attempt() as attempt:
        sharing = await reconcile_unknown_outcome(
            client.set_sharing(recording_id, enabled=enabled),
            look_for(client, recording_id, lambda sharing: sharing.enabled == enabled),
        )
        attempt.outcome = "public" if sharing.enabled else "not public"
    return _changed(permit.preview.recordings[0], sharing, done=True)


def _changed(recording: Recording, sharing: Sharing, *, done: bool) -> ChangedSharing:
    expires = f" on {recording.expiry_time:%Y-%m-%d}" if recording.expiry_time else ""
    now = "now" if done else "already"
    public = f"Public {now}: {sharing.shared_url}"
    private = "Not public any more." if done else "It is not public; nothing was changed."
    return ChangedSharing(
        done=done,
        message=public if sharing.enabled else private,
        advice=_PUBLISHED.format(expires) if sharing.enabled else (_STOPPED if done else None),
        enabled=sharing.enabled,
        public_link=sharing.shared_url,
    )
