"""The committed recordings, read back as they were written."""

import gzip
import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parents[2] / "sandbox" / "recordings"
FILES = ("events.json.gz", "recording.json", "snapshots.jsonl.gz", "truth.json")
_COMPRESSED_FIELDS = ("adds", "removes", "texts", "attributes")


@dataclass(frozen=True)
class Recording:
    """One folder: its metadata, its truth, its analytics events, and the lines of its stream."""

    name: str
    metadata: dict[str, Any]
    truth: dict[str, Any]
    events: list[dict[str, Any]]
    lines: list[bytes]

    @cached_property
    def stream(self) -> list[tuple[str, dict[str, Any]]]:
        """Window and event of each line; what posthog-js sent twice is there once, and decompressed."""
        return [decoded(line) for line in dict.fromkeys(self.lines)]

    @cached_property
    def plain_text(self) -> str:
        """All of it as text, nothing left compressed."""
        everything = [self.metadata, self.truth, self.events, self.stream]
        return json.dumps(everything, ensure_ascii=False)

    @property
    def time_range(self) -> tuple[float, float]:
        """First and last timestamp of the stream, in milliseconds since the epoch."""
        times = [event["timestamp"] for _, event in self.stream]
        return min(times), max(times)


def read_recordings() -> list[Recording]:
    return [_read(folder) for folder in sorted(RECORDINGS.iterdir())]


def decoded(line: bytes) -> tuple[str, dict[str, Any]]:
    window, event = json.loads(line)
    data = event["data"]
    if "cv" in event and isinstance(data, str):
        event["data"] = _inflate(data)
    elif "cv" in event:
        compressed = {key: data[key] for key in _COMPRESSED_FIELDS if isinstance(data.get(key), str)}
        data.update({key: _inflate(value) for key, value in compressed.items()})
    return window, event


def _read(folder: Path) -> Recording:
    return Recording(
        name=folder.name,
        metadata=json.loads((folder / "recording.json").read_bytes()),
        truth=json.loads((folder / "truth.json").read_bytes()),
        events=json.loads(gzip.decompress((folder / "events.json.gz").read_bytes())),
        lines=gzip.decompress((folder / "snapshots.jsonl.gz").read_bytes()).splitlines(),
    )


def _inflate(field: str) -> Any:
    return json.loads(zlib.decompress(field.encode("latin-1"), wbits=31))
