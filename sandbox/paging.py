"""Order and pages of a listing: by cursor, or by offset as older servers do."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from recordings_mcp.sandbox.filters import Condition, all_of
from recordings_mcp.sandbox.query import RecordingsQuery
from recordings_mcp.sandbox.store import Row, Store

_DEFAULT_LIMIT = 50
_LIMIT_OF_NONE = 100
_COLUMNS = {"recording_duration": "duration", "recording_ttl": "start_time", "surfacing_score": "start_time"}
"""Orders that are another column: time to live follows the start; surfacing score needs a feature flag."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some recordings, whether there are more, and where those begin."""

    rows: list[Row]
    has_next: bool
    next_cursor: str | None


def read_page(store: Store, condition: Condition, query: RecordingsQuery) -> Page:
    """Read one page of the recordings that fit.

    Raises:
        ValueError: The cursor is not one.
    """
    column = f"coalesce({_COLUMNS.get(query.order, query.order)}, -1)"
    direction = query.order_direction
    by_cursor = query.offset is None
    if by_cursor and query.after is not None:
        condition = all_of([condition, _beyond(query.after, column, direction)])
    limit = _limit(query.limit)
    rows = store.rows(
        f"SELECT *, {column} AS order_value FROM recording WHERE {condition.sql}"  # noqa: S608 (the names are ours; values are parameters)
        f" ORDER BY {column} {direction}, id {direction} LIMIT ? OFFSET ?",
        (*condition.parameters, limit + 1, max(0, query.offset or 0)),
    )
    has_next = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, has_next, _cursor(rows[-1]) if has_next and by_cursor else None)


def _limit(limit: int | None) -> int:
    if limit is None:
        return _DEFAULT_LIMIT
    return limit if limit > 0 else _LIMIT_OF_NONE


def _cursor(row: Row) -> str:
    value = {"order_value": row["order_value"], "secondary_value": row["id"]}
    return base64.b64encode(json.dumps(value).encode()).decode()


def _beyond(cursor: str, column: str, direction: str) -> Condition:
    try:
        last: dict[str, Any] = json.loads(base64.b64decode(cursor, validate=True))
        value, identifier = float(last["order_value"]), str(last["secondary_value"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("The cursor is not one.") from error
    sign = "<" if direction == "DESC" else ">"
    return Condition(f"{column} {sign} ? OR ({column} = ? AND id {sign} ?)", (value, value, identifier))
