"""One browser tab's lines, before they are decoded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from recordings_mcp.replay.intake.compression import encode_json
from recordings_mcp.replay.shapes import is_fields

Event = dict[str, Any]

HEAD_BYTES: Final = 30
"""This many first bytes of an event identify what it may be."""


def in_usual_order(event: Event, at: object) -> Event:
    """Return an event with its members in the order in which rrweb and posthog-js write them.

    Lines in this order need not be decoded. Members that nothing reads are left out.

    Args:
        event: The event, with its data as they were recorded.
        at: Its time.
    """
    data = event.get("data")
    if is_fields(data) and "source" in data and next(iter(data)) != "source":
        data = {"source": data["source"], **data}
    usual = {"type": event.get("type"), "data": data, "timestamp": at}
    return {**usual, "cv": event["cv"]} if "cv" in event else usual


@dataclass(frozen=True, slots=True)
class Shortcut:
    """How to handle a line without decoding it.

    Attributes:
        rest: One of these must follow the first bytes of its event; None if anything may.
        handle: Is called with the window, the time in milliseconds and the line.
    """

    rest: tuple[bytes, ...] | None
    handle: Callable[[Any, float, bytes], None]


class Stream:
    """The lines of one browser tab.

    Attributes:
        id: The recorder's id of the tab.
        prefix: The bytes with which its lines begin.
        shortcuts: How to handle lines that need not be decoded now, by their first bytes.
        oldest: The time of its earliest event so far, in milliseconds since 1970.
        newest: The time of its latest event so far.
    """

    __slots__ = ("id", "newest", "oldest", "prefix", "shortcuts")

    def __init__(self, window_id: str) -> None:
        self.id = window_id
        self.prefix = encode_json([window_id])[:-1] + b","
        self.shortcuts: dict[bytes, Shortcut] = {}
        self.oldest = float("inf")
        self.newest = float("-inf")
