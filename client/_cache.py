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

SECONDS_WHEN_FINAL = 3600.0
"""How long the list of data is kept that changes no more. Not for ever: somebody may delete the recording."""

LARGEST_CACHE = 16 * MEBIBYTE
LARGEST_KEPT_ANSWER = MEBIBYTE

FINAL_AFTER = timedelta(hours=24)
"""Age at which PostHog's documentation calls a recording's data immutable."""


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    until: float


class AnswerCache:
    """Answers by what was asked: the least recently used ones go when they are over 16 MiB in all.

    It belongs to one connection, so to one host and one API key; the project is part of what is asked.
    Answers are kept as they came, so that nobody can change what the next one gets.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0
        self._emptied = 0

    def find(self, question: str) -> bytes | None:
        """Give the answer to a question if it is kept and still good."""
        kept = self._kept.get(question)
        if kept is None or kept.until <= self._clock.now():
            return None
        self._kept.move_to_end(question)
        return kept.body

    def keeper(self, question: str) -> Callable[[bytes, float], None]:
        """Give what keeps the answer to a question that is sent now, for so many seconds.

        It keeps nothing when something was changed while the question was under way.
        """
        emptied = self._emptied

        def keep(body: bytes, seconds: float) -> None:
            if emptied == self._emptied and 0 < len(body) <= LARGEST_KEPT_ANSWER:
                self._keep(question, _Kept(body, self._clock.now() + seconds))

        return keep

    def empty(self) -> None:
        """Forget everything, because something was changed."""
        self._kept.clear()
        self._size = 0
        self._emptied += 1

    def _keep(self, question: str, kept: _Kept) -> None:
        if before := self._kept.pop(question, None):
            self._size -= len(before.body)
        self._kept[question] = kept
        self._size += len(kept.body)
        while self._size > LARGEST_CACHE:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped.body)


def seconds_for_sources(sources: list[SnapshotSource]) -> float:
    """Say how long the list of a recording's data stays good."""
    final = bool(sources) and all(_is_final(source) for source in sources)
    return SECONDS_WHEN_FINAL if final else SECONDS


def _is_final(source: SnapshotSource) -> bool:
    if source.source == "blob_v2_lts":
        return True
    return source.end_timestamp is not None and source.end_timestamp < datetime.now(UTC) - FINAL_AFTER
