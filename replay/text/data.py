"""Timelines as plain data, for programs."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from recordings_mcp.replay.model import Observation, Timeline
from recordings_mcp.replay.signals.activity import active_seconds
from recordings_mcp.replay.text.line import what


def observation_as_dict(observation: Observation) -> dict[str, Any]:
    """Return an observation's fields by name, including those of its kind, and its English `line`.

    `target` holds `role`, `name` and `attribute`, or is None.
    """
    fields = asdict(observation)
    facts: dict[str, Any] | None = fields.pop("facts")
    return fields | (facts or {}) | {"line": what(observation)}


def timeline_as_dict(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as `{"recording": {...}, "observations": [...], "coverage": {...}}`.

    `recording` holds `start` (ISO 8601 in UTC), `duration` and `active` (seconds), `windows` (ids in order of
    appearance) and `device` (kind, browser and system, if events report them).
    """
    return {
        "recording": {
            "start": datetime.fromtimestamp(timeline.start / 1000, UTC).isoformat(timespec="milliseconds"),
            "duration": timeline.duration,
            "active": active_seconds(timeline.activity),
            "windows": list(dict.fromkeys(observation.window for observation in timeline.observations)),
            "device": asdict(timeline.device),
        },
        "observations": [observation_as_dict(observation) for observation in timeline.observations],
        "coverage": asdict(timeline.coverage),
    }
