"""Cache answers whose rate limits are low, for a short while and in memory only."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recordings_mcp.client._deadline import Clock
from recordings_mcp.client._decompress import MEBIBYTE
from recordings_mcp.client._models import SnapshotSource

TTL = 15.0
"""Seconds for which a search, or the list of a recording's data, is answered from the cache."""

TTL_WHEN_QUIET = 600.0
"""The same for the list of data of a session that is over: as long as a call may wait for rate limits, so
that the next call can resume it. Not longer, since PostHog may store the last blocks late."""

TTL_WHEN_FINAL = 3600.0
"""The same for a list of data that no longer changes. Not forever: somebody may delete the recording."""

LARGEST_CACHE = 16 * MEBIBYTE
LARGEST_CACHED_ANSWER = MEBIBYTE

QUIET_AFTER = timedelta(minutes=30)
"""PostHog's library starts another session after 30 minutes without activity."""

FINAL_AFTER = timedelta(hours=24)
"""Age at which PostHog's documentation calls a recording's data immutable."""


@dataclass(frozen=True, slots=True)
class _Entry:
    body: bytes
    expires: float


class AnswerMemory:
    """Memory for the answers of one or several connections: the least recently used of all are dropped.

    Args:
        most_bytes: Bytes that they may take up together.
    """

    def __init__(self, most_bytes: int = LARGEST_CACHE) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[tuple[object, str], _Entry] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes that are taken up."""
        return self._size

    def find(self, owner: object, key: str, now: float) -> bytes | None:
        """Return this owner's answer, if it is cached and not expired."""
        entry = self._entries.get((owner, key))
        if entry is None or entry.expires <= now:
            return None
        self._entries.move_to_end((owner, key))
        return entry.body

    def keep(self, owner: object, key: str, body: bytes, expires: float) -> None:
        """Cache an answer in place of the one before."""
        self._drop((owner, key))
        self._entries[owner, key] = _Entry(body, expires)
        self._size += len(body)
        while self._size > self._most_bytes:
            self._drop(next(iter(self._entries)))

    def forget(self, owner: object) -> None:
        """Drop all answers of this owner."""
        for key in [key for key in self._entries if key[0] is owner]:
            self._drop(key)

    def _drop(self, key: tuple[object, str]) -> None:
        if entry := self._entries.pop(key, None):
            self._size -= len(entry.body)


class AnswerCache:
    """The answers of one connection, so of one host and one API key, also where the memory is shared.

    The project is part of a key. Answers are kept as the bytes that came, so that nobody can change what the
    next caller gets.

    Attributes:
        generation: Changes when the cache is cleared.
    """

    def __init__(self, clock: Clock, memory: AnswerMemory) -> None:
        self._clock = clock
        self._memory = memory
        self.generation = 0

    def find(self, key: str) -> bytes | None:
        """Return the answer if it is cached and not expired."""
        return self._memory.find(self, key, self._clock.now())

    def keep(self, key: str, body: bytes, ttl: float, generation: int) -> None:
        """Cache an answer for so many seconds.

        Args:
            key: The request's cache key.
            body: The answer.
            ttl: Seconds for which it may be reused.
            generation: That of the cache when the request was sent. If the cache was cleared since, the
                answer may be from before a change and is not cached.
        """
        if generation == self.generation and 0 < len(body) <= LARGEST_CACHED_ANSWER:
            self._memory.keep(self, key, body, self._clock.now() + ttl)

    def clear(self) -> None:
        """Drop everything, because something was changed or the connection is closed."""
        self._memory.forget(self)
        self.generation += 1


def sources_ttl(sources: list[SnapshotSource]) -> float:
    """Return the seconds for which the list of a recording's data may be reused."""
    if _ended_before(sources, FINAL_AFTER):
        return TTL_WHEN_FINAL
    return TTL_WHEN_QUIET if _ended_before(sources, QUIET_AFTER) else TTL


def _ended_before(sources: list[SnapshotSource], age: timedelta) -> bool:
    """Return whether all of it ended that long ago; what was moved to long-term storage did."""
    before = datetime.now(UTC) - age
    return bool(sources) and all(
        source.source == "blob_v2_lts" or (source.end_timestamp is not None and source.end_timestamp < before)
        for source in sources
    )
