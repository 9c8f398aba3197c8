"""The events of a recording, read without the code that is under test."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from recordings_mcp.replay.shapes import is_fields, is_items, items_of

Event = dict[str, Any]

_COMPRESSED = ("adds", "removes", "texts", "attributes")


def windows_of(path: Path) -> dict[str, list[Event]]:
    """Return the events of each window in the order of time: inflated, without exact duplicates.

    Raises:
        ValueError: There is no list of events.
    """
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    windows: dict[str, list[Event]] = {}
    seen: set[tuple[str, str]] = set()
    for window, event in sorted(_pairs(content), key=lambda pair: pair[1]["timestamp"]):
        text = json.dumps(event, sort_keys=True)
        if (window, text) not in seen:
            seen.add((window, text))
            windows.setdefault(window, []).append(_inflated(event))
    return windows


def _pairs(content: bytes) -> list[tuple[str, Event]]:
    """Return all events with their windows, from any of the forms in which recordings are stored."""
    found: Any
    try:
        found = json.loads(content)
    except json.JSONDecodeError:
        found = [json.loads(line) for line in content.splitlines() if line.strip()]
    while is_fields(found) and "type" not in found:
        lists = [found[name] for name in ("rrweb_data", "data", "snapshots", "events") if name in found]
        if not lists:
            raise ValueError("There is no list of events in this file.")
        found = lists[0]
    pairs: list[tuple[str, Event]] = []
    for entry in items_of(found) or [found]:
        if is_items(entry):
            pairs.append((str(entry[0]), entry[1]))
        elif "window_id" in entry and is_items(entry.get("data")):
            pairs += [(str(entry["window_id"]), event) for event in entry["data"]]
        else:
            pairs.append((str(entry.get("windowId") or entry.get("window_id") or ""), entry))
    return pairs


def _inflated(event: Event) -> Event:
    if "cv" not in event:
        return event
    data: Any = event["data"]
    if isinstance(data, str):
        data = _inflate(data)
    else:
        data = {k: _inflate(v) if k in _COMPRESSED and isinstance(v, str) else v for k, v in data.items()}
    return {"type": event["type"], "timestamp": event["timestamp"], "data": data}


def _inflate(text: str) -> Any:
    return json.loads(zlib.decompress(text.encode("latin-1"), 31))
