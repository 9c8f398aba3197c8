"""What the tools that read a recording share: its person's values, and what could not be read of it."""

from recordings_mcp.client import Recording
from recordings_mcp.reading.timelines import Gaps
from recordings_mcp.tools._result import PersonValues
from recordings_mcp.tools._services import Services
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
            f"The session has more analytics events than the first {gaps.first_events:,}, which are shown."
        )
    return sentences


async def person_values(services: Services, recording_id: str) -> PersonValues:
    """Return the person's name, e-mail and ids, to be hidden in recorded content; nothing unless strict.

    Raises:
        RecordingsError: The recording's metadata could not be read.
    """
    if services.privacy.level != "strict":
        return {}
    return values_of(await services.client.get(recording_id))


def values_of(found: Recording) -> PersonValues:
    """Return the person's name, e-mail and ids from a recording's metadata."""
    properties = (found.person.properties if found.person else None) or {}
    names = [found.person.name if found.person else None, found.distinct_id, properties.get("name")]
    return {
        "name": [str(name) for name in names if name],
        "email": [str(properties["email"])] if properties.get("email") else [],
    }
