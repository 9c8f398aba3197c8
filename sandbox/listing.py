"""The listing of recordings: a query answered, with the exceptions the real server makes.

Pages are by cursor, or by offset as older servers do.
"""

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from recordings_mcp.sandbox.filters import Condition, RecordingFilter, all_of, one_of
from recordings_mcp.sandbox.query import PropertyFilter, RecordingsQuery
from recordings_mcp.sandbox.recorded import console_lines
from recordings_mcp.sandbox.settings import SandboxSettings
from recordings_mcp.sandbox.store import Row, Store

_MOST_HIDDEN = 10_000
_DEFAULT_LIMIT = 50
_LIMIT_OF_NONE = 100
_COLUMNS = {"recording_duration": "duration", "recording_ttl": "start_time", "surfacing_score": "start_time"}
"""Orders with a column of another name: time to live follows the start; surfacing score is behind a flag."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of recordings. `unmatched` is the id of one that is included only because it was requested."""

    rows: list[Row]
    has_next: bool
    next_cursor: str | None
    unmatched: str | None = None


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists recordings of one project for one user at one time."""

    store: Store
    settings: SandboxSettings
    project: int
    user: str
    now: datetime

    def list_recordings(self, query: RecordingsQuery) -> Listing:
        """Return the recordings that match a query.

        Raises:
            ApiError: 400 for a filter that cannot be resolved.
            ValueError: The cursor is invalid, or comments do not have the operator.
        """
        if query.comment_text:
            commented = self._commented(query.comment_text)
            if commented is not None:
                wanted = query.session_ids
                both = commented if wanted is None else [one for one in wanted if one in commented]
                query = query.model_copy(update={"session_ids": both})
        if query.console_log_filters or any(p.type == "log_entry" for p in query.properties or ()):
            self._read_console_lines()
        compiled = self._filter.matching(query)
        listing = self._page(all_of([compiled, *self._unhidden(query)]), query)
        if query.session_recording_id:
            listing = self._with_requested(listing, query.session_recording_id, compiled)
        if query.session_ids:
            order = {identifier: index for index, identifier in enumerate(query.session_ids)}
            listing = replace(listing, rows=sorted(listing.rows, key=lambda row: order.get(row["id"], -1)))
        return listing

    @property
    def _filter(self) -> RecordingFilter:
        return RecordingFilter(self.settings, self.project, self.now)

    def _page(self, condition: Condition, query: RecordingsQuery) -> Listing:
        column = f"coalesce({_COLUMNS.get(query.order, query.order)}, -1)"
        direction = query.order_direction
        by_cursor = query.offset is None
        if by_cursor and query.after is not None:
            condition = all_of([condition, _beyond(query.after, column, direction)])
        limit = _DEFAULT_LIMIT if query.limit is None else query.limit
        limit = limit if limit > 0 else _LIMIT_OF_NONE
        rows = self.store.rows(
            f"SELECT *, {column} AS order_value FROM recording WHERE {condition.sql}"  # noqa: S608 (the names are ours; values are parameters)
            f" ORDER BY {column} {direction}, id {direction} LIMIT ? OFFSET ?",
            (*condition.parameters, limit + 1, max(0, query.offset or 0)),
        )
        has_next = len(rows) > limit
        rows = rows[:limit]
        cursor = None
        if has_next and by_cursor:
            last = {"order_value": rows[-1]["order_value"], "secondary_value": rows[-1]["id"]}
            cursor = base64.b64encode(json.dumps(last).encode()).decode()
        return Listing(rows, has_next, cursor)

    def _with_requested(self, listing: Listing, identifier: str, compiled: Condition) -> Listing:
        requested = one_of("id", [identifier])
        rows = self._rows(all_of([compiled, requested]))
        unmatched = None
        if not rows:
            rows = self._rows(all_of([self._filter.available(), requested]))
            unmatched = identifier
        others = [row for row in listing.rows if row["id"] != identifier]
        return replace(listing, rows=rows + others, unmatched=unmatched)

    def _rows(self, condition: Condition) -> list[Row]:
        return self.store.rows(f"SELECT * FROM recording WHERE {condition.sql}", condition.parameters)  # noqa: S608 (values are parameters)

    def _unhidden(self, query: RecordingsQuery) -> list[Condition]:
        if query.hide_viewed_recordings is None or query.session_ids is not None:
            return []
        whose = "" if query.hide_viewed_recordings == "any-user" else " AND user = ?"
        viewed = "SELECT DISTINCT recording_id FROM view WHERE project_id = ?" + whose  # noqa: S608 (ours)
        parameters = (self.project, self.user) if whose else (self.project,)
        limited = f"id NOT IN ({viewed} ORDER BY recording_id LIMIT {_MOST_HIDDEN})"
        return [Condition(limited, parameters)]

    def _commented(self, condition: PropertyFilter) -> list[str] | None:
        """Return the ids of recordings with a matching comment, or None if there is no text to search for."""
        if condition.operator == "is_set":
            tests = [Condition("content != ''")]
        elif condition.operator not in ("exact", "icontains"):
            raise ValueError("Comments can be searched with is_set, exact and icontains only.")
        elif condition.value in (None, ""):
            return None
        elif condition.operator == "icontains":
            tests = [Condition("instr(lower(content), lower(?))", (str(condition.value),))]
        else:
            wanted = condition.value if isinstance(condition.value, list) else [condition.value]
            tests = [Condition("content = ?", (one,)) for one in wanted]
        found = all_of([Condition("project_id = ?", (self.project,)), *tests])
        rows = self.store.rows(
            f"SELECT DISTINCT recording_id FROM comment WHERE {found.sql}",  # noqa: S608 (values are parameters)
            found.parameters,
        )
        return [row["recording_id"] for row in rows]

    def _read_console_lines(self) -> None:
        """Fill the table of console lines. It needs the snapshots, so it is filled on demand."""
        for row in self.store.rows(
            "SELECT id, folder FROM recording WHERE project_id = ? AND NOT console_read", (self.project,)
        ):
            lines = ((row["id"], level, message) for level, message in console_lines(Path(row["folder"])))
            self.store.run_many("INSERT INTO console_line VALUES (?, ?, ?)", lines)
            self.store.run("UPDATE recording SET console_read = 1 WHERE id = ?", (row["id"],))


def _beyond(cursor: str, column: str, direction: str) -> Condition:
    try:
        last: dict[str, Any] = json.loads(base64.b64decode(cursor, validate=True))
        value, identifier = float(last["order_value"]), str(last["secondary_value"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("The cursor is invalid.") from error
    sign = "<" if direction == "DESC" else ">"
    return Condition(f"{column} {sign} ? OR ({column} = ? AND id {sign} ?)", (value, value, identifier))
