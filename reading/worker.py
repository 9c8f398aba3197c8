"""Walks recordings for another process: `python -m recordings_mcp.reading.worker`.

What is said between the two is in `_messages`. The process ends with its input, so it never outlives the one
that began it.
"""

import pickle
import sys
from contextlib import suppress
from typing import BinaryIO, Final

from recordings_mcp.reading.messages import ANSWER, LINES, MESSAGE, READY
from recordings_mcp.replay.model import AnalyticsEvent
from recordings_mcp.replay.walker import Walker

MOST_BYTES: Final = 320 * 1024 * 1024
"""Memory of this process. The largest pages that browsers still handle, of 100,000 nodes, take half of it."""


def main() -> None:
    """Walk recordings until the input ends."""
    _bound_memory()
    with suppress(BrokenPipeError, KeyboardInterrupt):  # whoever asked has gone
        _serve(sys.stdin.buffer, sys.stdout.buffer)


def _bound_memory() -> None:
    """Let the system refuse more memory: a recording made to cost it ends this process and nothing else."""
    try:
        import resource  # noqa: PLC0415 - POSIX has it
    except ImportError:
        return
    with suppress(OSError, ValueError):  # a lower bound is set already
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))


def _serve(source: BinaryIO, sink: BinaryIO) -> None:
    _write(sink, READY)
    walker = Walker()
    while len(header := source.read(MESSAGE.size)) == MESSAGE.size:
        kind, size = MESSAGE.unpack(header)
        content = source.read(size)
        if len(content) < size:
            return
        if kind == LINES:
            walker.feed_all(content.split(b"\n"))
        else:
            events: list[AnalyticsEvent] = pickle.loads(content)  # noqa: S301  our parent's
            timeline = pickle.dumps(walker.finish(events), pickle.HIGHEST_PROTOCOL)
            _write(sink, ANSWER.pack(len(timeline)) + timeline)
            walker = Walker()


def _write(sink: BinaryIO, content: bytes) -> None:
    sink.write(content)
    sink.flush()


if __name__ == "__main__":
    main()
