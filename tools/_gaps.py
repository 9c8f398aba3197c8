"""What could not be read of a recording."""

from recordings_mcp.reading.timelines import Gaps
from recordings_mcp.tools._wording import counted

READS_EVENTS = {"query:read": "timelines lack the session's analytics events"}
"""The optional scope of tools that read recordings, with what is missing without it."""


def gap_sentences(gaps: Gaps) -> list[str]:
    """Return one sentence for each kind of gap."""
    sentences: list[str] = []
    if gaps.missing_blocks:
        sentences.append(
            f"Gap: PostHog sent nothing of {counted(gaps.missing_blocks, 'block')}; try again in a minute."
        )
    if gaps.missing_scope:
        sentences.append(
            f"Without the session's analytics events: the API key lacks the scope {gaps.missing_scope}."
        )
    if gaps.first_events is not None:
        sentences.append(
            f"The session has more analytics events than the first {gaps.first_events:,}, which are told."
        )
    return sentences
