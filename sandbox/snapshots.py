"""The storage of snapshots: blocks of lines, read from disk and moved in time on demand."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import cramjam
import orjson

from recordings_mcp.sandbox.clock import shift_line
from recordings_mcp.sandbox.recorded import read_blocks
from recordings_mcp.sandbox.settings import SandboxSettings
from recordings_mcp.sandbox.store import Row

_KEPT_RECORDINGS = 4


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines of a recording. `start` and `end` are milliseconds since the epoch."""

    lines: bytes
    start: float
    end: float


class SnapshotStorage:
    """Reads the blocks of recordings, and caches those of the last few."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._failing = settings.failing_blocks
        self._kept: OrderedDict[str, list[Block]] = OrderedDict()
        self._lock = threading.Lock()

    def blocks(self, recording: Row) -> list[Block]:
        """Return all blocks of a recording, in order."""
        with self._lock:
            found = self._kept.pop(recording["id"], None)
            blocks = _read(recording) if found is None else found
            self._kept[recording["id"]] = blocks
            if len(self._kept) > _KEPT_RECORDINGS:
                self._kept.popitem(last=False)
            return blocks

    def fetch(self, recording: Row, first: int, last: int) -> list[bytes] | None:
        """Return the blocks from first to last that the storage can deliver, or None if it fails for all."""
        blocks = self.blocks(recording)
        failing = self._failing.get(recording["id"], frozenset())
        wanted = range(first, last + 1)
        fetched = [blocks[index].lines for index in wanted if index not in failing]
        return None if wanted and not fetched else fetched


def compressed(block: bytes) -> bytes:
    """Return a block compressed with raw snappy."""
    return bytes(cramjam.snappy.compress_raw(block))


def _read(recording: Row) -> list[Block]:
    sizes = None if recording["blocks"] is None else orjson.loads(recording["blocks"])
    offset = recording["offset"]
    blocks: list[Block] = []
    moment: float = recording["start_time"]
    for lines in read_blocks(Path(recording["folder"]), sizes):
        shifted = [shift_line(line, offset) for line in lines]
        moments = [found for _line, found in shifted if found is not None] or [moment]
        moment = max(moments)
        blocks.append(Block(b"".join(line + b"\n" for line, _moment in shifted), min(moments), moment))
    return blocks
