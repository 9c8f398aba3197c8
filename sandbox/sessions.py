"""What follows for a session from its analytics events: its properties and the pages it visited."""

from typing import Any
from urllib.parse import urlsplit

from recordings_mcp.sandbox.recorded import Recorded, RecordedEvent

_ENTRY_PROPERTIES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid")


def visited_pages(recorded: Recorded) -> list[str]:
    """List the URLs of a recording, each once, in the order of the first visit."""
    urls = [recorded.metadata.start_url, *(event.properties.get("$current_url") for event in recorded.events)]
    return list(dict.fromkeys(url for url in urls if isinstance(url, str)))


def session_properties(recorded: Recorded) -> dict[str, Any]:
    """Compute the properties of a session, under the names that filters of type `session` use."""
    events = sorted(recorded.events, key=lambda event: event.timestamp)
    names = [event.event for event in events]
    pages = [event for event in events if "$current_url" in event.properties]
    return {
        "$session_duration": recorded.metadata.recording_duration,
        "$pageview_count": names.count("$pageview"),
        "$autocapture_count": names.count("$autocapture"),
        "$screen_count": names.count("$screen"),
        **(_entry_and_end(pages) if pages else {}),
    }


def _entry_and_end(pages: list[RecordedEvent]) -> dict[str, Any]:
    entry = pages[0].properties
    first, last = str(entry["$current_url"]), str(pages[-1].properties["$current_url"])
    found: dict[str, Any] = {
        "$entry_current_url": first,
        "$entry_pathname": urlsplit(first).path,
        "$entry_hostname": urlsplit(first).hostname,
        "$entry_referring_domain": entry.get("$referring_domain"),
        "$end_current_url": last,
        "$end_pathname": urlsplit(last).path,
    }
    found.update({f"$entry_{name}": entry.get(name) for name in _ENTRY_PROPERTIES})
    return {key: value for key, value in found.items() if value is not None}
