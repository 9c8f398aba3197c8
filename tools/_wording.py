"""How numbers and times are said, everywhere the same."""

from datetime import UTC, datetime

from recordings_mcp.replay import clock


def length(seconds: float | None) -> str:
    """A duration as `mm:ss`."""
    return "unknown" if seconds is None else clock(seconds)


def when(moment: datetime | None) -> str:
    """A moment to the minute, in UTC."""
    return "at an unknown time" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def counted(number: int | None, noun: str, plural: str | None = None) -> str:
    """`1 click`, `3 clicks`; a number that is not known is said so."""
    several = plural or f"{noun}s"
    if number is None:
        return f"unknown {several}"
    return f"{number} {noun if number == 1 else several}"
