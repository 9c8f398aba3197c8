"""The endpoint of snapshots: first the list of sources, then their lines."""

import struct
import time
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from recordings_mcp.sandbox.access import Access, Call, boolean
from recordings_mcp.sandbox.clock import iso
from recordings_mcp.sandbox.errors import ApiError, invalid, not_found, plain_error, snapshots_failure
from recordings_mcp.sandbox.filters import RecordingFilter
from recordings_mcp.sandbox.snapshots import compressed
from recordings_mcp.sandbox.store import Row

SNAPSHOTS = Access("session_recording:read", ("clickhouse", "snapshots"), shareable=True)

_MOST_BLOBS_OF_A_KEY = 20
_MOST_BLOBS = 100
_LONG_TERM_FOLDER = "session_recordings_lts/"
_JSON_LINES = "application/jsonl"
_BINARY = "application/octet-stream"


def snapshots(call: Call) -> Response:
    """Answer `GET /session_recordings/:id/snapshots/`."""
    started = time.perf_counter()
    response = _answer(call)
    response.headers["Server-Timing"] = f"snapshots;dur={(time.perf_counter() - started) * 1000:.2f}"
    return response


def _answer(call: Call) -> Response:
    parameters = call.request.query_params
    source = parameters.get("source")
    decompress = boolean(parameters.get("decompress", "true"), "decompress")
    blob_range = _check(call, source)
    if call.sandbox.settings.trouble:
        return snapshots_failure(call.sandbox.settings.trouble)
    row = _recorded(call)
    if row["deleted_at"] is not None:
        return plain_error(
            410,
            "recording_deleted",
            message="This recording has been permanently deleted",
            deleted_at=row["deleted_at"],
            deleted_by=row["deleted_by"],
        )
    if source == "blob_v2":
        return _blocks(call, row, blob_range, decompress=decompress)
    if source == "blob_v2_lts":
        return _long_term(call, row, decompress=decompress)
    return JSONResponse({"sources": _sources(call, row)})


def _check(call: Call, source: str | None) -> tuple[int, int]:
    """Return the range of blobs, after validating the parameters."""
    parameters = call.request.query_params
    if source == "":
        raise invalid("This field may not be blank.", code="blank", attr="source")
    if source not in ("blob_v2", "blob_v2_lts", None):
        raise invalid("Invalid source must be one of [blob_v2, blob_v2_ts, None]")
    if source == "blob_v2_lts" and not parameters.get("blob_key"):
        raise invalid("Must provide a blob key")
    if source != "blob_v2":
        return 0, 0
    start, end = parameters.get("start_blob_key"), parameters.get("end_blob_key")
    if not start or not end:
        raise invalid("Must provide both start blob key and end blob key")
    try:
        first, last = int(start), int(end)
    except ValueError as error:
        raise invalid("Blob keys must be integers") from error
    most = _MOST_BLOBS if call.shared_recording else _MOST_BLOBS_OF_A_KEY
    if last - first > most:  # one more than the text says, as on the real server
        raise invalid(f"Cannot request more than {most} blob keys at once")
    return first, last


def _recorded(call: Call) -> Row:
    """Return the recording, deleted or not."""
    available = RecordingFilter(call.sandbox.settings, call.project, call.sandbox.clock()).available()
    row = call.sandbox.store.row(
        "SELECT * FROM recording WHERE id = ?"  # noqa: S608 (values are parameters)
        f" AND ((project_id = ? AND deleted_at IS NOT NULL) OR ({available.sql}))",
        (call.recording_id, call.project, *available.parameters),
    )
    if row is None:
        raise not_found("Recording not found")
    return row


def _sources(call: Call, row: Row) -> Sequence[dict[str, Any]]:
    if row["id"] in call.sandbox.settings.long_term:
        return [_source("blob_v2_lts", None, None, _LONG_TERM_FOLDER + row["id"])]
    blocks = call.sandbox.snapshots.blocks(row)
    sources = [_source("blob_v2", b.start, b.end, str(index)) for index, b in enumerate(blocks)]
    order = sorted(range(len(blocks)), key=lambda index: blocks[index].start)
    return [sources[index] for index in order]


def _source(source: str, start: float | None, end: float | None, key: str) -> dict[str, Any]:
    return {
        "source": source,
        "start_timestamp": None if start is None else iso(start),
        "end_timestamp": None if end is None else iso(end),
        "blob_key": key,
    }


def _blocks(call: Call, row: Row, blob_range: tuple[int, int], *, decompress: bool) -> Response:
    long_term = row["id"] in call.sandbox.settings.long_term
    count = 0 if long_term else len(call.sandbox.snapshots.blocks(row))
    if count == 0:
        raise not_found("Session recording not found")
    first, last = blob_range
    if last >= count:
        raise not_found("Block index out of range")
    fetched = call.sandbox.snapshots.fetch(row, max(0, first), last)
    if fetched is None:
        detail = "Couldn't load this recording's data. Try again, and if it keeps happening contact support."
        raise ApiError(502, "recording_blocks_unavailable", detail)
    if decompress:
        return _content(b"".join(fetched).rstrip(b"\n"), _JSON_LINES, max_age=3600)
    packed = [compressed(block) for block in fetched]
    prefixed = b"".join(struct.pack(">I", len(block)) + block for block in packed)
    return _content(prefixed, _BINARY, max_age=3600)


def _long_term(call: Call, row: Row, *, decompress: bool) -> Response:
    key = call.request.query_params["blob_key"].lstrip("/")
    if row["id"] not in call.sandbox.settings.long_term or key != _LONG_TERM_FOLDER + row["id"]:
        raise not_found("Recording not found")
    content = b"".join(block.lines for block in call.sandbox.snapshots.blocks(row))
    if decompress:
        return _content(content, _JSON_LINES, max_age=86_400)
    return _content(compressed(content), _BINARY, max_age=86_400)


def _content(content: bytes, content_type: str, max_age: int) -> Response:
    headers = {
        "Content-Type": content_type,
        "Cache-Control": f"max-age={max_age}",
        "Content-Disposition": "inline",
    }
    return Response(content, headers=headers)
