"""Over real sockets: failures are reported, nothing hangs or piles up, and cancelling closes the connection."""

import asyncio
import gzip
import logging
import socket
import struct
import tracemalloc
from asyncio import StreamReader, StreamWriter
from typing import Any

import pytest

from recordings_mcp.client import RecordingsClient, RecordingsError, UnexpectedAnswer, Unreachable
from tests.client.faulty import Behaviour, faulty, head
from tests.client.scripted import ID, KEY, bomb
from tests.patience import SOON

pytestmark = pytest.mark.anyio

BOMB = bomb(256 << 20)


async def reset(_reader: StreamReader, writer: StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(_reader: StreamReader, _writer: StreamWriter) -> None:
    """Close the connection without an answer."""


async def stall(reader: StreamReader, _writer: StreamWriter) -> None:
    """Never answer; end when the client leaves."""
    await reader.read()


async def stall_within_the_body(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 100") + b'{"id"')
    await reader.read()


async def promise_more_than_is_sent(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 100") + b'{"id": "x"}')


async def cut_off_gzip(_reader: StreamReader, writer: StreamWriter) -> None:
    packed = gzip.compress(b'{"id": "x"}')[:-10]
    writer.write(head("Content-Encoding: gzip", f"Content-Length: {len(packed)}") + packed)


async def speak_no_http(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")


async def break_a_chunk(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Transfer-Encoding: chunked") + b"zz\r\n{}\r\n")


@pytest.mark.parametrize(
    "behaviour",
    [
        reset,
        hang_up,
        stall,
        stall_within_the_body,
        promise_more_than_is_sent,
        cut_off_gzip,
        speak_no_http,
        break_a_chunk,
    ],
)
async def test_a_read_that_breaks_is_tried_three_times_and_reported(behaviour: Behaviour) -> None:
    async with faulty(behaviour, read=0.5) as (client, server):
        with pytest.raises(Unreachable) as error:
            await client.get(ID)
    assert error.value.may_have_arrived
    assert len(server.requests) == 3


@pytest.mark.parametrize("behaviour", [reset, hang_up, stall])
async def test_a_change_that_breaks_is_sent_once(behaviour: Behaviour) -> None:
    async with faulty(behaviour, read=0.5) as (client, server):
        with pytest.raises(Unreachable, match="It is not known whether the change was made"):
            await client.update(ID, viewed=True)
    assert [request.split(b" ")[0] for request in server.requests] == [b"PATCH"]


async def test_a_server_that_is_down_is_reported() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with RecordingsClient(host=host, project_id=7, api_key=KEY) as client:
            with pytest.raises(Unreachable, match="could not be reached") as error:
                await client.update(ID, viewed=True)
    assert not error.value.may_have_arrived


async def send_forever(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Transfer-Encoding: chunked"))
    chunk = b"%x\r\n%b\r\n" % (1 << 20, b" " * (1 << 20))
    while True:
        writer.write(chunk)
        await writer.drain()


async def test_an_answer_without_end_is_left_at_the_bound() -> None:
    async with faulty(send_forever) as (client, server):
        with pytest.raises(UnexpectedAnswer, match="larger than this client accepts"):
            await client.get(ID)
        await asyncio.wait_for(server.left.wait(), SOON)
    assert len(server.requests) == 1


async def send_a_bomb(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Encoding: gzip", f"Content-Length: {len(BOMB)}") + BOMB)
    await writer.drain()


async def test_a_decompression_bomb_is_refused() -> None:
    async with faulty(send_a_bomb) as (client, _):
        tracemalloc.start()
        with pytest.raises(UnexpectedAnswer, match="expands suspiciously"):
            await client.get(ID)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 << 20


async def list_blocks_then_stall(reader: StreamReader, writer: StreamWriter) -> None:
    listing = b'{"sources": [{"source": "blob_v2", "blob_key": "0"}]}'
    writer.write(head(f"Content-Length: {len(listing)}") + listing)
    await reader.readuntil(b"\r\n\r\n")
    writer.write(head("Transfer-Encoding: chunked") + b"5\r\nline\n\r\n")
    if not await reader.read():
        raise ConnectionError


async def test_cancelling_a_download_closes_its_connection_at_once() -> None:
    async with faulty(list_blocks_then_stall) as (client, server):
        arrived = asyncio.Event()

        async def download() -> None:
            async for line in client.snapshot_lines(ID):
                assert line == b"line"
                arrived.set()

        task = asyncio.create_task(download())
        await asyncio.wait_for(arrived.wait(), SOON)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.left.wait(), SOON)


async def test_the_key_is_in_no_log_of_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for behaviour in (reset, promise_more_than_is_sent, speak_no_http):
        async with faulty(behaviour) as (client, server):
            with pytest.raises(RecordingsError):
                await client.get(ID)
        assert KEY.encode() in server.requests[0]
    logged = "".join(f"{record.getMessage()}{record.__dict__}" for record in caplog.records)
    assert logged
    assert KEY not in logged


async def answer_well(_reader: StreamReader, writer: StreamWriter) -> None:
    body = b'{"id": "x"}'
    writer.write(head(f"Content-Length: {len(body)}") + body)
    await writer.drain()


@pytest.mark.parametrize(
    ("wish", "through"),
    [({}, []), ({"proxies_from_environment": True}, [b"GET http://127.0.0.1:"])],
)
async def test_proxies_of_the_environment_are_used_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, wish: dict[str, Any], through: list[bytes]
) -> None:
    async with faulty(answer_well) as (direct, _), faulty(answer_well) as (elsewhere, proxy):
        monkeypatch.setenv("HTTP_PROXY", elsewhere.host)
        async with RecordingsClient(host=direct.host, project_id=7, api_key=KEY, **wish) as client:
            assert (await client.get(ID)).id == "x"
        assert [request[:21] for request in proxy.requests] == through


WISHES: list[dict[str, Any]] = [{}, {"proxies_from_environment": True}]


async def answer_and_stay(reader: StreamReader, writer: StreamWriter) -> None:
    body = b'{"id": "x"}'
    writer.write(head(f"Content-Length: {len(body)}") + body)
    if not await reader.read():
        raise ConnectionError


def redirect_to(host: str) -> Behaviour:
    async def answer(_reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(head(f"Location: {host}/", "Content-Length: 0", status="302 Found"))
        await writer.drain()

    return answer


@pytest.mark.parametrize("wish", WISHES)
async def test_no_redirect_is_followed_by_whatever_carries_requests(wish: dict[str, Any]) -> None:
    async with (
        faulty(answer_and_stay) as (elsewhere, other),
        faulty(redirect_to(elsewhere.host)) as (posthog, asked),
        RecordingsClient(host=posthog.host, project_id=7, api_key=KEY, **wish) as client,
    ):
        with pytest.raises(UnexpectedAnswer, match="is a redirect"):
            await client.get(ID)

    assert (len(asked.requests), len(other.requests)) == (1, 0)


@pytest.mark.parametrize("wish", WISHES)
async def test_a_client_that_is_closed_leaves_no_connection(wish: dict[str, Any]) -> None:
    async with faulty(answer_and_stay) as (posthog, server):
        async with RecordingsClient(host=posthog.host, project_id=7, api_key=KEY, **wish) as client:
            await client.get(ID)
            assert not server.left.is_set()

        await asyncio.wait_for(server.left.wait(), SOON)
