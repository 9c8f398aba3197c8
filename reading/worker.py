"""The process that walks recordings for another one, and their protocol.

`python -m recordings_mcp.reading.worker SHOW_TYPING` writes `READY`, then reads messages from standard input:
a letter, a length in 4 bytes, and so many bytes. `LINES` are lines of a recording, separated by line breaks.
`EVENTS` are the session's analytics events, pickled; they end a recording. The answer to them on standard
output is a length and the pickled timeline. The process ends with its input, and stops a walk when its parent
is gone, so it never outlives its parent. It also ends when it has had nothing to do for a while.
"""

import os
import pickle
import select
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from recordings_mcp.replay.work import WalkStopped

if TYPE_CHECKING:
    from recordings_mcp.replay.model import AnalyticsEvent, ShowTyping

READY: Final = b"ready"
LINES: Final = b"L"
EVENTS: Final = b"E"
MESSAGE: Final = struct.Struct(">cI")
ANSWER: Final = struct.Struct(">I")

IDLE_SECONDS: Final = 300
"""The process ends when no recording comes for so long. Windows cannot wait for input, so it stays there."""

MOST_BYTES: Final = 320 * 1024 * 1024
"""Memory of this process. The largest pages that browsers still handle, of 100,000 nodes, take half of it."""


def main() -> None:
    """Walk recordings until the input ends."""
    _limit_memory()
    with suppress(BrokenPipeError, KeyboardInterrupt, WalkStopped):  # the parent is gone
        _serve(sys.stdin.buffer, sys.stdout.buffer, cast("ShowTyping", sys.argv[1]))


def _limit_memory() -> None:
    """Limit this process's memory: a recording made to exhaust it ends this process and nothing else."""
    try:
        import resource  # noqa: PLC0415 - POSIX has it
    except ImportError:
        return
    with suppress(OSError, ValueError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))


def _serve(source: BinaryIO, sink: BinaryIO, show_typing: "ShowTyping") -> None:
    # The parent imports the protocol from here, and starts faster without the engine.
    from recordings_mcp.replay.walker import Walker  # noqa: PLC0415

    sink.write(READY)
    sink.flush()
    parent = os.getppid()

    def is_alone() -> bool:
        return os.getppid() != parent

    walker = Walker(show_typing, is_stopped=is_alone)
    while len(header := source.read(MESSAGE.size)) == MESSAGE.size:
        kind, size = MESSAGE.unpack(header)
        content = source.read(size)
        if len(content) < size:
            return
        if kind == LINES:
            walker.feed_all(content.split(b"\n"))
        else:
            events: list[AnalyticsEvent] = pickle.loads(content)  # noqa: S301 - our parent's
            timeline = pickle.dumps(walker.finish(events), pickle.HIGHEST_PROTOCOL)
            sink.write(ANSWER.pack(len(timeline)) + timeline)
            sink.flush()
            walker = Walker(show_typing, is_stopped=is_alone)
            if not _has_input(source):
                return


def _has_input(source: BinaryIO) -> bool:
    """Wait for input; return whether there is some, or its end, before the time is up."""
    if os.name == "nt":
        return True
    return bool(select.select([source], [], [], IDLE_SECONDS)[0])


if __name__ == "__main__":
    main()
