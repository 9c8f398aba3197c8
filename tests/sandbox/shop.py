"""A small shop whose recordings are written by hand, so that every expectation is exact.

Its recordings lie in the hours before `NOW` and are served at the time they were made.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

JANE: dict[str, Any] = {
    "uuid": "00000000-0000-4000-8000-00000000000a",
    "name": "jane@example.com",
    "created_at": "2026-01-01T08:00:00Z",
    "distinct_ids": ["jane", "jane-phone"],
    "properties": {"email": "jane@example.com", "$geoip_country_code": "DE", "plan": "pro", "age": 41},
}
OMAR: dict[str, Any] = {
    "uuid": "00000000-0000-4000-8000-00000000000b",
    "name": "omar@shop.example",
    "created_at": "2026-02-01T08:00:00Z",
    "distinct_ids": ["omar"],
    "properties": {"email": "omar@shop.example", "$geoip_country_code": "US", "staff": True},
}


@dataclass(frozen=True)
class Event:
    """An analytics event some seconds after the start of its recording."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: float = 1


@dataclass(frozen=True)
class Recording:
    """A recording that starts some time before `NOW`."""

    id: str
    ago: timedelta = timedelta(hours=1)
    distinct_id: str = "jane"
    person: Mapping[str, Any] | None = field(default_factory=lambda: JANE)
    events: Sequence[Event] = ()
    lines: Sequence[str] | None = None
    blocks: Sequence[int] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def start(self) -> datetime:
        return NOW - self.ago


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def snapshot(recording_start: datetime, after: float, **event: Any) -> str:
    """Write one snapshot line."""
    timestamp = milliseconds(recording_start) + int(after * 1000)
    return json.dumps(["window", {"type": 3, "data": {"source": 1}, **event, "timestamp": timestamp}])


def console(recording_start: datetime, level: str, *words: str) -> str:
    """Write the snapshot line of a console message."""
    payload = {"level": level, "trace": [], "payload": [json.dumps(word) for word in words]}
    data = {"plugin": "rrweb/console@1", "payload": payload}
    return snapshot(recording_start, 2, type=6, data=data)


def write_recording(directory: Path, recording: Recording) -> None:
    """Write the folder of a recording."""
    folder = directory / recording.id.replace("/", "_")
    folder.mkdir(parents=True)
    (folder / "recording.json").write_text(json.dumps(_metadata(recording)), encoding="utf-8")
    lines = [snapshot(recording.start, 1)] if recording.lines is None else recording.lines
    text = "".join(f"{line}\n" for line in lines)
    (folder / "snapshots.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    events = [_event(recording, index, event) for index, event in enumerate(recording.events)]
    (folder / "events.json.gz").write_bytes(gzip.compress(json.dumps(events).encode()))


def _metadata(recording: Recording) -> dict[str, Any]:
    duration = recording.metadata.get("recording_duration", 60)
    return {
        "id": recording.id,
        "distinct_id": recording.distinct_id,
        "person": recording.person,
        "start_time": recording.start.isoformat(),
        "end_time": (recording.start + timedelta(seconds=duration)).isoformat(),
        "recording_duration": duration,
        "active_seconds": 20,
        "inactive_seconds": 40,
        "click_count": 3,
        "keypress_count": 2,
        "mouse_activity_count": 10,
        "console_log_count": 0,
        "console_warn_count": 0,
        "console_error_count": 0,
        "start_url": "http://shop.example/",
        "snapshot_source": "web",
        "snapshot_library": "web",
        "blocks": recording.blocks,
        **recording.metadata,
    }


def _event(recording: Recording, index: int, event: Event) -> dict[str, Any]:
    return {
        "uuid": f"{recording.id}-{index}",
        "event": event.name,
        "timestamp": (recording.start + timedelta(seconds=event.after)).isoformat().replace("+00:00", "Z"),
        "distinct_id": recording.distinct_id,
        "properties": {**event.properties, "$session_id": recording.id},
    }
