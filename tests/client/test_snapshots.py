"""A recording is downloaded as a stream of lines, whatever the server leaves out or breaks off."""

import gzip
import json
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from recordings_mcp.client import (
    LegacySnapshots,
    NoSnapshots,
    Overloaded,
    RateBudget,
    RecordingDeleted,
    RecordingNotFound,
    RecordingsError,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
    _snapshots,
)
from recordings_mcp.client._snapshots import LineSplitter
from tests.client.clock import StandingClock
from tests.client.recordings import CHECKOUT, LONG, QUIET, Shop, lines
from tests.client.scripted import ID, Answer, Body, Scripted, connect

pytestmark = pytest.mark.anyio


async def test_all_lines_of_all_blocks_arrive_in_order_at_most_twenty_blocks_at_a_time(shop: Shop) -> None:
    transport = shop.transport()
    progress: list[tuple[int, int]] = []

    async def note(done: int, total: int) -> None:
        progress.append((done, total))

    async with shop.client(transport) as client:
        received = [line async for line in client.snapshot_lines(LONG, on_progress=note)]
    assert received == lines(LONG, 45)
    assert progress == [(20, 45), (40, 45), (45, 45)]
    below = f"GET /{LONG}/snapshots/"
    assert [request.removeprefix(below) for request in transport.sent] == snapshot(
        [
            "",
            "?source=blob_v2&start_blob_key=0&end_blob_key=19",
            "?source=blob_v2&start_blob_key=20&end_blob_key=39",
            "?source=blob_v2&start_blob_key=40&end_blob_key=44",
        ]
    )


async def test_a_download_reports_its_blocks_and_what_arrived(shop: Shop) -> None:
    async with shop.client() as client:
        download = await client.snapshots(CHECKOUT)
        before = (download.total_blocks, download.done_blocks, download.received_lines)
        received = [line async for line in download.lines()]
        again = await client.snapshots(CHECKOUT)
        other = await client.snapshots(LONG)
    assert before == (3, 0, 0)
    assert (download.done_blocks, download.received_lines, download.missing_blocks) == (3, len(received), [])
    assert download.version == again.version != other.version


async def test_a_recording_in_long_term_storage_is_one_object(shop: Shop) -> None:
    transport = shop.transport(long_term=frozenset({CHECKOUT}))
    async with shop.client(transport) as client:
        download = await client.snapshots(CHECKOUT)
        received = [line async for line in download.lines()]
    assert received == lines(CHECKOUT, 3)
    assert (download.total_blocks, download.unchecked_blocks, download.missing_blocks) == (1, 1, [])
    assert "source=blob_v2_lts&blob_key=session_recordings_lts%2F" in transport.sent[-1]


async def test_a_recording_without_snapshots_says_why_that_may_be(shop: Shop) -> None:
    async with shop.client() as client:
        with pytest.raises(NoSnapshots, match="It may be too recent"):
            await client.snapshots(QUIET)


async def test_an_unknown_and_a_deleted_recording_are_told_apart(shop: Shop) -> None:
    async with shop.client() as client:
        with pytest.raises(RecordingNotFound):
            await client.snapshots("unknown")
        await client.delete(CHECKOUT)
        with pytest.raises(RecordingDeleted):
            await client.snapshots(CHECKOUT)


def source(kind: str, key: str | None = None, at: str | None = None) -> dict[str, Any]:
    return {"source": kind, "blob_key": key, "start_timestamp": at, "end_timestamp": at}


async def test_old_forms_alone_cannot_be_watched() -> None:
    listing = Answer(body={"sources": [source("realtime"), source("blob", "1700-1800")]})
    async with connect(Scripted(listing)) as client:
        with pytest.raises(LegacySnapshots, match="old form"):
            await client.snapshots(ID)


async def test_only_consecutive_blocks_are_asked_for_together() -> None:
    listed = [source("blob_v2", key) for key in ("0", "1", "3", "4", "9")]
    server = Scripted(Answer(body={"sources": listed}), Answer(body=b"a"))
    async with connect(server) as client:
        assert len([line async for line in client.snapshot_lines(ID)]) == 3
    asked = [parse_qs(request.url.query.decode()) for request in server.requests[1:]]
    assert [(each["start_blob_key"], each["end_blob_key"]) for each in asked] == [
        (["0"], ["1"]),
        (["3"], ["4"]),
        (["9"], ["9"]),
    ]


@pytest.mark.parametrize("sources", [None, {}, [{}], [source("blob_v2")], [source("blob_v2", "../1")], [7]])
async def test_a_list_of_parts_that_makes_no_sense_is_an_error(sources: Any) -> None:
    async with connect(Scripted(Answer(body={"sources": sources}))) as client:
        with pytest.raises(UnexpectedAnswer):
            await client.snapshots(ID)


LISTED = Answer(body={"sources": [source("blob_v2", str(key)) for key in range(4)]})


class Blocks(httpx.AsyncBaseTransport):
    """A server of four blocks of three lines that fails for too many blocks at once, within the body or before it."""

    def __init__(self, failure: Exception | int, most: int, after: int = 0) -> None:
        self._failure = failure
        self._most = most
        self._after = after
        self.ranges: list[tuple[int, int]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        query = parse_qs(request.url.query.decode())
        if "source" not in query:
            return httpx.Response(200, stream=Body(LISTED.chunks()))
        first, last = int(query["start_blob_key"][0]), int(query["end_blob_key"][0])
        self.ranges.append((first, last))
        received = [line + b"\n" for line in block_lines(range(first, last + 1))]
        if last - first < self._most:
            return httpx.Response(200, stream=Body(received))
        if isinstance(self._failure, int):
            return httpx.Response(self._failure, stream=Body([]))
        return httpx.Response(200, stream=Body([*received[: self._after], self._failure]))


def block_lines(blocks: Sequence[int]) -> list[bytes]:
    return [f'["w",{{"block":{block},"line":{line}}}]'.encode() for block in blocks for line in range(3)]


@pytest.mark.parametrize("after", [0, 1, 4, 7])
@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), httpx.ReadError("reset")])
async def test_a_range_that_breaks_off_is_asked_for_in_halves_and_no_line_comes_twice(
    failure: Exception, after: int
) -> None:
    server = Blocks(failure, most=2, after=after)
    async with connect(server) as client:
        download = await client.snapshots(ID)
        received = [line async for line in download.lines()]
    assert received == block_lines(range(4))
    assert server.ranges == [(0, 3), (0, 1), (2, 3)]
    assert download.received_lines == 12


@pytest.mark.parametrize("status", [503, 504, 512])
async def test_a_range_that_is_too_much_for_the_server_is_asked_for_in_halves(status: int) -> None:
    server = Blocks(status, most=1)
    async with connect(server) as client:
        assert [line async for line in client.snapshot_lines(ID)] == block_lines(range(4))
    assert server.ranges == [(0, 3), (0, 1), (0, 0), (1, 1), (2, 3), (2, 2), (3, 3)]


async def test_a_range_that_is_not_answered_in_time_is_asked_for_in_halves_at_once() -> None:
    server = Scripted(LISTED, *[httpx.ReadTimeout("slow")] * 2, Answer(body=b"[]"))
    async with connect(server) as client:
        assert len([line async for line in client.snapshot_lines(ID)]) == 3
    asked = [dict(request.url.params) for request in server.requests[1:]]
    assert [(each["start_blob_key"], each["end_blob_key"]) for each in asked] == [
        ("0", "3"),
        ("0", "1"),
        ("0", "0"),
        ("1", "1"),
        ("2", "3"),
    ]


async def test_ranges_that_were_too_much_do_not_open_the_circuit_breaker() -> None:
    server = Scripted(LISTED, *[Answer(503)] * 5, Answer(body={"id": ID}))
    async with connect(server) as client:
        with pytest.raises(Overloaded):  # for four blocks, two, and three times for one
            [line async for line in client.snapshot_lines(ID)]
        assert (await client.get(ID)).id == ID


@pytest.mark.parametrize(
    ("failure", "raised", "attempts"),
    [
        (httpx.ReadError("reset"), Unreachable, 3),
        (503, Overloaded, 5),
        (500, RecordingsError, 1),
    ],
)
async def test_a_block_that_never_comes_ends_the_download(
    failure: Exception | int, raised: type[RecordingsError], attempts: int
) -> None:
    server = Blocks(failure, most=0)
    async with connect(server) as client:
        with pytest.raises(raised):
            [line async for line in client.snapshot_lines(ID)]
    assert len(server.ranges) == attempts


class Busy(Blocks):
    """The same server, which refuses its first requests for data."""

    def __init__(self, refusals: int, retry_after: str) -> None:
        super().__init__(failure=500, most=4)
        self._refusals = refusals
        self._retry_after = retry_after

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if len(self.ranges) in range(1, self._refusals + 1):
            return httpx.Response(429, headers={"Retry-After": self._retry_after}, stream=Body([]))
        return answer


async def test_a_download_waits_for_the_rate_limit_as_often_as_it_takes() -> None:
    clock = StandingClock()
    async with connect(Busy(5, "40"), rate_budget=RateBudget(clock=clock)) as client:
        assert [line async for line in client.snapshot_lines(ID)] == block_lines(range(4))
    assert clock.slept == [40] * 5


async def test_a_download_that_is_always_refused_asks_ever_less_often_and_ends_with_its_time() -> None:
    clock = StandingClock()
    server = Busy(10_000, "0")
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with pytest.raises(Throttled):
            [line async for line in client.snapshot_lines(ID)]
    assert clock.slept == [1, 2, 4, 8, 16, 32, *[64] * 8]
    assert len(server.ranges) == 15


async def test_a_download_that_may_continue_only_after_its_deadline_fails_at_once() -> None:
    clock = StandingClock()
    async with connect(Busy(5, "900"), rate_budget=RateBudget(clock=clock)) as client:
        with pytest.raises(Throttled, match="Try again in 15 minutes"):
            [line async for line in client.snapshot_lines(ID)]
    assert clock.slept == []


async def test_a_recording_of_too_many_lines_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_snapshots, "MOST_LINES", 3)
    async with connect(Scripted(LISTED, Answer(body=b"a\nb\nc\nd\n"))) as client:
        with pytest.raises(UnexpectedAnswer, match="more lines than this client accepts"):
            [line async for line in client.snapshot_lines(ID)]


async def test_equal_lines_all_arrive() -> None:
    server = Scripted(LISTED, Answer(body=b"same\nsame\n\r\n\nother\nsame"))
    async with connect(server) as client:
        assert [line async for line in client.snapshot_lines(ID)] == [b"same", b"same", b"other", b"same"]


async def test_compressed_lines_are_decompressed_as_they_arrive() -> None:
    text = b"\n".join(json.dumps(["w", {"n": n}]).encode() for n in range(5000))
    server = Scripted(LISTED, Answer(body=gzip.compress(text), headers={"Content-Encoding": "gzip"}))
    async with connect(server) as client:
        assert [line async for line in client.snapshot_lines(ID)] == text.split(b"\n")


async def test_leaving_early_closes_the_download_at_once() -> None:
    server = Scripted(LISTED, Answer(body=b"a\nb\nc\n"))
    async with connect(server) as client:
        async with aclosing(client.snapshot_lines(ID)) as received:
            async for line in received:
                assert line == b"a"
                break
        assert [body.closed for body in server.bodies] == [True, True]


@pytest.mark.parametrize("body", [b"x" * (65 << 20), b"\n" * 10 + b"y" * (65 << 20)])
async def test_a_line_without_end_is_not_collected(body: bytes) -> None:
    async with connect(Scripted(LISTED, Answer(body=body))) as client:
        with pytest.raises(UnexpectedAnswer, match="a line that is larger than this client accepts"):
            [line async for line in client.snapshot_lines(ID)]


@given(st.lists(st.binary(max_size=20), max_size=20), st.integers(1, 7))
def test_lines_do_not_depend_on_how_the_stream_is_cut(parts: list[bytes], size: int) -> None:
    stream = b"\n".join(parts)
    splitter = LineSplitter()
    cut = [stream[start : start + size] for start in range(0, len(stream), size)]
    received = [line for chunk in cut for line in splitter.feed(chunk)] + list(splitter.finish())
    assert received == [line.strip() for line in stream.split(b"\n") if line.strip()]
