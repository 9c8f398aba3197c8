"""Recordings on disk: one folder each. Snapshots are read on demand.

A folder holds `recording.json` (metadata as ingestion computes it), `events.json.gz` (the analytics events of
the session) and `snapshots.jsonl.gz` (the lines of the recording, `["windowId", event]`, in the order of
arrival). The last two may be missing. The properties of a session and the pages it visited follow from its
events.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from pydantic import BaseModel, ConfigDict

_ENTRY_PROPERTIES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid")


class RecordedPerson(BaseModel):
    """The recorded person."""

    model_config = ConfigDict(frozen=True)

    uuid: str
    name: str
    created_at: datetime
    distinct_ids: list[str]
    properties: dict[str, Any]


class Metadata(BaseModel):
    """The metadata of a recording, as ingestion computes it. Durations are in seconds.

    `blocks` are the numbers of lines in each block, in order; `None` puts all lines into one block.
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
    """Return the recordings of a directory, oldest first.

    A directory is parsed once per process, until its files change.
    """
    folders = sorted(path.parent for path in directory.glob("*/recording.json"))
    return _read_folders(tuple((folder, _changed(folder)) for folder in folders))


def read_blocks(folder: Path, sizes: list[int] | None) -> list[list[bytes]]:
    """Return the lines of a recording, without line ends, in blocks of the given numbers of lines."""
    path = folder / "snapshots.jsonl.gz"
    content = gzip.decompress(path.read_bytes()) if path.exists() else b""
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    if sizes is None:
        return [lines] if lines else []
    rest = iter(lines)
    return [list(islice(rest, size)) for size in sizes]


def console_lines(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the level (`info`, `warn` or `error`) and the text of each recorded console line."""
    for line in chain.from_iterable(read_blocks(folder, None)):
        if b'"rrweb/console@1"' not in line:
            continue
        try:
            payload = orjson.loads(line)[1]["data"]["payload"]
        except (orjson.JSONDecodeError, LookupError, TypeError):
            continue
        words = (str(word).strip('"') for word in payload.get("payload", []))
        yield _console_level(payload.get("level")), " ".join(words)


def visited_pages(recorded: Recorded) -> list[str]:
    """Return the URLs of a recording, each once, in the order of the first visit."""
    urls = [recorded.metadata.start_url, *(event.properties.get("$current_url") for event in recorded.events)]
    return list(dict.fromkeys(url for url in urls if isinstance(url, str)))


def session_properties(recorded: Recorded) -> dict[str, Any]:
    """Return the properties of a session, under the names that filters of type `session` use."""
    events = sorted(recorded.events, key=lambda event: event.timestamp)
    names = [event.event for event in events]
    pages = [event for event in events if "$current_url" in event.properties]
    return {
        "$session_duration": recorded.metadata.recording_duration,
        "$pageview_count": names.count("$pageview"),
        "$autocapture_count": names.count("$autocapture"),
        "$screen_count": names.count("$screen"),
        **(_entry_and_end(pages) if pages else {}),
    }


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


def _entry_and_end(pages: list[RecordedEvent]) -> dict[str, Any]:
    entry = pages[0].properties
    first, last = str(entry["$current_url"]), str(pages[-1].properties["$current_url"])
    found: dict[str, Any] = {
        "$entry_current_url": first,
        "$entry_pathname": urlsplit(first).path,
        "$entry_hostname": urlsplit(first).hostname,
        "$entry_referring_domain": entry.get("$referring_domain"),
        "$end_current_url": last,
        "$end_pathname": urlsplit(last).path,
    }
    found.update({f"$entry_{name}": entry.get(name) for name in _ENTRY_PROPERTIES})
    return {key: value for key, value in found.items() if value is not None}
