"""Recordings and persons as the API shows them."""

from datetime import datetime
from typing import Any

import orjson

from recordings_mcp.sandbox.clock import DAY, iso, milliseconds
from recordings_mcp.sandbox.settings import SandboxSettings
from recordings_mcp.sandbox.store import Row, Store

_ONGOING = 5 * 60_000


def represent_recording(
    row: Row, store: Store, settings: SandboxSettings, now: datetime, user: str
) -> dict[str, Any]:
    """Return a recording with all of its fields, as a user sees it."""
    viewers = [
        view["user"]
        for view in store.rows(
            "SELECT user FROM view WHERE project_id = ? AND recording_id = ? ORDER BY user",
            (row["project_id"], row["id"]),
        )
    ]
    expires = row["start_time"] // DAY * DAY + settings.retention_days * DAY
    return {
        "id": row["id"],
        "distinct_id": row["distinct_id"],
        "viewed": user in viewers,
        "viewers": [viewer for viewer in viewers if viewer != user],
        "recording_duration": row["duration"],
        "active_seconds": row["active_seconds"],
        "inactive_seconds": row["inactive_seconds"],
        "start_time": iso(row["start_time"]),
        "end_time": iso(row["end_time"]),
        "click_count": row["click_count"],
        "keypress_count": row["keypress_count"],
        "mouse_activity_count": row["mouse_activity_count"],
        "console_log_count": row["console_log_count"],
        "console_warn_count": row["console_warn_count"],
        "console_error_count": row["console_error_count"],
        "start_url": row["start_url"][:512] if row["start_url"] else None,
        "person": _person_of(row, store),
        "retention_period_days": settings.retention_days,
        "expiry_time": iso(expires),
        "recording_ttl": int((expires - milliseconds(now)) // DAY),
        "snapshot_source": row["snapshot_source"],
        "snapshot_library": row["snapshot_library"],
        "ongoing": milliseconds(now) - row["end_time"] < _ONGOING,
        "activity_score": row["activity_score"],
        "has_summary": False,
        "summary_outcome": None,
        "external_references": [],
        "matches_filters": True,
    }


def represent_shared_recording(row: Row) -> dict[str, Any]:
    """Return a recording as the holder of a sharing token sees it: four fields."""
    return {
        "id": row["id"],
        "recording_duration": row["duration"],
        "start_time": iso(row["start_time"]),
        "end_time": iso(row["end_time"]),
    }


def represent_person(row: Row, store: Store) -> dict[str, Any]:
    """Return a person, with all distinct ids."""
    distinct_ids = store.rows(
        "SELECT distinct_id FROM person_distinct_id WHERE person_id = ? ORDER BY rowid", (row["id"],)
    )
    return {
        "id": row["id"],
        "name": row["name"],
        "distinct_ids": [found["distinct_id"] for found in distinct_ids],
        "properties": orjson.loads(row["properties"]),
        "created_at": row["created_at"],
        "uuid": row["uuid"],
        "last_seen_at": row["last_seen_at"],
    }


def _person_of(recording: Row, store: Store) -> dict[str, Any]:
    row = store.row(
        "SELECT person.* FROM person_distinct_id JOIN person ON person.id = person_id"
        " WHERE person_distinct_id.project_id = ? AND distinct_id = ?",
        (recording["project_id"], recording["distinct_id"]),
    )
    if row is not None:
        return represent_person(row, store) | {"distinct_ids": [recording["distinct_id"]]}
    return {
        "id": None,
        "name": None,
        "distinct_ids": [recording["distinct_id"]],
        "properties": {},
        "created_at": None,
        "uuid": None,
        "last_seen_at": None,
    }
