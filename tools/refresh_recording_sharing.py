"""Tool: replace a recording's public link."""

from typing import Annotated

from mcp.server.mcpserver import Context

from recordings_mcp.client import Recording, Sharing
from recordings_mcp.tools._arguments import RecordingArgument
from recordings_mcp.tools._definition import REPLACES, tool
from recordings_mcp.tools._reconcile import reconcile_unknown_outcome
from recordings_mcp.tools._result import Trusted
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._sharing import look_for, sharing_operation, sharing_state
from recordings_mcp.tools.confirmation import (
    ConfirmationToken,
    NotExecuted,
    Operation,
    OperationResult,
    Permit,
    Wording,
    confirmed,
)

_WORDS = Wording(
    question="Replace the public link of {recordings}?",
    consequence="People with the old link can watch for five more minutes, then no longer.",
    nothing_done="The link was not replaced.",
)
_NEVER_SHARED = "This recording was never public, so there is no link to replace; nothing was changed."
_OLD_LINK = "The old link works for 300 more seconds."
_STILL_OFF = "The recording is still not public: the new link works only after sharing is switched on."


class RefreshedSharing(OperationResult):
    """The new link; none while sharing is off."""

    enabled: bool | None = None
    public_link: Annotated[str | None, Trusted()] = None


def _refuse(_recording: Recording, sharing: Sharing) -> None:
    if not sharing.enabled and sharing.created_at is None:  # not even a link that is switched off
        raise NotExecuted(RefreshedSharing(done=False, message=_NEVER_SHARED, enabled=False))


async def _replacement(recording: RecordingArgument, context: Context[Services]) -> Operation:
    services = services_of(context)
    return await sharing_operation(
        services,
        await services.client.resolve(recording),
        tool=refresh_recording_sharing,
        wording=_WORDS,
        refuse=_refuse,
    )


@tool(
    title="Replace a recording's public link",
    toolset="sharing",
    hints=REPLACES,
    scopes=("session_recording:read", "sharing_configuration:write"),
    guidance="replaces a public link that reached the wrong people, after the user has agreed.",
)
async def refresh_recording_sharing(
    recording: RecordingArgument,
    permit: Annotated[Permit, confirmed(_replacement)],
    context: Context[Services],
    *,
    confirmation: ConfirmationToken | None = None,
) -> RefreshedSharing:
    """Replace a recording's public link; the old one works for 300 more seconds. Asks the user first.

    A recording that is not public stays so.
    """
    client, [recording_id] = services_of(context).client, permit.preview.ids
    with permit.attempt() as attempt:
        sharing = await reconcile_unknown_outcome(
            client.refresh_sharing(recording_id),
            look_for(client, recording_id, lambda sharing: sharing_state(sharing) != permit.preview.state),
        )
        attempt.outcome = "replaced"
    return RefreshedSharing(
        done=True,
        message=f"Replaced. New link: {sharing.shared_url}" if sharing.enabled else "Replaced.",
        advice=_OLD_LINK if sharing.enabled else _STILL_OFF,
        enabled=sharing.enabled,
        public_link=sharing.shared_url,
    )
