"""Download a recording as a stream of lines."""

from array import array
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from recordings_mcp.client._blocks import Block, GapDetector, fingerprint, range_query, ranges
from recordings_mcp.client._connection import Connection
from recordings_mcp.client._deadline import Deadline
from recordings_mcp.client._decompress import MEBIBYTE, ByteBudget
from recordings_mcp.client._errors import (
    CircuitOpen,
    DeadlineExceeded,
    Overloaded,
    RecordingBlocksUnavailable,
    UnexpectedAnswer,
    Unreachable,
)
from recordings_mcp.client._refusals import Throttled
from recordings_mcp.client._request import Request
from recordings_mcp.client._retry import ATTEMPTS

LARGEST_RECORDING = 512 * MEBIBYTE
"""Decompressed bytes of one download at most."""

MOST_LINES = 1_000_000
"""Lines of one download at most: a hash of each is kept, 8 bytes, or some 150 after a broken attempt."""

LONGEST_LINE = 64 * MEBIBYTE

Progress = Callable[[int, int], Awaitable[None]]
"""Called with blocks done and blocks in total."""


class SnapshotDownload:
    """A recording that is ready to be downloaded, block by block.

    The recording is never held in memory: lines are yielded as they arrive, as bytes of
    `["<window id>", {event}]` without the newline. Made by `RecordingsClient.snapshots`.

    Example:
        ```python
        download = await client.snapshots(recording_id)
        async with aclosing(download.lines()) as lines:
            async for line in lines:
                walker.feed(line)
        if download.missing_blocks:
            print("PostHog left out a part of it")
        ```

    Attributes:
        version: Changes when the listed data changes, such as while the session continues.
        total_blocks: Blocks that PostHog lists.
        done_blocks: Blocks that were requested and answered so far.
        received_lines: Lines yielded so far.
        missing_blocks: Keys of the blocks that PostHog left out so far, where their listed first and last
            times show it: see `GapDetector`.
        unchecked_blocks: Blocks for which PostHog lists no times, so that a gap could not be detected.
    """

    def __init__(
        self,
        connection: Connection,
        request: Request,
        blocks: Sequence[Block],
        *,
        on_progress: Progress | None = None,
    ) -> None:
        self._connection = connection
        self._request = request
        self._blocks = blocks
        self._on_progress = on_progress
        self._budget = ByteBudget(LARGEST_RECORDING)
        self._yielded: Counter[int] = Counter()
        self._failures = 0
        self.version = fingerprint(blocks)
        self.total_blocks = len(blocks)
        self.done_blocks = 0
        self.received_lines = 0
        self.missing_blocks: list[str] = []
        self.unchecked_blocks = sum(1 for block in blocks if block.start is None or block.end is None)

    async def lines(self) -> AsyncGenerator[bytes]:
        """Download and yield the lines, once; close the generator to stop early (`contextlib.aclosing`).

        A range of blocks that takes too long is requested again in halves; lines that were already yielded
        are not repeated. When PostHog's rate limit is reached, the download waits, as long as there is time.

        Raises:
            RecordingNotFound, RecordingDeleted, RecordingBlocksUnavailable: The data does not exist any more.
            UnexpectedAnswer: The data is damaged, over 512 MiB or over a million lines.
            DeadlineExceeded: The time was up; its text says how many blocks had arrived.
            Throttled: The rate limit frees a slot only after the deadline.
            RecordingsError: See the tree in `_errors`.
        """
        deadline = self._connection.download_deadline()
        waiting: list[Sequence[Block]] = list(reversed(ranges(self._blocks)))
        while waiting:
            group = waiting.pop()
            gaps = GapDetector(group)
            try:
                async with aclosing(self._range(group, gaps, deadline)) as lines:
                    async for line in lines:
                        yield line
            except (Unreachable, Overloaded, Throttled) as error:
                waiting += self._instead_of(group, error, deadline)
                continue
            except RecordingBlocksUnavailable:
                if not self.received_lines and not waiting:
                    raise
                self.missing_blocks += [block.key for block in group]
            else:
                self.missing_blocks += gaps.missing()
            self._failures = 0
            self.done_blocks += len(group)
            if self._on_progress is not None:
                await self._on_progress(self.done_blocks, self.total_blocks)

    def _instead_of(
        self, group: Sequence[Block], error: Unreachable | Overloaded | Throttled, deadline: Deadline
    ) -> list[Sequence[Block]]:
        """Return what to request instead of a range that failed, or raise what ends the download."""
        if isinstance(error, DeadlineExceeded):
            reached = f"{self.done_blocks} of {self.total_blocks} blocks of the recording had arrived"
            raise DeadlineExceeded(error.seconds, reached) from None
        if isinstance(error, Throttled):
            if (error.retry_after or 0.0) > deadline.left():
                raise error
            return [group]
        self._failures += 1
        if isinstance(error, CircuitOpen) or (len(group) == 1 and self._failures >= ATTEMPTS):
            raise error
        middle = len(group) // 2
        # Both halves, the first one last: it is taken next.
        return [half for half in (group[middle:], group[:middle]) if half]

    async def _range(
        self, group: Sequence[Block], gaps: GapDetector, deadline: Deadline
    ) -> AsyncGenerator[bytes]:
        """Yield the lines of some blocks that no earlier, broken attempt has yielded."""
        repeated = self._yielded.copy()
        new = array("q")
        try:
            async with aclosing(self._received(group, deadline)) as lines:
                async for line in lines:
                    gaps.saw(line)
                    mark = hash(line)
                    if repeated[mark]:
                        repeated[mark] -= 1
                        continue
                    new.append(mark)
                    self.received_lines += 1
                    if self.received_lines > MOST_LINES:
                        raise UnexpectedAnswer(
                            "has more lines than this client accepts", "Watch another recording."
                        )
                    yield line
        except (Unreachable, Overloaded):
            self._yielded.update(new)
            raise
        self._yielded = +repeated

    async def _received(self, group: Sequence[Block], deadline: Deadline) -> AsyncGenerator[bytes]:
        request = replace(self._request, query=range_query(group), splittable=len(group) > 1)
        splitter = LineSplitter()
        async with self._connection.stream(request, self._budget, deadline) as chunks:
            async for chunk in chunks:
                for line in splitter.feed(chunk):
                    yield line
        for line in splitter.finish():
            yield line


class LineSplitter:
    """Collect chunks and yield whole lines without their newline; blank ones are left out."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Add the next chunk; yield the lines that it completes.

        Raises:
            UnexpectedAnswer: A line is over 64 MiB.
        """
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            self._parts.append(part)
            yield from self.finish()
        self._length += len(rest)
        if self._length > LONGEST_LINE:
            raise UnexpectedAnswer(
                "has a line that is larger than this client accepts", "Watch another recording."
            )
        self._parts.append(rest)

    def finish(self) -> Iterator[bytes]:
        """Yield the line that is incomplete: the stream's last one may lack its newline."""
        line = b"".join(self._parts).strip()
        self._parts = []
        self._length = 0
        if line:
            yield line
