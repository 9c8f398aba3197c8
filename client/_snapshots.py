"""Download a recording as a stream of lines."""

from array import array
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from recordings_mcp.client._blocks import Block, BlockWatch, fingerprint, range_query, ranges
from recordings_mcp.client._connection import Connection
from recordings_mcp.client._deadline import Deadline
from recordings_mcp.client._errors import (
    CircuitOpen,
    DeadlineExceeded,
    Overloaded,
    RecordingBlocksUnavailable,
    UnexpectedAnswer,
    Unreachable,
)
from recordings_mcp.client._inflate import MEBIBYTE, Allowance
from recordings_mcp.client._lines import LineSplitter
from recordings_mcp.client._rate_limits import SNAPSHOTS
from recordings_mcp.client._refusals import RecordingNotFound, Throttled
from recordings_mcp.client._request import Request
from recordings_mcp.client._retry import ATTEMPTS

LARGEST_RECORDING = 512 * MEBIBYTE
"""Unpacked bytes of one download."""

MOST_LINES = 1_000_000
"""Lines of one download: what is remembered of each takes 8 bytes, and some 150 after a broken attempt."""

Progress = Callable[[int, int], Awaitable[None]]
"""Called with blocks done and blocks in all."""


class SnapshotDownload:
    """A recording that is ready to be downloaded, block by block.

    The recording is never held: lines are handed on as they arrive, as bytes of
    `["<window id>", {event}]` without the newline. Made by `RecordingsClient.snapshots`.

    Example:
        ```python
        download = await client.snapshots(recording_id)
        async with aclosing(download.lines()) as lines:
            async for line in lines:
                walker.feed(line)
        if download.missing_blocks:
            print("PostHog could not give all of it")
        ```

    Attributes:
        version: Changes when the listed data changes, such as while the session goes on.
        total_blocks: Blocks that PostHog lists.
        done_blocks: Blocks that were asked for and answered so far.
        received_lines: Lines handed on so far.
        missing_blocks: Keys of the blocks that PostHog left out so far, where that can be noticed from their
            listed first and last moments: see `BlockWatch`.
        unchecked_blocks: Blocks for which PostHog lists no moments, so that a gap could not be noticed.
    """

    def __init__(
        self,
        connection: Connection,
        path: str,
        blocks: Sequence[Block],
        *,
        on_progress: Progress | None = None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._blocks = blocks
        self._on_progress = on_progress
        self._allowance = Allowance(LARGEST_RECORDING)
        self._handed_on: Counter[int] = Counter()
        self._failures = 0
        self.version = fingerprint(blocks)
        self.total_blocks = len(blocks)
        self.done_blocks = 0
        self.received_lines = 0
        self.missing_blocks: list[str] = []
        self.unchecked_blocks = sum(1 for block in blocks if block.start is None or block.end is None)

    async def lines(self) -> AsyncGenerator[bytes]:
        """Download and yield the lines, once; close the generator to stop early (`contextlib.aclosing`).

        A range of blocks that takes too long is asked for again in halves; lines that were already handed on
        are not repeated. When PostHog's rate limit is reached, the download waits, as long as there is time.

        Raises:
            RecordingNotFound, RecordingDeleted, RecordingBlocksUnavailable: What became of the data.
            UnexpectedAnswer: The data is damaged, over 512 MiB or over a million lines.
            DeadlineExceeded: The time was up; it says how many blocks had arrived.
            Throttled: The rest could be asked for only after that.
            RecordingsError: See the tree in `_errors`.
        """
        deadline = self._connection.download_deadline()
        waiting: list[Sequence[Block]] = list(reversed(ranges(self._blocks)))
        while waiting:
            group = waiting.pop()
            watch = BlockWatch(group)
            try:
                async with aclosing(self._range(group, watch, deadline)) as lines:
                    async for line in lines:
                        yield line
            except (Unreachable, Overloaded, Throttled) as error:
                waiting += self._asked_again(group, error, deadline)
                continue
            except RecordingBlocksUnavailable:
                if not self.received_lines and not waiting:
                    raise
                self.missing_blocks += [block.key for block in group]
            else:
                self.missing_blocks += watch.missing()
            self._failures = 0
            await self._completed(len(group))

    def _asked_again(
        self, group: Sequence[Block], error: Unreachable | Overloaded | Throttled, deadline: Deadline
    ) -> list[Sequence[Block]]:
        """Give what to ask for instead of a range that failed, or raise what ends the download."""
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
        return _halves(group)

    async def _range(
        self, group: Sequence[Block], watch: BlockWatch, deadline: Deadline
    ) -> AsyncGenerator[bytes]:
        """Yield the lines of some blocks that no earlier, broken attempt has handed on."""
        repeated = self._handed_on.copy()
        new = array("q")
        try:
            async with aclosing(self._received(group, deadline)) as lines:
                async for line in lines:
                    watch.saw(line)
                    mark = hash(line)
                    if repeated[mark]:
                        repeated[mark] -= 1
                        continue
                    new.append(mark)
                    self._count_line()
                    yield line
        except (Unreachable, Overloaded):
            self._handed_on.update(new)
            raise
        self._handed_on = +repeated

    async def _received(self, group: Sequence[Block], deadline: Deadline) -> AsyncGenerator[bytes]:
        request = Request(
            path=self._path,
            query=range_query(group),
            may_be_divided=len(group) > 1,
            missing=RecordingNotFound,
            counts_as=SNAPSHOTS,
        )
        splitter = LineSplitter()
        async with self._connection.stream(request, self._allowance, deadline) as chunks:
            async for chunk in chunks:
                for line in splitter.feed(chunk):
                    yield line
        for line in splitter.finish():
            yield line

    def _count_line(self) -> None:
        self.received_lines += 1
        if self.received_lines > MOST_LINES:
            raise UnexpectedAnswer("has more lines than this client accepts", "Watch another recording.")

    async def _completed(self, blocks: int) -> None:
        self.done_blocks += blocks
        if self._on_progress is not None:
            await self._on_progress(self.done_blocks, self.total_blocks)


def _halves(group: Sequence[Block]) -> list[Sequence[Block]]:
    """Give both halves, the first one last: it is taken next."""
    middle = len(group) // 2
    return [half for half in (group[middle:], group[:middle]) if half]
