"""Walks recordings: small ones in a thread, large ones in processes of their own, so that all cores work."""

import os
import pickle
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, nullcontext, suppress
from types import TracebackType
from typing import Protocol, Self, cast

import anyio
from anyio import to_thread
from anyio.abc import ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from recordings_mcp import replay
from recordings_mcp.client import RecordingsError
from recordings_mcp.reading.messages import ANSWER, EVENTS, LINES, MESSAGE, READY
from recordings_mcp.reading.places import place_in
from recordings_mcp.replay import AnalyticsEvent, Timeline

_START_SECONDS = 10

_BATCH_BYTES = 256 * 1024
"""Lines are handed on in batches of this size, so that no hop costs more than its work."""

_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
"""All of the environment a child needs to start. Keys and other secrets are not for it."""

_GONE = (
    OSError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    anyio.IncompleteRead,
)
"""How it shows that a child is gone."""


class WalkInterrupted(RecordingsError):
    """The process that walked the recording ended before it was done."""

    text = (
        "The process that read the recording was ended by the system, perhaps because memory was short. "
        "Ask again, one recording at a time."
    )


class Walk(Protocol):
    """Takes a recording's lines in order, then gives its timeline."""

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines."""

    async def finish(self, events: Sequence[AnalyticsEvent]) -> Timeline:
        """Give what happened, with the session's analytics events merged in."""
        ...


class ThreadWalk:
    """Walks in a worker thread of this process."""

    def __init__(self) -> None:
        self._walker = replay.Walker()

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines."""
        await to_thread.run_sync(self._walker.feed_all, lines)

    async def finish(self, events: Sequence[AnalyticsEvent]) -> Timeline:
        """Give what happened."""
        return await to_thread.run_sync(self._walker.finish, events)


class ChildWalk:
    """Walks in a child process, which can walk one recording after the other."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._stdin = cast("ByteSendStream", process.stdin)
        self._answers = BufferedByteReceiveStream(cast("anyio.abc.ByteReceiveStream", process.stdout))

    async def is_ready(self) -> bool:
        """Wait until the child can walk; say whether it can."""
        with anyio.move_on_after(_START_SECONDS):
            try:
                return await self._answers.receive_exactly(len(READY)) == READY
            except _GONE:
                return False
        return False

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines; waits while the child is busy with those before.

        Raises:
            WalkInterrupted: The child is gone.
        """
        if lines:
            await self._send(LINES, b"\n".join(lines))

    async def finish(self, events: Sequence[AnalyticsEvent]) -> Timeline:
        """Give what happened; the next recording may begin then.

        Raises:
            WalkInterrupted: The child is gone.
        """
        await self._send(EVENTS, pickle.dumps(list(events), pickle.HIGHEST_PROTOCOL))
        try:
            (size,) = ANSWER.unpack(await self._answers.receive_exactly(ANSWER.size))
            answer = await self._answers.receive_exactly(size)
        except _GONE as error:
            raise WalkInterrupted from error
        timeline: Timeline = await to_thread.run_sync(pickle.loads, answer)
        return timeline

    async def end(self) -> None:
        """Kill the child and wait until it is gone, which takes no time."""
        with anyio.CancelScope(shield=True):
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.aclose()

    async def _send(self, kind: bytes, content: bytes) -> None:
        try:
            await self._stdin.send(MESSAGE.pack(kind, len(content)) + content)
        except _GONE as error:
            raise WalkInterrupted from error


class Children:
    """Child processes that walk, for the length of one call: begun when needed, killed at its end.

    Attributes:
        worth_bytes: recordings of fewer bytes are not worth a child.
    """

    def __init__(self, room: anyio.CapacityLimiter, worth_bytes: int) -> None:
        """Begin without any.

        Args:
            room: bounds how many walk at the same time, for all calls together.
            worth_bytes: recordings of fewer bytes are walked in a thread: a child takes a tenth of a second
                to begin.
        """
        self.worth_bytes = worth_bytes
        self._room = room
        self._idle: list[ChildWalk] = []
        self._usable = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            await self._idle.pop().end()

    @asynccontextmanager
    async def walk(self) -> AsyncGenerator[Walk]:
        """Give a child for one recording, or a thread where no child can be begun."""
        async with place_in(self._room):
            child = self._idle.pop() if self._idle else await self._begin()
            if child is None:
                yield ThreadWalk()
                return
            try:
                yield child
            except BaseException:
                await child.end()
                raise
            self._idle.append(child)

    async def _begin(self) -> ChildWalk | None:
        if not self._usable:
            return None
        child = await _begin_child()
        self._usable = child is not None
        return child


async def _begin_child() -> ChildWalk | None:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable or "", "-P", "-B", "-m", "recordings_mcp.reading.worker"]
    try:
        process = await anyio.open_process(
            command, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
        )
    except (OSError, ValueError):
        return None
    child = ChildWalk(process)
    try:
        if await child.is_ready():
            return child
    except BaseException:
        await child.end()
        raise
    await child.end()
    return None


async def walk_lines(
    lines: AsyncIterator[bytes], children: Children, events: Sequence[AnalyticsEvent]
) -> Timeline:
    """Walk a recording while it downloads, in a child if it turns out to be large enough.

    Raises:
        WalkInterrupted: The child was ended before it was done.
    """
    begun: list[bytes] = []
    size = 0
    async with aclosing(_batches(lines)) as batches:
        async for batch in batches:
            begun += batch
            size += sum(map(len, batch))
            if size >= children.worth_bytes:
                break
        async with children.walk() if size >= children.worth_bytes else nullcontext(ThreadWalk()) as walk:
            await walk.feed(begun)
            begun.clear()
            async for batch in batches:
                await walk.feed(batch)
            return await walk.finish(events)


async def _batches(lines: AsyncIterator[bytes]) -> AsyncGenerator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    async for line in lines:
        batch.append(line)
        size += len(line)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch
