"""The blocks of a recording's data: which to read, how to request them, and which did not arrive."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recordings_mcp.client._errors import LegacySnapshots, NoSnapshots, UnexpectedAnswer
from recordings_mcp.client._models import SnapshotSource

MOST_BLOCKS_AT_ONCE = 20
"""Blocks that PostHog's documentation allows in one request of an API key."""

_TOLERANCE = 1_000
"""Milliseconds by which a listed time may be off: some servers round them to seconds."""

_NUMBER = re.compile(r"[0-9]{1,6}")
_NAME = b'"timestamp"'
_TIMESTAMP = re.compile(rb'"timestamp"\s{0,9}:\s{0,9}([0-9]{13})')


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a recording's data that can be requested.

    Attributes:
        key: Number of the block, or its storage path when `source` is `blob_v2_lts`.
        source: `blob_v2` or `blob_v2_lts`.
        start: Time of its first event in ms since 1970; None when PostHog does not say.
        end: Time of its last event, likewise.
    """

    key: str
    source: str
    start: float | None
    end: float | None


def readable_blocks(sources: Iterable[SnapshotSource]) -> list[Block]:
    """Return the blocks to read, in order. What is listed a second time in an old format is left out.

    Raises:
        NoSnapshots: Nothing is listed.
        LegacySnapshots: Only old formats are listed.
        UnexpectedAnswer: A block has no usable key.
    """
    listed = list(sources)
    for kind in ("blob_v2", "blob_v2_lts"):
        if blocks := {source.blob_key: _block(source) for source in listed if source.source == kind}:
            return sorted(blocks.values(), key=_number)
    raise LegacySnapshots if listed else NoSnapshots


def fingerprint(blocks: Iterable[Block]) -> str:
    """Return a text that is the same as long as the same blocks are listed."""
    listed = [(block.source, block.key, block.start, block.end) for block in blocks]
    return hashlib.sha256(repr(listed).encode()).hexdigest()[:32]


def ranges(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """Return blocks grouped by consecutive numbers, at most 20 to a group; stored objects one by one."""
    groups: list[tuple[Block, ...]] = []
    group: list[Block] = list(blocks[:1])
    for before, block in pairwise(blocks):
        if len(group) == MOST_BLOCKS_AT_ONCE or _number(block) != _number(before) + 1:
            groups.append(tuple(group))
            group = []
        group.append(block)
    return [*groups, tuple(group)] if group else groups


def range_query(blocks: Sequence[Block]) -> dict[str, str]:
    """Return the parameters that request consecutive blocks, both ends included."""
    first, last = blocks[0], blocks[-1]
    if first.source == "blob_v2":
        return {"source": "blob_v2", "start_blob_key": first.key, "end_blob_key": last.key}
    return {"source": first.source, "blob_key": first.key}


class GapDetector:
    """Detect which of the requested blocks did not arrive.

    PostHog answers a range with fewer lines, and with 200, when it cannot read some of its blocks. The listed
    first and last times of a block are those of its first and last event. So once a quarter of the blocks
    arrived with both, every other one must have, too. Where fewer did, as on a server that rounds the times,
    a block counts as received when any line is from its time span, give or take a second.

    Not detected: a block whose first and last times other blocks share, as when the browser sent it twice,
    and one without listed times.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._spans = [
            (round(block.start), round(block.end), block.key)
            for block in blocks
            if block.start is not None and block.end is not None
        ]
        self._ends_not_seen = {moment for start, end, _ in self._spans for moment in (start, end)}
        self._nothing_within = list(self._spans)
        self._lines_without_time = 0

    def saw(self, line: bytes) -> None:
        """Note a line that was received."""
        if not self._ends_not_seen:
            return
        moment = _time(line)
        if moment is None:
            self._lines_without_time += 1
            return
        self._ends_not_seen.discard(moment)
        self._nothing_within = [
            span
            for span in self._nothing_within
            if not span[0] - _TOLERANCE <= moment <= span[1] + _TOLERANCE
        ]

    def missing(self) -> list[str]:
        """Return the keys of the blocks that did not arrive; none when lines without a time may be theirs."""
        incomplete = [span for span in self._spans if not self._ends_not_seen.isdisjoint(span[:2])]
        complete = len(self._spans) - len(incomplete)
        missing = incomplete if 4 * complete >= len(self._spans) else self._nothing_within
        return [key for _, _, key in missing] if len(missing) > self._lines_without_time else []


def _block(source: SnapshotSource) -> Block:
    key = source.blob_key
    if not key or (source.source == "blob_v2" and not _NUMBER.fullmatch(key)):
        raise UnexpectedAnswer("lists a part of the recording without a usable key")
    start, end = source.start_timestamp, source.end_timestamp
    return Block(
        key=key,
        source=source.source,
        start=start.timestamp() * 1000 if start else None,
        end=end.timestamp() * 1000 if end else None,
    )


def _number(block: Block) -> int:
    return int(block.key) if block.source == "blob_v2" else 0


def _time(line: bytes) -> int | None:
    """Return a line's time without decoding it: the last `timestamp` is the event's own."""
    found = _TIMESTAMP.match(line, line.rfind(_NAME))
    return int(found[1]) if found else None
