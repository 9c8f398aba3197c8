"""The tables of the sandbox, in SQLite."""

import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from recordings_mcp.sandbox.clock import iso, milliseconds, recent_offsets, shift_payload
from recordings_mcp.sandbox.operators import property_matches, value_matches
from recordings_mcp.sandbox.recorded import (
    Metadata,
    Recorded,
    RecordedPerson,
    read_recordings,
    session_properties,
    visited_pages,
)
from recordings_mcp.sandbox.settings import SANDBOX_PROJECT_ID, SandboxSettings

Row = sqlite3.Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS recording (
    id TEXT PRIMARY KEY, project_id INTEGER NOT NULL, folder TEXT NOT NULL, offset INTEGER NOT NULL,
    blocks TEXT, distinct_id TEXT NOT NULL, start_time REAL NOT NULL, end_time REAL NOT NULL,
    duration INTEGER NOT NULL, active_seconds REAL NOT NULL, inactive_seconds REAL NOT NULL,
    click_count INTEGER NOT NULL, keypress_count INTEGER NOT NULL, mouse_activity_count INTEGER NOT NULL,
    console_log_count INTEGER NOT NULL, console_warn_count INTEGER NOT NULL,
    console_error_count INTEGER NOT NULL, activity_score REAL, start_url TEXT, snapshot_source TEXT,
    snapshot_library TEXT, session_properties TEXT NOT NULL, visited_pages TEXT NOT NULL,
    console_read INTEGER NOT NULL DEFAULT 0, deleted_at INTEGER, deleted_by TEXT
);
CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY, uuid TEXT UNIQUE, project_id INTEGER NOT NULL, name TEXT NOT NULL,
    created_at TEXT NOT NULL, properties TEXT NOT NULL, last_seen_at TEXT
);
CREATE TABLE IF NOT EXISTS person_distinct_id (
    distinct_id TEXT NOT NULL, project_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
    PRIMARY KEY (project_id, distinct_id)
);
CREATE TABLE IF NOT EXISTS event (
    uuid TEXT PRIMARY KEY, project_id INTEGER NOT NULL, session_id TEXT NOT NULL, event TEXT NOT NULL,
    timestamp REAL NOT NULL, distinct_id TEXT NOT NULL, properties TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_by_session ON event (session_id, timestamp);
CREATE TABLE IF NOT EXISTS console_line (
    session_id TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS console_line_by_session ON console_line (session_id);
CREATE TABLE IF NOT EXISTS comment (project_id INTEGER NOT NULL, recording_id TEXT NOT NULL, content TEXT);
CREATE TABLE IF NOT EXISTS view (
    project_id INTEGER NOT NULL, recording_id TEXT NOT NULL, user TEXT NOT NULL,
    PRIMARY KEY (project_id, recording_id, user)
);
CREATE TABLE IF NOT EXISTS sharing (
    id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL, recording_id TEXT NOT NULL,
    access_token TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL, settings TEXT,
    password_required INTEGER NOT NULL, created_at REAL NOT NULL, expires_at REAL
);
CREATE TABLE IF NOT EXISTS share_password (
    id INTEGER PRIMARY KEY, sharing_id INTEGER NOT NULL, password TEXT NOT NULL, note TEXT NOT NULL,
    created_at REAL NOT NULL, created_by TEXT NOT NULL, is_active INTEGER NOT NULL DEFAULT 1
);
"""


class Store:
    """One SQLite connection for all threads. Statements are short, so one lock is enough."""

    def __init__(self, settings: SandboxSettings, now: datetime) -> None:
        self._connection = sqlite3.connect(settings.database, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        weakref.finalize(self, self._connection.close)
        self._connection.create_function("property_matches", 4, property_matches, deterministic=True)
        self._connection.create_function("value_matches", 3, value_matches, deterministic=True)
        self._connection.executescript(_SCHEMA)
        if not self.rows("SELECT 1 FROM recording LIMIT 1"):
            self._load(settings, now)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a statement and return all of its rows."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """Run a statement and return its first row, or None."""
        return next(iter(self.rows(sql, parameters)), None)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int | None:
        """Run a statement that writes. Return the id of the row that it inserted."""
        with self._lock:
            return self._connection.execute(sql, parameters).lastrowid

    def run_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement that writes, once for each of the parameters."""
        with self._lock:
            self._connection.executemany(sql, parameters)

    def _load(self, settings: SandboxSettings, now: datetime) -> None:
        recordings = read_recordings(settings.recordings)
        spans = [(milliseconds(r.metadata.start_time), milliseconds(r.metadata.end_time)) for r in recordings]
        offsets = [0] * len(spans) if settings.keep_times else recent_offsets(spans, now)
        with self._lock:
            self._connection.execute("BEGIN")
            for recorded, offset in zip(recordings, offsets, strict=True):
                self._load_recording(recorded, offset)
            comments = ((SANDBOX_PROJECT_ID, c.recording_id, c.content) for c in settings.comments)
            self.run_many("INSERT INTO comment VALUES (?, ?, ?)", comments)
            self._connection.execute("COMMIT")

    def _load_recording(self, recorded: Recorded, offset: int) -> None:
        columns = _recording_columns(recorded, offset)
        marks = ", ".join("?" * len(columns))
        self.run(f"INSERT INTO recording ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))  # noqa: S608 (the names are ours)
        if recorded.metadata.person:
            self._load_person(recorded.metadata.person, columns["end_time"])
        around = milliseconds(recorded.metadata.start_time)
        self.run_many(
            "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    event.uuid,
                    SANDBOX_PROJECT_ID,
                    recorded.metadata.id,
                    event.event,
                    milliseconds(event.timestamp) + offset,
                    event.distinct_id,
                    orjson.dumps(shift_payload(event.properties, offset, around)).decode(),
                )
                for event in recorded.events
            ),
        )

    def _load_person(self, person: RecordedPerson, seen: float) -> None:
        self.run(
            "INSERT INTO person (uuid, project_id, name, created_at, properties, last_seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (uuid) DO UPDATE SET name = excluded.name, properties = excluded.properties,"
            " last_seen_at = excluded.last_seen_at",
            (
                person.uuid,
                SANDBOX_PROJECT_ID,
                person.name,
                iso(milliseconds(person.created_at)),
                orjson.dumps(person.properties).decode(),
                iso(seen),
            ),
        )
        self.run_many(
            "INSERT OR IGNORE INTO person_distinct_id SELECT ?, project_id, id FROM person WHERE uuid = ?",
            ((distinct_id, person.uuid) for distinct_id in person.distinct_ids),
        )


def _recording_columns(recorded: Recorded, offset: int) -> dict[str, Any]:
    metadata = recorded.metadata
    counted = metadata.model_dump(
        include={
            "id",
            "distinct_id",
            "active_seconds",
            "inactive_seconds",
            "click_count",
            "keypress_count",
            "mouse_activity_count",
            "console_log_count",
            "console_warn_count",
            "console_error_count",
            "start_url",
            "snapshot_source",
            "snapshot_library",
        }
    )
    return {
        **counted,
        "project_id": SANDBOX_PROJECT_ID,
        "folder": str(recorded.folder),
        "offset": offset,
        "blocks": None if metadata.blocks is None else orjson.dumps(metadata.blocks).decode(),
        "start_time": milliseconds(metadata.start_time) + offset,
        "end_time": milliseconds(metadata.end_time) + offset,
        "duration": metadata.recording_duration,
        "activity_score": _activity_score(metadata),
        "session_properties": orjson.dumps(session_properties(recorded)).decode(),
        "visited_pages": orjson.dumps(visited_pages(recorded)).decode(),
    }


def _activity_score(recording: Metadata) -> float | None:
    logged = recording.console_log_count + recording.console_warn_count + recording.console_error_count
    passive = recording.mouse_activity_count + recording.recording_duration + logged
    intent = recording.click_count + recording.keypress_count + recording.console_error_count
    return round(100 * (recording.active_seconds + intent) / passive, 2) if passive else None
