"""What PostHog's ingestion counts in a recording.

Source of all definitions: PostHog/posthog, session-recording-v2: `rrweb-types.ts` (clicks, keypresses,
mouse activity, console levels), `segmentation.ts` (active time), `session-recorder.ts` (per block).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = Mapping[str, Any]

_INCREMENTAL, _PLUGIN = 3, 6
_MOUSE_MOVE, _MOUSE_INTERACTION, _INPUT, _TOUCH_MOVE = 1, 2, 5, 6
# Click, context menu, double click, touch end: PostHog's click count is wider than "clicks".
_CLICK_TYPES = frozenset({2, 3, 4, 9})
_MOUSE_ACTIVITY = frozenset({_MOUSE_MOVE, _MOUSE_INTERACTION, _TOUCH_MOVE})
# Moves, interactions, scrolls, resizes, inputs, touches, media and drags.
_ACTIVE = frozenset({1, 2, 3, 4, 5, 6, 7, 12})
_ACTIVITY_THRESHOLD = 5000
_CONSOLE_LEVELS = {"warn": "warn", "countReset": "warn", "error": "error", "assert": "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The counts of one recording; `active_milliseconds` is the sum over its blocks."""

    click_count: int
    keypress_count: int
    mouse_activity_count: int
    console_log_count: int
    console_warn_count: int
    console_error_count: int
    active_milliseconds: float


def count_activity(blocks: Sequence[Sequence[Event]]) -> Activity:
    """Return the counts that PostHog's ingestion computes from blocks of rrweb events."""
    events = [event for block in blocks for event in block]
    levels = [level for event in events if (level := _console_level(event))]
    return Activity(
        click_count=sum(_is_interaction(event, _CLICK_TYPES) for event in events),
        keypress_count=sum(_source(event) == _INPUT for event in events),
        mouse_activity_count=sum(_source(event) in _MOUSE_ACTIVITY for event in events),
        console_log_count=levels.count("log"),
        console_warn_count=levels.count("warn"),
        console_error_count=levels.count("error"),
        active_milliseconds=sum(_active_milliseconds(block) for block in blocks),
    )


def count_clicks(events: Iterable[Event]) -> int:
    """Return the number of clicks in the narrow sense: `click` events of the browser."""
    return sum(_is_interaction(event, frozenset({2})) for event in events)


def _source(event: Event) -> int | None:
    if event["type"] != _INCREMENTAL:
        return None
    source: int = event["data"]["source"]
    return source


def _is_interaction(event: Event, types: frozenset[int]) -> bool:
    return _source(event) == _MOUSE_INTERACTION and event["data"]["type"] in types


def _console_level(event: Event) -> str | None:
    if event["type"] != _PLUGIN or event["data"]["plugin"] != "rrweb/console@1":
        return None
    return _CONSOLE_LEVELS.get(event["data"]["payload"]["level"], "log")


def _active_milliseconds(block: Sequence[Event]) -> float:
    """Return the total length of the active segments; a segment without length counts as 1 ms.

    An active segment runs from an active event to the last event before 5,000 ms without one.
    """
    total, begin, end, last_active = 0.0, 0.0, 0.0, None
    for event in sorted(block, key=lambda event: event["timestamp"]):
        t, active = event["timestamp"], _source(event) in _ACTIVE
        if last_active is not None and t - last_active <= _ACTIVITY_THRESHOLD:
            end = t
        else:
            total += max(1, end - begin) if last_active is not None else 0
            begin = end = t
            last_active = None
        last_active = t if active else last_active
    return total + (max(1, end - begin) if last_active is not None else 0)
