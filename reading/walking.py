"""Walk recordings: small ones in a thread, large ones in worker processes, so that all cores are used."""

import os
import pickle
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, nullcontext, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, cast

import anyio
from anyio import to_thread
from anyio.abc import ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from recordings_mcp import replay
from recordings_mcp.client import RecordingsError, within_deadline
from recordings_mcp.reading.worker import ANSWER, EVENTS, LINES, MESSAGE, READY

if TYPE_CHECKING:
    from recordings_mcp.replay import AnalyticsEvent, ShowTyping, Timeline

_START_SECONDS = 10

_BATCH_BYTES = 256 * 1024
"""Lines are passed on in batches of this size, so that handing them over costs less than walking them."""

_INHERITED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
"""The environment variables that a worker needs to start. Keys and other secrets are not passed to it."""

_GONE = (
    OSError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    anyio.IncompleteRead,
)
"""The exceptions that a worker process which is gone causes."""


class WalkInterrupted(RecordingsError):
    """The worker process that walked the recording ended before it was done."""

    text = (
        "The worker reading this recording was killed, probably for lack of memory. "
        "Try again, one recording at a time."
    )


class Walk(Protocol):
    """Takes a recording's lines in order, then returns its timeline."""

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines."""

    async def finish(self, events: "Sequence[AnalyticsEvent]") -> "Timeline":
        """Return what happened, with the session's analytics events merged in."""
        ...


class ThreadWalk:
    """Walks in a thread of this process."""

    def __init__(self, show_typing: "ShowTyping") -> None:
        self._walker = replay.Walker(show_typing)

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines."""
        await to_thread.run_sync(self._walker.feed_all, lines)

    async def finish(self, events: "Sequence[AnalyticsEvent]") -> "Timeline":
        """Return what happened."""
        return await to_thread.run_sync(self._walker.finish, events)


class Worker:
    """Walks in a worker process, one recording after the other."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._stdin = cast("ByteSendStream", process.stdin)
        self._answers = BufferedByteReceiveStream(cast("anyio.abc.ByteReceiveStream", process.stdout))

    async def is_ready(self) -> bool:
        """Return whether the process can walk, once it is ready or has failed to start."""
        with anyio.move_on_after(_START_SECONDS):
            try:
                return await self._answers.receive_exactly(len(READY)) == READY
            except _GONE:
                return False
        return False

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines; waits while the process is busy with earlier ones.

        Raises:
            WalkInterrupted: The process is gone.
        """
        if lines:
            await self._send(LINES, b"\n".join(lines))

    async def finish(self, events: "Sequence[AnalyticsEvent]") -> "Timeline":
        """Return what happened; the next recording may start then.

        Raises:
            WalkInterrupted: The process is gone.
        """
        await self._send(EVENTS, pickle.dumps(list(events), pickle.HIGHEST_PROTOCOL))
        try:
            (size,) = ANSWER.unpack(await self._answers.receive_exactly(ANSWER.size))
            answer = await self._answers.receive_exactly(size)
        except _GONE as error:
            raise WalkInterrupted from error
        timeline: Timeline = await to_thread.run_sync(pickle.loads, answer)
        return timeline

    async def kill(self) -> None:
        """Kill the process and wait until it is gone, which takes no time."""
        with anyio.CancelScope(shield=True):
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.aclose()

    async def _send(self, kind: bytes, content: bytes) -> None:
        try:
            await self._stdin.send(MESSAGE.pack(kind, len(content)) + content)
        except _GONE as error:
            raise WalkInterrupted from error


class WorkerPool:
    """Worker processes for the length of one call: started when needed, killed at its end.

    Args:
        slots: Bounds how many walk at the same time, for all calls together.
        min_bytes: Smaller recordings are walked in a thread: a worker takes a tenth of a second to start.
        show_typing: Which typed text the timelines contain.
    """

    def __init__(
        self, slots: anyio.CapacityLimiter, min_bytes: int, show_typing: "ShowTyping" = "none"
    ) -> None:
        self.min_bytes = min_bytes
        self.show_typing: ShowTyping = show_typing
        self._slots = slots
        self._idle: list[Worker] = []
        self._usable = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            await self._idle.pop().kill()

    @asynccontextmanager
    async def walk(self) -> AsyncGenerator[Walk]:
        """Yield a worker for one recording, or a thread where no process can be started."""
        async with acquire_slot(self._slots):
            worker = self._idle.pop() if self._idle else await self._start()
            if worker is None:
                yield ThreadWalk(self.show_typing)
                return
            try:
                yield worker
            except BaseException:
                await worker.kill()
                raise
            self._idle.append(worker)

    async def _start(self) -> Worker | None:
        if not self._usable:
            return None
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable or "", "-P", "-B", "-m", "recordings_mcp.reading.worker", self.show_typing]
        try:
            process = await anyio.open_process(
                command, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
            )
        except (OSError, ValueError):
            self._usable = False
            return None
        worker, ready = Worker(process), False
        try:
            ready = await worker.is_ready()
        finally:
            if not ready:
                await worker.kill()
        self._usable = ready
        return worker if ready else None


@asynccontextmanager
async def acquire_slot(slots: anyio.CapacityLimiter) -> AsyncGenerator[None]:
    """Hold one of the slots for reading recordings; the wait for it ends with the call's deadline.

    Raises:
        DeadlineExceeded: No slot became free in time.
    """
    with within_deadline("other recordings were still being read"):
        await slots.acquire()
    try:
        yield
    finally:
        slots.release()


async def walk_lines(
    lines: AsyncIterator[bytes], workers: WorkerPool, events: "Sequence[AnalyticsEvent]"
) -> "Timeline":
    """Walk a recording while it downloads, in a worker process if it turns out to be large enough.

    Raises:
        WalkInterrupted: The worker process ended before it was done.
    """
    first: list[bytes] = []
    size = 0
    async with aclosing(_batches(lines)) as batches:
        async for batch in batches:
            first += batch
            size += sum(map(len, batch))
            if size >= workers.min_bytes:
                break
        in_thread = nullcontext(ThreadWalk(workers.show_typing))
        async with workers.walk() if size >= workers.min_bytes else in_thread as walk:
            await walk.feed(first)
            first.clear()
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
