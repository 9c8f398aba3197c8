"""The four files of a recorded session, in a folder of its name.

- `snapshots.jsonl.gz`: `["windowId", {event}]` a line, events as posthog-js sent them and as they arrived;
  what it sent twice is there twice.
- `events.json.gz`: the analytics events of the session, by timestamp, with the properties posthog-js
  gave them.
- `recording.json`: what PostHog's ingestion would have made of it; `blocks` are the numbers of lines of
  each block in which the lines are handed out.
- `truth.json`: what the script did, see `recorder/_truth.py`.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from recorder._activity import Event, count_activity
from recorder._posts import Message
from recorder._session import RecordedSession

# PostHog's ingestion closes a block at every flush, some seconds apart (its default: 10).
_FLUSH_MILLISECONDS = 5000
_LONGEST_URL = 512
_META = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a recording: an rrweb event in a window."""

    window: str
    event: Event


def save(recorded: RecordedSession, folder: Path) -> None:
    """Write snapshots.jsonl.gz, events.json.gz, recording.json and truth.json."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = list(_blocks(recorded.messages))
    lines = [_as_json([line.window, line.event]) for block in blocks for line in block]
    events = _analytics_events(recorded.messages)
    _write_compressed(folder / "snapshots.jsonl.gz", "".join(line + "\n" for line in lines))
    _write_compressed(folder / "events.json.gz", _as_json(events))
    _write(folder / "recording.json", _metadata(recorded, blocks, events))
    _write(folder / "truth.json", recorded.truth.as_json())


def _blocks(messages: Sequence[Message]) -> Iterator[list[Line]]:
    snapshots = [message for message in messages if message.name == "$snapshot"]
    opened = snapshots[0].arrived

    def flush(message: Message) -> int:
        return int((message.arrived - opened) // _FLUSH_MILLISECONDS)

    for _, together in groupby(snapshots, key=flush):
        yield [
            Line(message.properties["$window_id"], event)
            for message in together
            for event in message.properties["$snapshot_data"]
        ]


def _analytics_events(messages: Sequence[Message]) -> list[dict[str, Any]]:
    events = [_stored(message) for message in messages if message.name != "$snapshot"]
    return sorted(events, key=lambda event: str(event["timestamp"]))


def _stored(message: Message) -> dict[str, Any]:
    event = message.event
    # PostHog moves person updates from beside the properties into them.
    updates = {key: event[key] for key in ("$set", "$set_once") if key in event}
    return {
        "uuid": event["uuid"],
        "event": event["event"],
        "timestamp": event["timestamp"],
        "distinct_id": event["properties"]["distinct_id"],
        "properties": {**event["properties"], **updates},
    }


def _metadata(
    recorded: RecordedSession, blocks: Sequence[Sequence[Line]], events: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    stream = [line.event for block in blocks for line in block]
    start, end = min(e["timestamp"] for e in stream), max(e["timestamp"] for e in stream)
    activity = count_activity([[line.event for line in block] for block in blocks])
    duration, active = int((end - start) / 1000), activity.active_milliseconds / 1000
    first = next(message for message in recorded.messages if message.name == "$snapshot")
    return {
        "id": recorded.session_id,
        "distinct_id": first.properties["distinct_id"],
        "person": _person(recorded, events, start),
        "start_time": _iso(start),
        "end_time": _iso(end),
        "recording_duration": duration,
        "active_seconds": round(min(active, duration), 3),
        "inactive_seconds": round(max(0, duration - active), 3),
        "click_count": activity.click_count,
        "keypress_count": activity.keypress_count,
        "mouse_activity_count": activity.mouse_activity_count,
        "console_log_count": activity.console_log_count,
        "console_warn_count": activity.console_warn_count,
        "console_error_count": activity.console_error_count,
        "start_url": _first_url(stream)[:_LONGEST_URL],
        "snapshot_source": "web",
        "snapshot_library": first.properties["$lib"],
        "blocks": [len(block) for block in blocks],
    }


def _person(recorded: RecordedSession, events: Sequence[dict[str, Any]], start: float) -> dict[str, Any]:
    shopper = recorded.session.shopper
    seen = _distinct_ids(events)
    known = {"email": shopper.email, "name": shopper.name, "plan": shopper.plan} if shopper.email else {}
    return {
        "uuid": str(shopper.uuid),
        "name": shopper.email or seen[0],
        "created_at": shopper.joined or _iso(start),
        "distinct_ids": seen,
        "properties": {
            **known,
            "$geoip_country_code": shopper.country_code,
            "$geoip_country_name": shopper.country,
            "$geoip_city_name": shopper.city,
            "$geoip_time_zone": shopper.timezone,
            **_browser(events),
        },
    }


def _distinct_ids(events: Sequence[dict[str, Any]]) -> list[str]:
    """Return all ids of the person, the latest first; signing in merges the anonymous one."""
    latest_first = [str(event["distinct_id"]) for event in reversed(events)]
    merged = [event["properties"].get("$anon_distinct_id") for event in events]
    return list(dict.fromkeys([*latest_first, *(str(distinct_id) for distinct_id in merged if distinct_id)]))


def _browser(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the person properties that PostHog takes from the latest event."""
    latest = events[-1]["properties"]
    names = ("$browser", "$browser_version", "$os", "$os_version", "$device_type")
    return {name: latest[name] for name in names if name in latest}


def _first_url(stream: Sequence[Event]) -> str:
    url: str = next(event["data"]["href"] for event in stream if event["type"] == _META)
    return url


def _iso(milliseconds: float) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_json(value: object) -> str:
    # As JavaScript writes it, so that lines are what posthog-js sent.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_compressed(path: Path, text: str) -> None:
    # Without a time or a file name in its header, the file depends on its content alone.
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
