"""What the tools that change public links share."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from recordings_mcp.client import Recording, RecordingsClient, Sharing
from recordings_mcp.tools._definition import ToolDefinition
from recordings_mcp.tools._services import Services
from recordings_mcp.tools.confirmation import Operation, Preview, Wording


async def sharing_operation(
    services: Services,
    recording_id: str,
    *,
    tool: ToolDefinition,
    wording: Wording,
    refuse: Callable[[Recording, Sharing], None],
    enabled: bool | None = None,
) -> Operation:
    """Return an operation on the public link of one recording.

    Args:
        services: The server's.
        recording_id: Which recording.
        tool: Which tool.
        wording: How it is described to people.
        refuse: Ends the call when there is nothing to do, given the recording and how it is shared.
        enabled: Whether it is to be public afterwards; to end that is harmless. None for another operation.

    Raises:
        MissingScope: The API key may not do it.
    """
    client = services.client
    await services.scopes.require(*tool.scopes)

    async def look() -> Preview:
        found = await client.get(recording_id)
        sharing = await client.get_sharing(recording_id)
        refuse(found, sharing)
        return Preview((found,), sharing_state(sharing))

    return Operation(
        tool=tool.name,
        arguments={"recording": recording_id, "enabled": enabled},
        project=f"{client.host} {await client.project_id()}",
        wording=wording,
        links=[client.replay_url(recording_id)],
        look=look,
        harmless=enabled is False,
    )


def look_for(
    client: RecordingsClient, recording_id: str, is_there: Callable[[Sharing], bool]
) -> Callable[[], Awaitable[Sharing | None]]:
    """Return a function that reads whether a change of the link was made, after its answer was lost."""

    async def look() -> Sharing | None:
        sharing = await client.get_sharing(recording_id)
        return sharing if is_there(sharing) else None

    return look


def sharing_state(sharing: Sharing) -> dict[str, str]:
    """Return all that distinguishes one state of a link from another; of its secret only a digest."""
    token = sharing.access_token
    return {
        "enabled": str(sharing.enabled),
        "created": str(sharing.created_at),
        "token": sha256(token.get_secret_value().encode()).hexdigest() if token else "",
        "password": str(sharing.password_required),
    }
