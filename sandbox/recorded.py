"""Recordings on disk: one folder each, read without their snapshots until somebody asks for those.

A folder holds `recording.json` (metadata as ingestion computes it), `events.json.gz` (the analytics events of
the session) and `snapshots.jsonl.gz` (the lines of the recording, `["windowId", event]`, in the order of
arrival). The last two may be missing.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict


class RecordedPerson(BaseModel):
    """Who was recorded."""

    model_config = ConfigDict(frozen=True)

    uuid: str
    name: str
    created_at: datetime
    distinct_ids: list[str]
    properties: dict[str, Any]


class Metadata(BaseModel):
    """What ingestion knows of a recording. Durations are in seconds.

    `blocks` are the numbers of lines in each block, in the order of the lines; `None` makes one block of all.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    distinct_id: str
    person: RecordedPerson | None = None
    start_time: datetime
    end_time: datetime
    recording_duration: int
    active_seconds: float
    inactive_seconds: float
    click_count: int
    keypress_count: int
    mouse_activity_count: int
    console_log_count: int
    console_warn_count: int
    console_error_count: int
    start_url: str | None = None
    snapshot_source: str = "web"
    snapshot_library: str | None = None
    blocks: list[int] | None = None


class RecordedEvent(BaseModel):
    """One analytics event of the session."""

    model_config = ConfigDict(frozen=True)

    uuid: str
    event: str
    timestamp: datetime
    distinct_id: str
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording on disk."""

    folder: Path
    metadata: Metadata
    events: tuple[RecordedEvent, ...]


def read_recordings(directory: Path) -> tuple[Recorded, ...]:
    """Read all folders of a directory, oldest recording first.

    A directory is parsed once a process as long as its files do not change.
    """
    folders = sorted(path.parent for path in directory.glob("*/recording.json"))
    return _read_folders(tuple((folder, _changed(folder)) for folder in folders))


def read_blocks(folder: Path, sizes: list[int] | None) -> list[list[bytes]]:
    """Read the lines of a recording, without line ends, in blocks of the given numbers of lines."""
    path = folder / "snapshots.jsonl.gz"
    content = gzip.decompress(path.read_bytes()) if path.exists() else b""
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    if sizes is None:
        return [lines] if lines else []
    rest = iter(lines)
    return [list(islice(rest, size)) for size in sizes]


def console_lines(folder: Path) -> Iterator[tuple[str, str]]:
    """Read level (`info`, `warn` or `error`) and text of each line the console plugin recorded."""
    for line in _lines(folder):
        if b'"rrweb/console@1"' not in line:
            continue
        try:
            payload = orjson.loads(line)[1]["data"]["payload"]
        except (orjson.JSONDecodeError, LookupError, TypeError):
            continue
        words = (str(word).strip('"') for word in payload.get("payload", []))
        yield _console_level(payload.get("level")), " ".join(words)


def _lines(folder: Path) -> Iterator[bytes]:
    for block in read_blocks(folder, None):
        yield from block


def _console_level(level: object) -> str:
    if level in ("error", "assert"):
        return "error"
    return "warn" if level == "warn" else "info"


def _changed(folder: Path) -> tuple[int, ...]:
    return tuple(
        path.stat().st_mtime_ns
        for path in (folder / "recording.json", folder / "events.json.gz")
        if path.exists()
    )


@lru_cache(maxsize=8)
def _read_folders(folders: tuple[tuple[Path, tuple[int, ...]], ...]) -> tuple[Recorded, ...]:
    recordings = (_read_folder(folder) for folder, _changed in folders)
    return tuple(
        sorted(recordings, key=lambda recorded: (recorded.metadata.start_time, recorded.folder.name))
    )


def _read_folder(folder: Path) -> Recorded:
    metadata = Metadata.model_validate_json((folder / "recording.json").read_bytes())
    path = folder / "events.json.gz"
    events: list[Any] = orjson.loads(gzip.decompress(path.read_bytes())) if path.exists() else []
    return Recorded(folder, metadata, tuple(RecordedEvent.model_validate(event) for event in events))
