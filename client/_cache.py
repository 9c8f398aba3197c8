"""Keep answers that are scarce, for a short while and in memory only."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recordings_mcp.client._clock import Clock
from recordings_mcp.client._inflate import MEBIBYTE
from recordings_mcp.client._models import SnapshotSource

SECONDS = 15.0
"""How long a search, or the list of a recording's data, is answered from memory."""

SECONDS_WHEN_QUIET = 600.0
"""How long the list of data is kept of a session that is over: as long as a call that waits for its turn, so
that the next call can go on from there. Not longer, since PostHog may store its last blocks late."""

SECONDS_WHEN_FINAL = 3600.0
"""How long the list of data is kept that changes no more. Not for ever: somebody may delete the recording."""

LARGEST_CACHE = 16 * MEBIBYTE
LARGEST_KEPT_ANSWER = MEBIBYTE

QUIET_AFTER = timedelta(minutes=30)
"""PostHog's library begins another session after 30 minutes without activity."""

FINAL_AFTER = timedelta(hours=24)
"""Age at which PostHog's documentation calls a recording's data immutable."""


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    until: float


class AnswerMemory:
    """Memory for the answers of one or several connections: the least recently used of all make room.

    Args:
        most_bytes: How much they may take up together.
    """

    def __init__(self, most_bytes: int = LARGEST_CACHE) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[object, str], _Kept] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes that are taken up."""
        return self._size

    def find(self, owner: object, question: str, now: float) -> bytes | None:
        """Give what this owner was answered, if it is kept and still good."""
        kept = self._kept.get((owner, question))
        if kept is None or kept.until <= now:
            return None
        self._kept.move_to_end((owner, question))
        return kept.body

    def keep(self, owner: object, question: str, body: bytes, until: float) -> None:
        """Keep an answer in place of the one before."""
        self._drop((owner, question))
        self._kept[owner, question] = _Kept(body, until)
        self._size += len(body)
        while self._size > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def forget(self, owner: object) -> None:
        """Drop all that this owner was answered."""
        for key in [key for key in self._kept if key[0] is owner]:
            self._drop(key)

    def _drop(self, key: tuple[object, str]) -> None:
        if kept := self._kept.pop(key, None):
            self._size -= len(kept.body)


class AnswerCache:
    """Answers by what was asked.

    It belongs to one connection, so to one host and one API key, also where the memory is shared with others;
    the project is part of what is asked. Answers are kept as they came, so that nobody can change what the
    next one gets.
    """

    def __init__(self, clock: Clock, memory: AnswerMemory) -> None:
        self._clock = clock
        self._memory = memory
        self._emptied = 0

    def find(self, question: str) -> bytes | None:
        """Give the answer to a question if it is kept and still good."""
        return self._memory.find(self, question, self._clock.now())

    def keeper(self, question: str) -> Callable[[bytes, float], None]:
        """Give what keeps the answer to a question that is sent now, for so many seconds.

        It keeps nothing when something was changed while the question was under way.
        """
        emptied = self._emptied

        def keep(body: bytes, seconds: float) -> None:
            if emptied == self._emptied and 0 < len(body) <= LARGEST_KEPT_ANSWER:
                self._memory.keep(self, question, body, self._clock.now() + seconds)

        return keep

    def empty(self) -> None:
        """Forget everything, because something was changed or nobody will ask again."""
        self._memory.forget(self)
        self._emptied += 1


def seconds_for_sources(sources: list[SnapshotSource]) -> float:
    """Say how long the list of a recording's data stays good."""
    if _is_older(sources, FINAL_AFTER):
        return SECONDS_WHEN_FINAL
    return SECONDS_WHEN_QUIET if _is_older(sources, QUIET_AFTER) else SECONDS


def _is_older(sources: list[SnapshotSource], age: timedelta) -> bool:
    """Whether all of it ended that long ago; what was moved to long-term storage did."""
    before = datetime.now(UTC) - age
    return bool(sources) and all(
        source.source == "blob_v2_lts" or (source.end_timestamp is not None and source.end_timestamp < before)
        for source in sources
    )
