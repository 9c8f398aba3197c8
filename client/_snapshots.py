"""Download a recording as a stream of lines."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from recordings_mcp.client._blocks import Block, BlockWatch, fingerprint, range_query, ranges
from recordings_mcp.client._errors import Overloaded, RecordingBlocksUnavailable, Unreachable
from recordings_mcp.client._http import Connection, Request
from recordings_mcp.client._inflate import MEBIBYTE, Allowance
from recordings_mcp.client._lines import LineSplitter
from recordings_mcp.client._refusals import RecordingNotFound
from recordings_mcp.client._retry import ATTEMPTS

LARGEST_RECORDING = 512 * MEBIBYTE
"""Unpacked bytes of one download."""

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
        self.version = fingerprint(blocks)
        self.total_blocks = len(blocks)
        self.done_blocks = 0
        self.received_lines = 0
        self.missing_blocks: list[str] = []
        self.unchecked_blocks = sum(1 for block in blocks if block.start is None or block.end is None)

    async def lines(self) -> AsyncGenerator[bytes]:
        """Download and yield the lines, once; close the generator to stop early (`contextlib.aclosing`).

        A range of blocks that takes too long is asked for again in halves; lines that were already handed on
        are not repeated.

        Raises:
            RecordingNotFound, RecordingDeleted, RecordingBlocksUnavailable: What became of the data.
            UnexpectedAnswer: The data is damaged or over 512 MiB.
            RecordingsError: See the tree in `_errors`.
        """
        waiting: list[Sequence[Block]] = list(reversed(ranges(self._blocks)))
        failures = 0
        while waiting:
            group = waiting.pop()
            watch = BlockWatch(group)
            try:
                async with aclosing(self._range(group, watch)) as lines:
                    async for line in lines:
                        yield line
            except RecordingBlocksUnavailable:
                if not self.received_lines and not waiting:
                    raise
                self.missing_blocks += [block.key for block in group]
            except (Unreachable, Overloaded):
                failures += 1
                if len(group) == 1 and failures >= ATTEMPTS:
                    raise
                waiting += _halves(group)
                continue
            else:
                self.missing_blocks += watch.missing()
            failures = 0
            await self._completed(len(group))

    async def _range(self, group: Sequence[Block], watch: BlockWatch) -> AsyncGenerator[bytes]:
        """Yield the lines of some blocks that an earlier, broken attempt has not handed on."""
        received: Counter[int] = Counter()
        async with aclosing(self._received(group)) as lines:
            async for line in lines:
                watch.saw(line)
                mark = hash(line)
                received[mark] += 1
                if received[mark] > self._handed_on[mark]:
                    self._handed_on[mark] += 1
                    self.received_lines += 1
                    yield line
        self._handed_on -= received

    async def _received(self, group: Sequence[Block]) -> AsyncGenerator[bytes]:
        request = Request(
            path=self._path,
            query=range_query(group),
            may_be_divided=len(group) > 1,
            missing=RecordingNotFound,
        )
        splitter = LineSplitter()
        async with self._connection.stream(request, self._allowance) as chunks:
            async for chunk in chunks:
                for line in splitter.feed(chunk):
                    yield line
        for line in splitter.finish():
            yield line

    async def _completed(self, blocks: int) -> None:
        self.done_blocks += blocks
        if self._on_progress is not None:
            await self._on_progress(self.done_blocks, self.total_blocks)


def _halves(group: Sequence[Block]) -> list[Sequence[Block]]:
    """Give both halves, the first one last: it is taken next."""
    middle = len(group) // 2
    return [half for half in (group[middle:], group[:middle]) if half]
