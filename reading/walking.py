"""Walk recordings: small ones in a thread, all others in worker processes.

A worker process costs little once it is running. It uses a core of its own, its memory is bounded, and it can
be killed at any moment. So a pool keeps its processes for the next recording, at most one per core.
anyio's own worker processes would do for a function of one call; here one process must take a recording piece
by piece while it downloads, and must not inherit the environment, which holds the API key.
"""

import logging
import os
import pickle
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from threading import Event
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self, cast

import anyio
from anyio import to_thread
from anyio.abc import ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from recordings_mcp import replay
from recordings_mcp.client import RecordingsError, within_deadline
from recordings_mcp.reading.worker import ANSWER, EVENTS, IDLE_SECONDS, LINES, MESSAGE, READY

if TYPE_CHECKING:
    from recordings_mcp.replay import AnalyticsEvent, ShowTyping, Timeline

MIN_BYTES: Final = 1024 * 1024
"""Recordings of at least this size are walked in a worker process: 1 MiB takes 0.03 to 0.07 seconds."""

BUFFERED_BYTES: Final = 4 * 1024 * 1024
"""As much is downloaded before a walk begins: most recordings then occupy no worker while they download."""

_MAY_EXPAND = 1024
"""A compressed line counts as so many times its length: a bomb of a few KiB is 64 MiB."""

_START_SECONDS = 10

_BATCH_BYTES = 256 * 1024
"""Lines are passed on in batches of this size, so that handing them over costs less than walking them."""

_INHERITED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
"""The environment variables that a worker needs to start. Keys and other secrets are not passed to it."""

_log = logging.getLogger(__name__)
_NO_PROCESS = (
    "No process to read large recordings could be started: the server reads them itself, in unbounded memory."
)
_STILL_READ = "this recording was still being read"
_COMPRESSED = b'"cv":"'

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
        self._stopped = Event()
        self._walker = replay.Walker(show_typing, is_stopped=self._stopped.is_set)

    async def feed(self, lines: Sequence[bytes]) -> None:
        """Take the next lines."""
        await to_thread.run_sync(self._walker.feed_all, lines, abandon_on_cancel=True)

    async def finish(self, events: "Sequence[AnalyticsEvent]") -> "Timeline":
        """Return what happened."""
        return await to_thread.run_sync(self._walker.finish, events, abandon_on_cancel=True)

    def stop(self) -> None:
        """Let the thread end, which takes a moment; nobody waits for it."""
        self._stopped.set()


class Worker:
    """Walks in a worker process, one recording after the other.

    Attributes:
        idle_since: When it was last used, by the monotonic clock.
    """

    def __init__(self, process: Process) -> None:
        self.idle_since = 0.0
        self._process = process
        self._stdin = cast("ByteSendStream", process.stdin)
        self._answers = BufferedByteReceiveStream(cast("anyio.abc.ByteReceiveStream", process.stdout))

    @property
    def is_usable(self) -> bool:
        """Whether it still runs, and will not end for being idle."""
        fresh = time.monotonic() - self.idle_since < IDLE_SECONDS / 2
        return fresh and self._process.returncode is None

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
        timeline: Timeline = await to_thread.run_sync(pickle.loads, answer, abandon_on_cancel=True)
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
    """Walks recordings, at most so many at once, and keeps its worker processes for the next ones.

    Args:
        most: How many walk at once, in processes and again in threads; by default one for each core.
        min_bytes: Smaller recordings are walked in a thread.
        show_typing: Which typed text the timelines contain.
    """

    def __init__(
        self, show_typing: "ShowTyping" = "none", *, most: int | None = None, min_bytes: int = MIN_BYTES
    ) -> None:
        self._show_typing: ShowTyping = show_typing
        self._min_bytes = min_bytes
        self._processes = anyio.CapacityLimiter(most or os.cpu_count() or 1)
        self._threads = anyio.CapacityLimiter(most or os.cpu_count() or 1)
        self._idle: list[Worker] = []
        self._usable = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            await self._idle.pop().kill()

    async def walk(self, lines: AsyncIterator[bytes], events: "Sequence[AnalyticsEvent]") -> "Timeline":
        """Return what happened in a recording; a large one is walked while it downloads.

        Raises:
            DeadlineExceeded: The call's time was up.
            WalkInterrupted: The worker process ended before it was done.
        """
        first: list[bytes] = []
        size = cost = 0
        async with aclosing(_batches(lines)) as batches:
            async for batch in batches:
                first += batch
                size += sum(map(len, batch))
                cost += sum(len(line) * _MAY_EXPAND if _COMPRESSED in line else len(line) for line in batch)
                if size >= BUFFERED_BYTES:
                    break
            async with self._in_process() if cost >= self._min_bytes else self._in_thread() as walk:
                with within_deadline(_STILL_READ):
                    await walk.feed(first)
                    first.clear()
                    async for batch in batches:
                        await walk.feed(batch)
                    return await walk.finish(events)

    @asynccontextmanager
    async def _in_thread(self) -> AsyncGenerator[Walk]:
        async with acquire_slot(self._threads):
            walk = ThreadWalk(self._show_typing)
            try:
                yield walk
            finally:
                walk.stop()

    @asynccontextmanager
    async def _in_process(self) -> AsyncGenerator[Walk]:
        """Yield a worker for one recording, or a thread where no process can be started."""
        async with acquire_slot(self._processes):
            with within_deadline(_STILL_READ):
                worker = await self._take()
            if worker is None:
                async with self._in_thread() as walk:
                    yield walk
                return
            try:
                yield worker
            except BaseException:
                await worker.kill()
                raise
            worker.idle_since = time.monotonic()
            self._idle.append(worker)

    async def _take(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_usable:
                return worker
            await worker.kill()
        return await self._start()

    async def _start(self) -> Worker | None:
        if not self._usable:
            return None
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable or "", "-P", "-B", "-m", "recordings_mcp.reading.worker", self._show_typing]
        try:
            process = await anyio.open_process(
                command, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
            )
        except (OSError, ValueError):
            self._usable = False
            _log.warning(_NO_PROCESS)
            return None
        worker, ready = Worker(process), False
        try:
            ready = await worker.is_ready()
        finally:
            if not ready:
                self._usable = process.returncode is None  # a slow one may start faster next time
                await worker.kill()
        if not ready:
            _log.warning(_NO_PROCESS)
            return None
        return worker


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
