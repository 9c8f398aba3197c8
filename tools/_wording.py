"""Numbers, times and lengths in words, the same in every answer."""

from datetime import UTC, datetime

from recordings_mcp.replay import clock


def length(seconds: float | None) -> str:
    """Return a duration as `mm:ss`."""
    return "unknown" if seconds is None else clock(seconds)


def when(moment: datetime | None, *, zone: str = " UTC") -> str:
    """Return a moment to the minute, in UTC; `zone` is empty where something else says that it is UTC."""
    return "at an unknown time" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}{zone}"


def counted(number: int | None, noun: str, plural: str | None = None) -> str:
    """Return `1 click`, `3 clicks` or, where the number is not known, `unknown clicks`."""
    several = plural or f"{noun}s"
    if number is None:
        return f"unknown {several}"
    return f"{number} {noun if number == 1 else several}"
