"""Large recordings are walked in processes of their own: same result, gone with the call, nothing kept from it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from select import poll

import anyio
import pytest
from anyio.abc import Process

from recordings_mcp.client import DeadlineExceeded, deadline
from recordings_mcp.reading import timelines
from recordings_mcp.reading.walking import Children, WalkInterrupted, walk_lines
from recordings_mcp.replay import AnalyticsEvent, Timeline, read_timeline
from tests.mcp_client import Connect, data_of
from tests.patience import SOON
from tests.replay._building import START, Recording
from tests.tools.sessions import declined, paid, shop_recording

pytestmark = pytest.mark.anyio

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


def children(worth_bytes: int = 1) -> Children:
    return Children(anyio.CapacityLimiter(2), worth_bytes)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """All processes that were begun."""
    processes: list[Process] = []
    open_process = anyio.open_process

    async def note(*arguments: object, **options: object) -> Process:
        processes.append(await open_process(*arguments, **options))  # type: ignore[arg-type]
        return processes[-1]

    monkeypatch.setattr(anyio, "open_process", note)
    return processes


async def walked(ours: Children) -> Timeline:
    return await walk_lines(arriving(lines()), ours, EVENTS)


async def test_a_large_recording_gives_the_same_timeline_from_a_process_of_its_own(
    begun: list[Process],
) -> None:
    async with children() as ours:
        assert await walked(ours) == read_timeline(lines(), EVENTS)

    assert [process.returncode for process in begun] == [-signal.SIGKILL]


async def test_a_small_recording_is_walked_without_a_process(begun: list[Process]) -> None:
    async with children(worth_bytes=10**9) as ours:
        assert await walked(ours) == read_timeline(lines(), EVENTS)

    assert begun == []


async def test_one_process_walks_one_recording_after_the_other(begun: list[Process]) -> None:
    async with children() as ours:
        assert [await walked(ours) for _ in range(3)] == [read_timeline(lines(), EVENTS)] * 3

    assert len(begun) == 1


async def test_no_more_processes_walk_at_once_than_there_is_room_for(begun: list[Process]) -> None:
    async with children() as ours, anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(walked, ours)

    assert len(begun) == 2


async def test_waiting_for_room_ends_with_the_time_of_the_call() -> None:
    room = anyio.CapacityLimiter(1)
    await room.acquire_on_behalf_of("another call")
    with deadline(0.1), pytest.raises(DeadlineExceeded, match="other recordings were still being read"):
        await walked(Children(room, 1))

    assert room.borrowed_tokens == 1


@pytest.mark.alone
async def test_a_cancelled_call_kills_its_process_at_once(begun: list[Process]) -> None:
    fed = anyio.Event()
    cancelled_at = 0.0
    async with anyio.create_task_group() as tasks:

        async def call() -> None:
            async with children() as ours:
                await walk_lines(endless(fed), ours, [])

        tasks.start_soon(call)
        await fed.wait()
        cancelled_at = time.monotonic()
        tasks.cancel_scope.cancel()

    assert time.monotonic() - cancelled_at < SOON
    assert [process.returncode for process in begun] == [-signal.SIGKILL]


async def test_a_process_that_is_killed_is_told_with_what_to_do(begun: list[Process]) -> None:
    async def killed() -> AsyncGenerator[bytes]:
        for line in lines() * 20:
            yield line
            if begun and begun[0].returncode is None:
                begun[0].kill()
                await begun[0].wait()

    with pytest.raises(WalkInterrupted, match="Ask again, one recording at a time"):
        async with children() as ours:
            await walk_lines(killed(), ours, [])


async def test_a_recording_whose_process_was_killed_is_named_beside_those_that_were_read(
    connect: Connect, begun: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "_WORTH_BYTES_OF_MANY", 1)
    begin = anyio.open_process

    async def begin_and_kill_the_first(*arguments: object, **options: object) -> Process:
        process = await begin(*arguments, **options)  # type: ignore[arg-type]
        if len(begun) == 1:
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
    connect: Connect, begun: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [shop_recording("first", declined()), shop_recording("second", paid())]
    names = {"recordings": ["first", "second"]}
    async with connect(*sessions, output="structured") as client:
        in_threads = data_of(await client.call_tool("compare_recordings", names))
    assert begun == []
    monkeypatch.setattr(timelines, "_WORTH_BYTES_OF_MANY", 1)
    async with connect(output="structured") as client:
        in_processes = data_of(await client.call_tool("compare_recordings", names))

    assert begun
    assert in_processes == in_threads


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "/bin/false", "/bin/cat"])
async def test_where_no_process_can_be_begun_a_thread_walks(
    executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)

    async with children() as ours:
        assert await walked(ours) == read_timeline(lines(), EVENTS)


async def test_no_secret_of_the_environment_reaches_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", "phx_secret")
    monkeypatch.setenv("SOME_TOKEN", "secret")

    async with children() as ours, ours.walk() as walk:
        environment = await anyio.Path(f"/proc/{walk._process.pid}/environ").read_bytes()  # type: ignore[attr-defined]

    assert b"secret" not in environment
    assert {entry.partition(b"=")[0] for entry in environment.split(b"\0") if entry} <= {
        b"PYTHONPATH", b"PYTHONHOME", b"LD_LIBRARY_PATH", b"LC_CTYPE"
    }  # fmt: skip


def test_a_process_ends_with_whoever_began_it() -> None:
    program = """
import anyio
from recordings_mcp.reading.walking import Children

async def main():
    async with Children(anyio.CapacityLimiter(1), 1) as ours, ours.walk() as walk:
        print(walk._process.pid, flush=True)
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


@pytest.mark.parametrize(("one_less", "processes"), [(0, 1), (1, 0)])
async def test_a_recording_is_worth_a_process_from_as_many_bytes_on_as_were_named(
    begun: list[Process], one_less: int, processes: int
) -> None:
    size = sum(map(len, lines()))

    async with children(worth_bytes=size + one_less) as ours:
        assert await walk_lines(arriving(lines()), ours, EVENTS) == read_timeline(lines(), EVENTS)

    assert len(begun) == processes


async def test_bytes_are_counted_over_the_whole_recording(begun: list[Process]) -> None:
    long = lines() * (1_000_000 // sum(map(len, lines())))

    async with children(worth_bytes=700_000) as ours:
        assert await walk_lines(arriving(long), ours, EVENTS) == read_timeline(long, EVENTS)

    assert len(begun) == 1
