"""Tool: whether a recording is public, and its link."""

from typing import Annotated

from mcp.server.mcpserver import Context

from recordings_mcp.tools._arguments import RecordingArgument
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._result import ResultText, ToolResult, Trusted
from recordings_mcp.tools._services import Services, services_of


class RecordingSharing(ToolResult):
    """How a recording is shared; there is no public link while it is not."""

    recording: str
    enabled: bool
    public_link: Annotated[str | None, Trusted()]
    password_required: bool | None
    link: Annotated[str, Trusted()]

    def text(self) -> ResultText:
        """Return whether it is public, and the link only while it works."""
        password = " and its password" if self.password_required else ""
        answer = f"Public: anyone who has this link{password} can watch it. {self.public_link}"
        if not self.enabled:
            answer = "Not public: only people with access to this project in PostHog can watch it."
        return ResultText(answer=answer, closing=f"In PostHog: {self.link}")


@tool(
    title="Get a recording's sharing",
    toolset="sharing",
    hints=READS,
    scopes=("session_recording:read", "sharing_configuration:read"),
    guidance="whether anyone with a link can watch a recording.",
)
async def get_recording_sharing(recording: RecordingArgument, context: Context[Services]) -> RecordingSharing:
    """Whether a recording is public, and its link if it is."""
    client = services_of(context).client
    recording_id = await client.resolve(recording)
    await client.get(recording_id)  # of a recording that is not there PostHog would say it is not shared
    sharing = await client.get_sharing(recording_id)
    return RecordingSharing(
        recording=recording_id,
        enabled=sharing.enabled,
        public_link=sharing.shared_url,
        password_required=sharing.password_required,
        link=client.replay_url(recording_id),
    )
