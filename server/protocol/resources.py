"""Resources: a recording's timeline under its own address."""

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from recordings_mcp.client import InvalidInput, RecordingDeleted, RecordingNotFound, RecordingsError
from recordings_mcp.tools import Services, render_text, rising_progress, watch_recording


def publish_timelines(server: MCPServer[Services]) -> None:
    """Publish `recording://{id}/timeline`: the text of `watch_recording`."""

    async def timeline(id: str, context: Context[Services]) -> str:  # noqa: A002 - the template's name
        """What happened in a recording, with times."""
        services = context.request_context.lifespan_context
        try:
            with rising_progress():
                watched = await watch_recording.function(id, context)
        except (RecordingNotFound, RecordingDeleted, InvalidInput) as error:
            raise ResourceNotFoundError(str(error)) from error
        except RecordingsError as error:
            raise ResourceError(str(error)) from error
        return render_text(watched.text(), services.privacy.sanitizer(watched.person_values()))

    server.resource(
        "recording://{id}/timeline", name="timeline", title="Timeline of a recording", mime_type="text/plain"
    )(timeline)
