"""One deadline for all that a call needs."""

import asyncio
import time
from asyncio import StreamReader, StreamWriter

import anyio
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    DeadlineExceeded,
    RateBudget,
    RecordingsClient,
    Throttled,
    Timeouts,
    deadline,
    deadline_paused,
)
from tests.client.clock import StandingClock
from tests.client.faulty import faulty, head
from tests.client.scripted import HOST, ID, KEY, Answer, Scripted, connect
from tests.patience import SOON

pytestmark = [pytest.mark.anyio, pytest.mark.alone]


TIME = 1.5
"""Seconds of a deadline that is waited for: enough for a busy machine to send and take what comes before it."""


async def stall(reader: StreamReader, _writer: StreamWriter) -> None:
    if not await reader.read():
        raise ConnectionError


async def trickle(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 10000"))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_call_without_an_answer_ends_at_its_deadline() -> None:
    async with faulty(stall, read=60) as (client, server):
        began = time.monotonic()
        with deadline(TIME), pytest.raises(DeadlineExceeded) as error:
            await client.get(ID)
    assert time.monotonic() - began < SOON
    assert str(error.value) == snapshot(
        "This call timed out after 1.5 seconds: PostHog had not answered. Ask for less at a time, or try again later."
    )
    assert len(server.requests) == 1


async def test_a_trickling_answer_ends_at_the_deadline_and_the_error_says_how_much_had_come() -> None:
    async with faulty(trickle, read=60) as (client, server):
        began = time.monotonic()
        with deadline(TIME), pytest.raises(DeadlineExceeded, match=r": \d+ bytes of an answer had arrived\."):
            await client.get(ID)
        await asyncio.wait_for(server.left.wait(), SOON)
    assert time.monotonic() - began < SOON


async def list_then_answer_once_then_stall(reader: StreamReader, writer: StreamWriter) -> None:
    keys = ("0", "7")
    listing = ",".join(f'{{"source": "blob_v2", "blob_key": "{key}"}}' for key in keys)
    body = f'{{"sources": [{listing}]}}'.encode()
    writer.write(head(f"Content-Length: {len(body)}") + body)
    await reader.readuntil(b"\r\n\r\n")
    writer.write(head("Content-Length: 5") + b"line\n")
    await reader.readuntil(b"\r\n\r\n")
    await reader.read()


async def test_a_download_that_ends_at_its_deadline_says_how_far_it_got() -> None:
    async with faulty(list_then_answer_once_then_stall) as (client, _):
        with deadline(TIME), pytest.raises(DeadlineExceeded) as error:
            assert [line async for line in client.snapshot_lines(ID)]
    assert str(error.value) == snapshot(
        "This call timed out after 1.5 seconds: 1 of 2 blocks of the recording had arrived. Ask for less at a time, or try again later."
    )


async def test_all_requests_of_a_call_share_its_deadline() -> None:
    clock = StandingClock()
    server = Scripted(Answer(429, headers={"Retry-After": "25"}), Answer(body={"id": ID}))
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with deadline(40, clock=clock) as given:
            await client.get(ID)
            assert given.left() == 15
        with deadline(20, clock=clock), pytest.raises(Throttled) as error:
            await connect(
                Scripted(Answer(429, headers={"Retry-After": "25"})), rate_budget=RateBudget(clock=clock)
            ).get(ID)
    assert error.value.retry_after == 25
    assert clock.slept == [25]


async def test_a_deadline_within_another_never_ends_after_it() -> None:
    clock = StandingClock()
    with deadline(10, clock=clock), deadline(60) as inner:
        assert (inner.seconds, inner.left()) == (10, 10)
        with deadline(3) as innermost:
            assert innermost.left() == 3


async def test_time_while_a_person_is_asked_does_not_count() -> None:
    clock = StandingClock()
    with deadline(10, clock=clock) as given, deadline(5) as inner:
        with deadline_paused():
            await clock.sleep(600)
        assert (given.left(), inner.left()) == (10, 5)
    with deadline_paused():
        pass


async def test_a_call_that_brings_no_deadline_has_the_one_of_the_settings() -> None:
    async with faulty(stall) as (client, _):
        timeouts = Timeouts(call=TIME)
        async with RecordingsClient(host=client.host, project_id=7, api_key=KEY, timeouts=timeouts) as slow:
            with pytest.raises(DeadlineExceeded, match=r"after 1\.5 seconds"):
                await slow.get(ID)


async def test_a_download_that_brings_no_deadline_has_the_one_of_the_settings() -> None:
    async with faulty(list_then_answer_once_then_stall) as (client, _):
        timeouts = Timeouts(download=TIME)
        async with RecordingsClient(host=client.host, project_id=7, api_key=KEY, timeouts=timeouts) as slow:
            with pytest.raises(DeadlineExceeded, match=r"after 1\.5 seconds: 1 of 2 blocks"):
                [line async for line in slow.snapshot_lines(ID)]


async def test_a_change_that_ends_at_the_deadline_was_sent_once_and_its_outcome_is_unknown() -> None:
    async with faulty(stall) as (client, server):
        with deadline(TIME), pytest.raises(DeadlineExceeded, match="check before") as error:
            await client.update(ID, viewed=True)
    assert error.value.outcome_unknown
    assert [request.split(b" ")[0] for request in server.requests] == [b"PATCH"]


async def test_nothing_is_sent_after_the_deadline() -> None:
    server = Scripted(Answer(body={"id": ID}))
    async with connect(server) as client:
        with deadline(0), pytest.raises(DeadlineExceeded, match="the request was not sent") as error:
            await client.update(ID, viewed=True)
        assert not error.value.outcome_unknown
        assert server.attempts == 0
        assert (await client.get(ID)).id == ID


class Hanging(StandingClock):
    """A clock on which waits never end."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = anyio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.waiting.set()
        await anyio.sleep_forever()


async def test_no_change_is_sent_once_its_call_was_cancelled_while_it_waited() -> None:
    clock = Hanging()
    server = Scripted(Answer(429, headers={"Retry-After": "5"}), Answer(body={"success": True}))
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        task = asyncio.create_task(client.update(ID, viewed=True))
        await clock.waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert server.attempts == 1


async def test_cancelling_a_call_that_waits_for_an_answer_takes_effect_at_once() -> None:
    async with faulty(stall, read=60) as (client, server):
        task = asyncio.create_task(client.get(ID))
        await server.arrived.wait()
        task.cancel()
        began = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.left.wait(), SOON)
    assert time.monotonic() - began < SOON


async def test_waits_are_reported_before_they_start_and_every_15_seconds() -> None:
    clock = StandingClock()
    reports: list[tuple[float, str]] = []

    async def tell(seconds: float, why: str) -> None:
        reports.append((seconds, why))

    server = Scripted(Answer(429, headers={"Retry-After": "25"}), Answer(body={"id": ID}))
    client = RecordingsClient(
        host=HOST, project_id=7, api_key=KEY, transport=server, rate_budget=RateBudget(clock=clock)
    )
    async with client:
        with deadline(60, on_wait=tell, clock=clock):
            await client.get(ID)
    assert reports == [(25, "PostHog asked to wait"), (10, "PostHog asked to wait")]
