"""The listing of recordings: a query answered, with the exceptions the real server makes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from recordings_mcp.sandbox.filters import Condition, RecordingFilter, all_of, one_of
from recordings_mcp.sandbox.paging import read_page
from recordings_mcp.sandbox.query import PropertyFilter, RecordingsQuery
from recordings_mcp.sandbox.recorded import console_lines
from recordings_mcp.sandbox.settings import SandboxSettings
from recordings_mcp.sandbox.store import Row, Store

_MOST_HIDDEN = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing answers with. `unmatched` is the id of a recording that is there only by request."""

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
        """Answer a query.

        Raises:
            ApiError: 400 for a filter that cannot be resolved.
            ValueError: A cursor that is not one, or an operator that comments do not have.
        """
        if query.comment_text:
            commented = self._commented(query.comment_text)
            query = query.model_copy(update={"session_ids": _both(commented, query.session_ids)})
        if query.console_log_filters or any(p.type == "log_entry" for p in query.properties or ()):
            self._read_console_lines()
        compiled = self._filter.matching(query)
        page = read_page(self.store, all_of([compiled, *self._unhidden(query)]), query)
        listing = Listing(page.rows, page.has_next, page.next_cursor)
        if query.session_recording_id:
            listing = self._with_requested(listing, query.session_recording_id, compiled)
        if query.session_ids:
            order = {identifier: index for index, identifier in enumerate(query.session_ids)}
            listing = replace(listing, rows=sorted(listing.rows, key=lambda row: order.get(row["id"], -1)))
        return listing

    @property
    def _filter(self) -> RecordingFilter:
        return RecordingFilter(self.settings, self.project, self.now)

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
        """Find the recordings with a fitting comment; nothing to look for does not restrict."""
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
        """Fill the table of console lines, which needs the snapshots and so waits until it is asked for."""
        for row in self.store.rows(
            "SELECT id, folder FROM recording WHERE project_id = ? AND NOT console_read", (self.project,)
        ):
            lines = ((row["id"], level, message) for level, message in console_lines(Path(row["folder"])))
            self.store.run_many("INSERT INTO console_line VALUES (?, ?, ?)", lines)
            self.store.run("UPDATE recording SET console_read = 1 WHERE id = ?", (row["id"],))


def _both(commented: list[str] | None, requested: Sequence[str] | None) -> list[str] | None:
    if commented is None or requested is None:
        return commented if requested is None else list(requested)
    return [identifier for identifier in requested if identifier in commented]
