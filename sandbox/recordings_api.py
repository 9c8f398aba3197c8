"""Endpoints of recordings: list, retrieve, update, delete, and the actions that refuse every personal key."""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any, cast

from starlette.responses import JSONResponse, Response

from recordings_mcp.sandbox.access import Access, Call, Handler, boolean
from recordings_mcp.sandbox.clock import milliseconds
from recordings_mcp.sandbox.errors import (
    ApiError,
    check_listing,
    check_query,
    invalid,
    not_found,
    server_error,
)
from recordings_mcp.sandbox.filters import RecordingFilter, all_of, one_of
from recordings_mcp.sandbox.listing import Lister
from recordings_mcp.sandbox.query import RecordingsQuery, query_from_parameters
from recordings_mcp.sandbox.represent import represent_recording, represent_shared_recording
from recordings_mcp.sandbox.settings import SandboxSettings
from recordings_mcp.sandbox.store import Row

MOST_DELETED_AT_ONCE = 100

READ = Access("session_recording:read", ("clickhouse",), shareable=True)
LIST = Access("session_recording:read", ("clickhouse", "listing"))
WRITE = Access("session_recording:write", ("clickhouse",), editors_only=True)
BULK_WRITE = Access("session_recording:write", ("clickhouse",))
REFUSED = Access(None)

REFUSED_ACTIONS = (
    ("POST", "/bulk_viewed"),
    ("POST", "/bulk_not_viewed"),
    ("GET", "/matching_events"),
    ("POST", "/batch_check_exists"),
    ("POST", "/ai/regex"),
    ("GET", "/{recording_id}/viewed"),
    ("GET", "/{recording_id}/capture_diagnostics"),
    ("POST", "/{recording_id}/summarize"),
    ("POST", "/{recording_id}/summarize/cancel"),
)
"""Actions that declare no scope, so no personal API key may call them."""


def list_recordings(call: Call) -> Response:
    """Answer `GET /session_recordings/`. An invalid cursor is a 500 in the second shape."""
    started = time.perf_counter()
    query = query_from_parameters(call.request.query_params)
    check_listing(call.sandbox.settings.trouble)
    try:
        body = listed(call, query)
    except (ValueError, TypeError, ArithmeticError, sqlite3.Error):
        return server_error()
    timing = f"list_recordings;dur={(time.perf_counter() - started) * 1000:.2f}"
    return JSONResponse(body, headers={"Server-Timing": timing})


def _counted(call: Call, query: RecordingsQuery, results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a page in the envelope that PostHog's API documentation shows."""
    sandbox = call.sandbox
    matching = RecordingFilter(sandbox.settings, call.project, sandbox.clock()).matching(query)
    found = sandbox.store.rows(f"SELECT id FROM recording WHERE {matching.sql}", matching.parameters)  # noqa: S608 (values are parameters)
    reached = (query.offset or 0) + len(results)
    following = call.request.url.include_query_params(offset=reached) if reached < len(found) else None
    return {"count": len(found), "next": following and str(following), "previous": None, "results": results}


def listed(call: Call, query: RecordingsQuery) -> dict[str, Any]:
    """Return the recordings that match a query, in the envelope of the API.

    Raises:
        ApiError: 400 for a filter that cannot be resolved.
        ValueError: The cursor is invalid, or comments do not have the operator.
    """
    sandbox = call.sandbox
    now = sandbox.clock()
    lister = Lister(sandbox.store, sandbox.settings, call.project, call.user, now)
    listing = lister.list_recordings(query)
    results = [
        represent_recording(row, sandbox.store, sandbox.settings, now, call.user)
        | {"matches_filters": row["id"] != listing.unmatched}
        for row in listing.rows
    ]
    if sandbox.settings.envelope == "count":
        return _counted(call, query, results)
    body: dict[str, Any] = {"results": results, "has_next": listing.has_next, "version": 4}
    return body if listing.next_cursor is None else body | {"next_cursor": listing.next_cursor}


def retrieve_recording(call: Call) -> Response:
    """Answer `GET /session_recordings/:id/`."""
    row = found_recording(call)
    if call.shared_recording:
        return JSONResponse(represent_shared_recording(row))
    sandbox = call.sandbox
    return JSONResponse(represent_recording(row, sandbox.store, sandbox.settings, sandbox.clock(), call.user))


def update_recording(call: Call) -> Response:
    """Answer `PATCH` and `PUT`. Only views are stored."""
    found_recording(call)
    body = call.body_object()
    flags = {name: boolean(body[name], name) for name in ("viewed", "analyzed") if name in body}
    if not any(flags.values()):
        raise invalid("At least one of 'viewed' or 'analyzed' must be provided.")
    if "viewed" in flags:
        call.sandbox.store.run(
            "INSERT OR IGNORE INTO view VALUES (?, ?, ?)", (call.project, call.recording_id, call.user)
        )
    return JSONResponse({"success": True})


def delete_recording(call: Call) -> Response:
    """Answer `DELETE`: at once and permanently, without checking that the recording exists."""
    if not _delete(call, call.recording_id):
        raise ApiError(500, "recording_api_failure", "Failed to delete recording via recording-api")
    return Response(status_code=204)


def bulk_delete_access(settings: SandboxSettings) -> Access:
    """Return the requirements of bulk deletion; some servers refuse personal keys."""
    return BULK_WRITE if settings.bulk_delete == "allowed" else REFUSED


def bulk_delete(call: Call) -> Response:
    """Answer `POST /session_recordings/bulk_delete/`. What may not be deleted is skipped silently."""
    requested = call.body_object().get("session_recording_ids")
    if not isinstance(requested, list) or not requested:
        raise invalid("session_recording_ids must be provided as a non-empty array")
    identifiers = cast("Sequence[Any]", requested)
    if len(identifiers) > MOST_DELETED_AT_ONCE:
        raise invalid(f"Cannot process more than {MOST_DELETED_AT_ONCE} recordings at once")
    editor = call.key is not None and call.key.role == "editor"
    existing = [row["id"] for row in _available(call, identifiers)] if editor else []
    failed = [identifier for identifier in existing if not _delete(call, identifier)]
    return JSONResponse(
        {
            "success": not failed,
            "deleted_count": len(existing) - len(failed),
            "total_requested": len(identifiers),
            "failed_ids": failed,
        }
    )


def refuse(_call: Call) -> Response:
    """Raise 404. No request gets here, since these actions refuse every key."""
    raise not_found()


def found_recording(call: Call) -> Row:
    """Return the recording in the path.

    Raises:
        ApiError: 404, if the project does not have it; 503, 504 or 512, if the database is in trouble.
    """
    check_query(call.sandbox.settings.trouble)
    rows = _available(call, [call.recording_id])
    if not rows:
        raise not_found("Recording not found")
    return rows[0]


HANDLERS: tuple[tuple[str, str, Handler, Access], ...] = (
    ("GET", "", list_recordings, LIST),
    ("GET", "/{recording_id}", retrieve_recording, READ),
    ("PATCH", "/{recording_id}", update_recording, WRITE),
    ("PUT", "/{recording_id}", update_recording, WRITE),
    ("DELETE", "/{recording_id}", delete_recording, WRITE),
)
"""Method, path below `session_recordings`, handler and requirements."""


def _available(call: Call, identifiers: Sequence[Any]) -> list[Row]:
    available = RecordingFilter(call.sandbox.settings, call.project, call.sandbox.clock()).available()
    condition = all_of([available, one_of("id", [str(identifier) for identifier in identifiers])])
    return call.sandbox.store.rows(f"SELECT * FROM recording WHERE {condition.sql}", condition.parameters)  # noqa: S608 (values are parameters)


def _delete(call: Call, identifier: str) -> bool:
    if identifier in call.sandbox.settings.failing_deletions:
        return False
    deleted_at = int(milliseconds(call.sandbox.clock()) / 1000)
    call.sandbox.store.run(
        "UPDATE recording SET deleted_at = ?, deleted_by = ?"
        " WHERE id = ? AND project_id = ? AND deleted_at IS NULL",
        (deleted_at, call.user, identifier, call.project),
    )
    return True
