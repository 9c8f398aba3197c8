"""What could not be read of a recording, said in our own words."""

from recordings_mcp.tools._timelines import ReadRecording
from recordings_mcp.tools._wording import counted


def gaps_of(read: ReadRecording) -> list[str]:
    """Blocks that PostHog left out, and events that could not be had or are too many: one sentence each."""
    gaps: list[str] = []
    if read.missing_blocks:
        gaps.append(
            f"Gap: PostHog sent nothing of {counted(read.missing_blocks, 'block')}; try again in a minute."
        )
    if read.events_missing:
        gaps.append(f"Without the session's analytics events: {read.events_missing}.")
    if read.first_events is not None:
        gaps.append(
            f"The session has more analytics events than the first {read.first_events:,}, which are told."
        )
    return gaps
