"""Time: the clock, the dates in filters, and how old recordings are moved to the recent past.

Moments are milliseconds since the epoch inside the sandbox, as they are in a recording.
"""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

Clock = Callable[[], datetime]

DAY = 86_400_000
_MINUTE = 60_000
_NEWEST_ENDED = 10 * _MINUTE
_SPREAD = 2.5 * DAY
_RELATIVE = re.compile(r"-?(?P<number>\d+)?(?P<unit>[hdwmqysHDWMQY])(?P<edge>Start|End)?")
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def now_utc() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def milliseconds(moment: datetime) -> float:
    """Return milliseconds since the epoch; a moment without a time zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() * 1000


def iso(moment: float) -> str:
    """Return a moment as the API writes it, with microseconds only if they are not zero."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat().replace("+00:00", "Z")


def parse_date(text: str, now: datetime) -> datetime:
    """Parse a filter's date: ISO, or relative to now as in `-3d`, `-24h`, `-2w`, `-1mStart`.

    Neither kind is rounded to days. Any other text means now, as on the real server.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _relative_date(text, now)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def recent_offsets(spans: Sequence[tuple[float, float]], now: datetime) -> list[int]:
    """Return how far to move each recording, in milliseconds, so that all of them are recent.

    The newest ends ten minutes ago and most are spread evenly over two and a half days. One in eight, the
    oldest, is more than three days old, so that the default period of a listing leaves some out.

    Args:
        spans: Start and end of each recording, oldest first.
        now: The end of the time to move them to.
    """
    hidden = len(spans) // 8
    visible = len(spans) - hidden
    step = _SPREAD / max(1, visible - 1)
    newest = milliseconds(now) - _NEWEST_ENDED
    ends = [newest - (3.5 + hidden - index) * DAY for index in range(hidden)]
    ends += [newest - (visible - 1 - index) * step for index in range(visible)]
    return [round(end - span[1]) for end, span in zip(ends, spans, strict=True)]


def shift_line(line: bytes, offset: int) -> tuple[bytes, float | None]:
    """Move the timestamps of one snapshot line by an offset in milliseconds.

    Return the line and its moment in milliseconds. A line that is not an event is returned unchanged, without
    a moment.
    """
    try:
        window, event = orjson.loads(line)
        recorded = event["timestamp"]
        event["timestamp"] = moment = recorded + offset
    except (orjson.JSONDecodeError, ValueError, TypeError, LookupError):
        return line, None
    if offset == 0:
        return line, moment
    if event.get("type") in (5, 6):
        event["data"] = shift_payload(event.get("data"), offset, recorded)
    return orjson.dumps([window, event]), moment


def shift_payload(value: Any, offset: int, around: float) -> Any:
    """Move each moment in a JSON value by an offset in milliseconds.

    A moment is a number of milliseconds or seconds, or an ISO text, within a day of `around`.
    """
    if isinstance(value, dict):
        return {key: shift_payload(item, offset, around) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [shift_payload(item, offset, around) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, str):
        return _shift_text(value, offset, around)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if abs(value - around) < DAY:
        return value + offset
    return value + offset / 1000 if abs(value * 1000 - around) < DAY else value


def _shift_text(text: str, offset: int, around: float) -> str:
    if not text.endswith("Z") or not _ISO_MOMENT.fullmatch(text):
        return text
    moment = milliseconds(datetime.fromisoformat(text))
    return iso(moment + offset) if abs(moment - around) < DAY else text


def _relative_date(text: str, now: datetime) -> datetime:
    match = _RELATIVE.search(text)
    if match is None:
        return now
    number = int(match["number"] or 0)
    unit = match["unit"]
    moment = _before(now, number, unit)
    if match["edge"] is None:
        return moment
    start = _start(moment, unit)
    return start if match["edge"] == "Start" else _before(start, -1, unit) - timedelta(microseconds=1)


def _before(moment: datetime, number: int, unit: str) -> datetime:
    match unit:
        case "M":
            return moment - timedelta(minutes=number)
        case "s" | "S":
            return moment - timedelta(seconds=number)
        case "h" | "H":
            return moment - timedelta(hours=number)
        case "d" | "D":
            return moment - timedelta(days=number)
        case "w" | "W":
            return moment - timedelta(weeks=number)
        case _:
            return _months_before(moment, number * {"m": 1, "q": 3, "Q": 3}.get(unit, 12))


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _start(moment: datetime, unit: str) -> datetime:
    start = moment.replace(minute=0, second=0, microsecond=0)
    if unit not in "hH":
        start = start.replace(hour=0)
    if unit in "mqQyY":
        start = start.replace(day=1)
    return start.replace(month=1) if unit in "yY" else start
