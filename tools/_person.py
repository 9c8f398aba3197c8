"""What is known of the recorded person, for the level that hides it everywhere."""

from recordings_mcp.client import Recording
from recordings_mcp.tools._result import PersonValues
from recordings_mcp.tools._services import Services


async def person_values(services: Services, recording_id: str) -> PersonValues:
    """The person's name, e-mail and ids, to be hidden where they were recorded; nothing unless strict.

    Raises:
        RecordingsError: The recording's metadata could not be read.
    """
    if services.privacy.level != "strict":
        return {}
    return values_of(await services.client.get(recording_id))


def values_of(found: Recording) -> PersonValues:
    """The person's name, e-mail and ids in a recording's metadata."""
    properties = (found.person.properties if found.person else None) or {}
    names = [found.person.name if found.person else None, found.distinct_id, properties.get("name")]
    return {
        "name": [str(name) for name in names if name],
        "email": [str(properties["email"])] if properties.get("email") else [],
    }
