"""What a session was recorded on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from recordings_mcp.replay.model import AnalyticsEvent, Device
from recordings_mcp.replay.words import one_line


def device_of(events: Iterable[AnalyticsEvent]) -> Device:
    """Give what most events of a session say of their device, property by property.

    What PostHog keeps of the person is no proof: it is of the person's latest session.
    """
    kinds, browsers, systems = Counter[str](), Counter[str](), Counter[str]()
    for event in events:
        for values, name in ((kinds, "$device_type"), (browsers, "$browser"), (systems, "$os")):
            values.update(_texts(event.properties, name))
    return Device(_most_common(kinds), _most_common(browsers), _most_common(systems))


def _texts(properties: Mapping[str, Any], name: str) -> list[str]:
    value = properties.get(name)
    return [one_line(value)] if isinstance(value, str) and value.strip() else []


def _most_common(values: Counter[str]) -> str | None:
    return next((value for value, _ in values.most_common(1)), None)
