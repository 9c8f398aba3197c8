"""Numbers, times and lengths in words, the same in every answer."""

from collections.abc import Mapping
from datetime import UTC, datetime

from recordings_mcp.replay import clock


def length(seconds: float | None) -> str:
    """Return a duration as `mm:ss`."""
    return "unknown" if seconds is None else clock(seconds)


def when(moment: datetime | None, *, zone: str = " UTC", year: bool = True) -> str:
    """Return a moment to the minute, in UTC; `zone` is empty where something else says that it is UTC."""
    if moment is None:
        return "at an unknown time"
    return f"{moment.astimezone(UTC):{'%Y-' if year else ''}%m-%d %H:%M}{zone}"


def counted(number: int | None, noun: str, plural: str | None = None) -> str:
    """Return `1 click`, `3 clicks` or, where the number is not known, `unknown clicks`."""
    several = plural or f"{noun}s"
    if number is None:
        return f"unknown {several}"
    return f"{number} {noun if number == 1 else several}"


def text_property(properties: Mapping[str, object], name: str) -> str | None:
    """Return a property of a person as text."""
    value = properties.get(name)
    return None if value is None else str(value)
