"""The query endpoint, of which the sandbox answers two kinds.

`RecordingsQuery` is the listing by POST. `HogQLQuery` is answered in one shape only, the one that asks for
the events of one session:

    select <columns> from events where $session_id = '…' [order by timestamp [asc|desc]] [limit N] [offset N]

`properties.$session_id` is accepted too, and so is a placeholder (`{name}`) with its value in `values`.
"""

import re
import sqlite3
from typing import Any, cast

import orjson
from starlette.responses import JSONResponse, Response

from recordings_mcp.sandbox.access import Access, Call
from recordings_mcp.sandbox.clock import iso, milliseconds
from recordings_mcp.sandbox.errors import ApiError, check_query, invalid
from recordings_mcp.sandbox.query import validated_query
from recordings_mcp.sandbox.recordings_api import listed
from recordings_mcp.sandbox.store import Row

QUERY = Access("query:read", ("query",))

_DEFAULT_ROWS = 100
_MOST_ROWS = 50_000
_LONGEST = 5_000
_SHAPE = re.compile(
    r"""\s*select\s+(?P<columns>[\w$.]+(?:\s*,\s*[\w$.]+)*)
    \s+from\s+events
    \s+where\s+(?:properties\.)?\$session_id\s*=\s*(?:'(?P<text>(?:[^'\\]|\\.|'')*)'|\{(?P<name>\w+)\})
    (?:\s+order\s+by\s+timestamp(?:\s+(?P<direction>asc|desc))?)?
    (?:\s+limit\s+(?P<limit>\d{1,9}))?
    (?:\s+offset\s+(?P<offset>\d{1,9}))?
    \s*;?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_TYPES = {"uuid": "UUID", "timestamp": "DateTime64(6, 'UTC')"}
_COLUMNS = ("uuid", "event", "timestamp", "properties", "distinct_id", "$session_id")


def query(call: Call) -> Response:
    """Answer `POST /query/`."""
    asked = call.body_object().get("query")
    if not isinstance(asked, dict):
        raise invalid("This field is required.", code="required", attr="query")
    check_query(call.sandbox.settings.trouble)
    question = cast("dict[str, Any]", asked)
    match question.get("kind"):
        case "HogQLQuery":
            return _answer_hogql(call, str(question.get("query", "")), question.get("values") or {})
        case "RecordingsQuery":
            return _answer_recordings(call, question)
        case kind:
            raise invalid(f"Unsupported query kind: {kind}")


def _answer_recordings(call: Call, question: dict[str, Any]) -> Response:
    seconds = call.sandbox.throttles.wait(call.key.value, ("listing",)) if call.key else None
    if seconds is not None:
        raise ApiError(429, "throttled", f"Rate limit exceeded. Expected available in {seconds} seconds.")
    try:
        body = listed(call, validated_query(question))
    except (ValueError, TypeError, ArithmeticError, sqlite3.Error) as error:
        raise ApiError(500, "error", "A server error occurred.") from error
    return JSONResponse({key: body[key] for key in body if key != "version"})


def _answer_hogql(call: Call, hogql: str, values: dict[str, Any]) -> Response:
    match = _SHAPE.fullmatch(hogql[:_LONGEST])
    if match is None:
        raise invalid("The sandbox answers HogQL in one shape: select … from events where $session_id = '…'.")
    columns = [column.strip() for column in match["columns"].split(",")]
    for column in columns:
        if column not in _COLUMNS:
            raise invalid(f"Unable to resolve field: {column}")
    limit = min(int(match["limit"] or _DEFAULT_ROWS), _MOST_ROWS)
    offset = int(match["offset"] or 0)
    direction = "DESC" if (match["direction"] or "").lower() == "desc" else "ASC"
    rows = call.sandbox.store.rows(
        "SELECT *, session_id AS [$session_id] FROM event"  # noqa: S608 (the direction is one of two)
        " WHERE project_id = ? AND session_id = ? AND timestamp <= ?"
        f" ORDER BY timestamp {direction} LIMIT ? OFFSET ?",
        (call.project, _session(match, values), milliseconds(call.sandbox.clock()), limit + 1, offset),
    )
    return JSONResponse(
        {
            "columns": columns,
            "types": [[column, _TYPES.get(column, "String")] for column in columns],
            "results": [_result_row(row, columns) for row in rows[:limit]],
            "hasMore": len(rows) > limit,
            "limit": limit,
            "offset": offset,
            "query": hogql,
            "is_cached": False,
            "error": None,
        }
    )


def _session(match: re.Match[str], values: dict[str, Any]) -> str:
    name = match["name"]
    if name is None:
        return re.sub(r"\\(.)|''", lambda escaped: escaped[1] or "'", match["text"])
    if name not in values:
        raise invalid(f"Unresolved placeholder: {{{name}}}")
    return str(values[name])


def _result_row(row: Row, columns: list[str]) -> list[Any]:
    shown = dict(row) | {"timestamp": iso(row["timestamp"])}
    shown["properties"] = orjson.dumps(orjson.loads(row["properties"])).decode()
    return [shown[column] for column in columns]
