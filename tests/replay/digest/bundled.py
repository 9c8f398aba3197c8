"""The project's own recordings, read."""

import gzip
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from recordings_mcp.replay import (
    AnalyticsEvent,
    Digest,
    Timeline,
    digest_timeline,
    read_timeline,
    recording_lines,
)

FOLDER = Path(__file__).parents[3] / "sandbox" / "recordings"
NAMES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


@cache
def timeline_of(name: str) -> Timeline:
    events = json.loads(gzip.decompress((FOLDER / name / "events.json.gz").read_bytes()))
    return read_timeline(
        recording_lines((FOLDER / name / "snapshots.jsonl.gz").read_bytes()),
        [
            AnalyticsEvent(
                event["event"],
                datetime.fromisoformat(event["timestamp"]).timestamp() * 1000,
                event["properties"],
                event["uuid"],
            )
            for event in events
        ],
    )


@cache
def digest_of(name: str) -> Digest:
    return digest_timeline(timeline_of(name))


def scripted_time(name: str, action: str, target: str, number: int = 1) -> float:
    """When the script did something for the nth time, in seconds from the recording's start."""
    truth: dict[str, Any] = json.loads((FOLDER / name / "truth.json").read_bytes())
    times: list[float] = [
        done["t"] for done in truth["actions"] if (done["action"], done["target"]) == (action, target)
    ]
    return (times[number - 1] - timeline_of(name).start) / 1000
