"""One browser tab's lines, before they are decoded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from recordings_mcp.replay.intake.compression import encode_json

Event = dict[str, Any]

HEAD_BYTES: Final = 30
"""So many first bytes of an event tell what it may be."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What to do about a line without decoding it.

    Attributes:
        rest: What must follow the first bytes of its event, one of these; None if anything may.
        take: Takes the line in a window at a time in milliseconds.
    """

    rest: tuple[bytes, ...] | None
    take: Callable[[Any, float, bytes], None]


class Stream:
    """The lines of one browser tab.

    Attributes:
        id: The tab, as the recorder named it.
        prefix: How its lines begin.
        shortcuts: What takes lines of it that need not be decoded now, by their first bytes.
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
