"""Large recordings are walked in worker processes: same result, bounded, gone in time, no secret in them."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from io import BytesIO
from select import poll
from threading import Event
from typing import get_args

import anyio
import pytest
from anyio import to_thread
from anyio.abc import Process

from recordings_mcp.client import DeadlineExceeded, deadline
from recordings_mcp.reading import walking, worker
from recordings_mcp.reading.walking import WalkInterrupted, WorkerPool
from recordings_mcp.reading.worker import EVENTS as END_OF_RECORDING
from recordings_mcp.reading.worker import LINES, MESSAGE
from recordings_mcp.replay import AnalyticsEvent, ShowTyping, Timeline, Walker, read_timeline
from recordings_mcp.replay.work import WalkStopped
from tests.mcp_client import Connect, data_of
from tests.patience import SOON
from tests.replay._building import START, Recording, element
from tests.tools.sessions import declined, paid, shop_recording

pytestmark = pytest.mark.anyio

SHOWN: tuple[ShowTyping, ...] = get_args(ShowTyping)
EVENTS = [AnalyticsEvent("signed_up", START + 3000, {"plan": "pro"})]


def lines() -> list[bytes]:
    recording = Recording().open("/shop")
    for index in range(300):
        recording.at(1 + index).console("error", f"message {index}")
    return recording.lines()


async def arriving(lines: Sequence[bytes]) -> AsyncGenerator[bytes]:
    for line in lines:
        yield line


async def endless(fed: anyio.Event) -> AsyncGenerator[bytes]:
    for line in lines() * 20:
        yield line
    fed.set()
    await anyio.sleep_forever()


def pool(min_bytes: int = 1) -> WorkerPool:
    return WorkerPool(most=2, min_bytes=min_bytes)


@pytest.fixture(autouse=True)
def _little_is_buffered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BUFFERED_BYTES", 500_000)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """All processes that were started."""
    processes: list[Process] = []
    open_process = anyio.open_process

    async def note(*arguments: object, **options: object) -> Process:
        processes.append(await open_process(*arguments, **options))  # type: ignore[arg-type]
        return processes[-1]

    monkeypatch.setattr(anyio, "open_process", note)
    return processes


async def walked(workers: WorkerPool) -> Timeline:
    return await workers.walk(arriving(lines()), EVENTS)


async def test_a_worker_process_gives_the_same_timeline_as_a_thread(
    started: list[Process],
) -> None:
    async with pool() as workers:
        assert await walked(workers) == read_timeline(lines(), EVENTS)

    assert [process.returncode for process in started] == [-signal.SIGKILL]


@pytest.mark.parametrize("min_bytes", [1, 10**9], ids=["process", "thread"])
async def test_what_was_typed_is_kept_only_where_it_is_asked_for(min_bytes: int) -> None:
    typed = Recording().open("/", element(10, "input")).click(10).input(10, "lamp").lines()
    shown: list[bool] = []
    for show_typing in SHOWN:
        async with WorkerPool(show_typing, most=1, min_bytes=min_bytes) as workers:
            shown.append("lamp" in repr(await workers.walk(arriving(typed), [])))

    assert dict(zip(SHOWN, shown, strict=True)) == {"none": False, "search": False, "all": True}


async def test_a_small_recording_is_walked_without_a_worker_process(started: list[Process]) -> None:
    async with pool(min_bytes=10**9) as workers:
        assert await walked(workers) == read_timeline(lines(), EVENTS)

    assert started == []


async def test_a_process_that_is_gone_is_replaced(started: list[Process]) -> None:
    async with pool() as workers:
        await walked(workers)
        started[0].kill()
        await started[0].wait()

        assert await walked(workers) == read_timeline(lines(), EVENTS)

    assert len(started) == 2


async def test_a_process_that_may_end_for_being_idle_is_replaced(
    started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "IDLE_SECONDS", 0)
    async with pool() as workers:
        await walked(workers)
        await walked(workers)

    assert [process.returncode for process in started] == [-signal.SIGKILL] * 2


async def test_little_that_may_expand_to_much_is_walked_in_a_process(started: list[Process]) -> None:
    large = Recording().open("/").add(3, "x" * 2000, cv="2024-10").lines()
    async with WorkerPool() as workers:
        await workers.walk(arriving(lines()), [])
        assert started == []
        await workers.walk(arriving(large), [])

    assert len(started) == 1


async def test_a_cancelled_walk_in_a_thread_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = Event(), Event()

    def walk_until_stopped(walker: Walker, _lines: Sequence[bytes]) -> None:
        begun.set()
        try:
            while True:
                walker._session.work.check()
        finally:
            ended.set()

    monkeypatch.setattr(Walker, "feed_all", walk_until_stopped)
    async with pool(min_bytes=10**9) as workers, anyio.create_task_group() as tasks:
        tasks.start_soon(walked, workers)
        await to_thread.run_sync(begun.wait)
        tasks.cancel_scope.cancel()

    assert await to_thread.run_sync(ended.wait, SOON)


async def test_one_process_walks_one_recording_after_the_other(started: list[Process]) -> None:
    async with pool() as workers:
        assert [await walked(workers) for _ in range(3)] == [read_timeline(lines(), EVENTS)] * 3

    assert len(started) == 1


async def test_no_more_worker_processes_walk_at_once_than_there_are_slots(started: list[Process]) -> None:
    async with pool() as workers, anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(walked, workers)

    assert len(started) == 2


async def test_waiting_for_others_to_be_walked_ends_with_the_deadline_of_the_call() -> None:
    fed = anyio.Event()
    async with WorkerPool(most=1, min_bytes=1) as workers, anyio.create_task_group() as tasks:
        tasks.start_soon(workers.walk, endless(fed), EVENTS)
        await fed.wait()
        with deadline(0.1), pytest.raises(DeadlineExceeded, match="other recordings were still being read"):
            await walked(workers)
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize("min_bytes", [1, 10**9])
async def test_a_walk_ends_with_the_deadline_of_the_call(min_bytes: int, started: list[Process]) -> None:
    async with pool(min_bytes) as workers:
        with deadline(0.1), pytest.raises(DeadlineExceeded, match="this recording was still being read"):
            await workers.walk(endless(anyio.Event()), [])

        assert [process.returncode for process in started] == [-signal.SIGKILL] * len(started)
        assert await walked(workers) == read_timeline(lines(), EVENTS)


async def test_a_cancelled_call_kills_its_process(started: list[Process]) -> None:
    fed = anyio.Event()
    async with anyio.create_task_group() as tasks:

        async def call() -> None:
            async with pool() as workers:
                await workers.walk(endless(fed), [])

        tasks.start_soon(call)
        await fed.wait()
        tasks.cancel_scope.cancel()

    assert [process.returncode for process in started] == [-signal.SIGKILL]


async def test_the_error_for_a_killed_worker_says_what_to_do(started: list[Process]) -> None:
    async def killed() -> AsyncGenerator[bytes]:
        for line in lines() * 20:
            yield line
            if started and started[0].returncode is None:
                started[0].kill()
                await started[0].wait()

    with pytest.raises(WalkInterrupted, match="Try again, one recording at a time"):
        async with pool() as workers:
            await workers.walk(killed(), [])


async def test_a_recording_whose_worker_was_killed_is_listed_beside_those_that_were_read(
    connect: Connect, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerPool.__init__, "__kwdefaults__", {"most": None, "min_bytes": 1})
    begin = anyio.open_process

    async def begin_and_kill_the_first(*arguments: object, **options: object) -> Process:
        process = await begin(*arguments, **options)  # type: ignore[arg-type]
        if len(started) == 1:
            send = process.stdin.send  # type: ignore[union-attr]

            async def kill_and_send(item: bytes) -> None:
                process.kill()
                await process.wait()
                await send(item)

            monkeypatch.setattr(process.stdin, "send", kill_and_send)
        return process

    monkeypatch.setattr(anyio, "open_process", begin_and_kill_the_first)
    names = ["first", "second", "third"]
    sessions = [
        shop_recording(name, session)
        for name, session in zip(names, (declined(), paid(), declined()), strict=True)
    ]
    async with connect(*sessions, output="structured") as client:
        compared = data_of(await client.call_tool("compare_recordings", {"recordings": names}))

    assert len(compared["recordings"]) == 2
    assert [one["reason"] for one in compared["unreadable"]] == [WalkInterrupted.text]


async def test_recordings_compared_in_processes_read_the_same(
    connect: Connect, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [shop_recording("first", declined()), shop_recording("second", paid())]
    names = {"recordings": ["first", "second"]}
    async with connect(*sessions, output="structured") as client:
        in_threads = data_of(await client.call_tool("compare_recordings", names))
    assert started == []
    monkeypatch.setattr(WorkerPool.__init__, "__kwdefaults__", {"most": None, "min_bytes": 1})
    async with connect(output="structured") as client:
        in_processes = data_of(await client.call_tool("compare_recordings", names))

    assert started
    assert in_processes == in_threads


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "/bin/false", "/bin/cat"])
async def test_a_thread_walks_where_no_process_can_be_started(
    executable: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", executable)

    async with pool() as workers:
        assert await walked(workers) == read_timeline(lines(), EVENTS)

    assert "No process to read large recordings could be started" in caplog.text


async def test_a_process_that_starts_too_slowly_is_tried_again(
    started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool() as workers:
        with monkeypatch.context() as busy:
            busy.setattr(walking, "_START_SECONDS", 0)
            assert await walked(workers) == read_timeline(lines(), EVENTS)
        assert await walked(workers) == read_timeline(lines(), EVENTS)

    assert [process.returncode for process in started] == [-signal.SIGKILL] * 2


async def test_no_secret_of_the_environment_reaches_a_worker_process(
    monkeypatch: pytest.MonkeyPatch, started: list[Process]
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", "phx_secret")
    monkeypatch.setenv("SOME_TOKEN", "secret")

    async with pool() as workers:
        await walked(workers)
        environment = await anyio.Path(f"/proc/{started[0].pid}/environ").read_bytes()

    assert b"secret" not in environment
    assert {entry.partition(b"=")[0] for entry in environment.split(b"\0") if entry} <= {
        b"PYTHONPATH", b"PYTHONHOME", b"LD_LIBRARY_PATH", b"LC_CTYPE"
    }  # fmt: skip


@pytest.mark.parametrize("last", [True, False], ids=["without work", "in the middle of a recording"])
def test_a_worker_process_ends_with_its_parent(*, last: bool) -> None:
    program = f"""
import anyio
from recordings_mcp.reading.walking import WorkerPool

open_process = anyio.open_process

async def noted(*arguments, **options):
    process = await open_process(*arguments, **options)
    print(process.pid, flush=True)
    return process

async def lines():
    yield b'["tab",{{}}]' * 500_000
    if not {last}:
        await anyio.sleep_forever()

async def main():
    anyio.open_process = noted
    async with WorkerPool(min_bytes=1) as workers:
        await workers.walk(lines(), [])
        await anyio.sleep_forever()

anyio.run(main)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:  # noqa: S603 - our own command
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended = poll()
    ended.register(child)

    assert ended.poll(SOON * 1000)
    os.close(child)


def recorded() -> bytes:
    """The messages that have a worker process walk one recording."""
    content, events = b"\n".join(lines()), pickle.dumps([])
    return MESSAGE.pack(LINES, len(content)) + content + MESSAGE.pack(END_OF_RECORDING, len(events)) + events


def test_a_walk_is_stopped_when_the_parent_of_its_process_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([1234])
    monkeypatch.setattr(os, "getppid", lambda: next(parents, 1))

    with pytest.raises(WalkStopped):
        worker._serve(BytesIO(recorded()), BytesIO(), "none")


async def test_a_worker_process_ends_when_it_is_idle_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0)
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb") as parent:  # noqa: ASYNC230, PTH123 - pipes
        parent.write(recorded())
        parent.flush()

        with anyio.fail_after(SOON):
            await to_thread.run_sync(worker._serve, source, BytesIO(), "none", abandon_on_cancel=True)


@pytest.mark.parametrize(("one_less", "processes"), [(0, 1), (1, 0)])
async def test_a_worker_process_walks_recordings_of_at_least_so_many_bytes(
    started: list[Process], one_less: int, processes: int
) -> None:
    size = sum(map(len, lines()))

    async with pool(min_bytes=size + one_less) as workers:
        assert await workers.walk(arriving(lines()), EVENTS) == read_timeline(lines(), EVENTS)

    assert len(started) == processes


async def test_bytes_are_counted_over_the_whole_recording(started: list[Process]) -> None:
    long = lines() * (1_000_000 // sum(map(len, lines())))

    async with pool(min_bytes=400_000) as workers:
        assert await workers.walk(arriving(long), EVENTS) == read_timeline(long, EVENTS)

    assert len(started) == 1
