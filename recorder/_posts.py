"""What posthog-js sends, decoded and sorted by session."""

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import time
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One captured event in the order of arrival; `arrived` is in milliseconds since the epoch."""

    event: dict[str, Any]
    arrived: float

    @property
    def name(self) -> str:
        """The name of the event: `$snapshot` has a part of a recording, all others are analytics."""
        name: str = self.event["event"]
        return name

    @property
    def properties(self) -> dict[str, Any]:
        """The properties of the event as posthog-js sent them."""
        properties: dict[str, Any] = self.event["properties"]
        return properties


@dataclass(slots=True)
class Mailbox:
    """The messages of all sessions, received by the shop's threads."""

    _messages: list[Message] = field(default_factory=list[Message])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, body: bytes) -> None:
        """Store the events of one request body."""
        arrived = time() * 1000
        messages = [Message(event, arrived) for event in _decode(body)]
        with self._lock:
            self._messages.extend(messages)

    def of_session(self, session_id: str) -> list[Message]:
        """Return the messages of one session, in order of arrival."""
        with self._lock:
            return [m for m in self._messages if m.properties.get("$session_id") == session_id]


def _decode(body: bytes) -> Iterator[dict[str, Any]]:
    plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    decoded = json.loads(plain)
    if isinstance(decoded, dict) and "batch" in decoded:
        yield from decoded["batch"]
    elif isinstance(decoded, list):
        yield from decoded
    else:
        yield decoded
