"""A fault server on this machine: whatever it does, the user gets an answer, soon, and memory stays small.

`pytest tests/client/test_fault_table.py -s` prints the table.
"""

import sys
import time
import tracemalloc
from asyncio import StreamReader, StreamWriter
from collections.abc import Generator
from dataclasses import dataclass

import pytest

from recordings_mcp.client import RateBudget, RecordingsClient, RecordingsError, _snapshots, deadline
from tests.client.clock import StandingClock
from tests.client.faults import FAULTS, MEBIBYTE, Fault, after_the_listing, sends
from tests.client.faulty import faulty
from tests.client.scripted import ID

pytestmark = [pytest.mark.anyio, pytest.mark.alone]


@dataclass(frozen=True)
class Outcome:
    """What became of one call: the answer, requests sent, MiB at the peak, seconds."""

    answer: str
    attempts: int
    peak: float
    seconds: float


@pytest.fixture(scope="module")
def table() -> Generator[dict[str, Outcome]]:
    outcomes: dict[str, Outcome] = {}
    yield outcomes
    rows = [f"{'fault':34}{'attempts':>9}{'peak MiB':>10}{'seconds':>9}  the user gets"]
    for name, met in outcomes.items():
        rows.append(f"{name:34}{met.attempts:9}{met.peak:10.1f}{met.seconds:9.2f}  {met.answer}")
    sys.stdout.write("\n\n" + "\n".join(rows) + "\n")


@pytest.fixture(autouse=True)
def _smaller_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than what a download may bring, for the sake of time; memory does not depend on it."""
    monkeypatch.setattr(_snapshots, "LARGEST_RECORDING", 72 * MEBIBYTE)


async def elsewhere(_reader: StreamReader, _writer: StreamWriter) -> None:
    pytest.fail("another host was asked")


async def read(client: RecordingsClient, *, download: bool) -> str:
    if not download:
        return (await client.get(ID)).id
    return f"{len([None async for _ in client.snapshot_lines(ID)])} lines"


async def meet(fault: Fault) -> Outcome:
    async with faulty(elsewhere) as (other, _):
        behaviour = fault.behaviour(other.host)
        if fault.downloads:
            behaviour = after_the_listing(behaviour)
        clock = RateBudget(clock=StandingClock())
        async with faulty(behaviour, rate_budget=clock) as (client, server):
            tracemalloc.start()
            began = time.monotonic()
            try:
                with deadline(fault.seconds):
                    answer = await read(client, download=fault.downloads)
            except RecordingsError as error:
                answer = str(error)
            seconds = time.monotonic() - began
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
    return Outcome(answer, len(server.requests), peak / MEBIBYTE, seconds)


@pytest.mark.parametrize("name", FAULTS)
async def test_whatever_the_server_does_the_user_gets_an_answer_soon_and_memory_stays_small(
    name: str, table: dict[str, Outcome]
) -> None:
    fault = FAULTS[name]
    table[name] = met = await meet(fault)
    assert met.answer.startswith(fault.answer)
    assert met.attempts == fault.attempts
    assert met.peak < fault.most
    assert met.seconds < 10


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.downloads])
async def test_whatever_the_server_does_a_change_is_not_made_twice(name: str) -> None:
    """A request that was refused (429) made nothing; any other one may have."""
    fault = FAULTS[name]
    clock = RateBudget(clock=StandingClock())
    async with faulty(fault.behaviour("http://127.0.0.1:9"), rate_budget=clock) as (client, server):
        with deadline(min(fault.seconds, 5)), pytest.raises(RecordingsError):
            await client.update(ID, viewed=True)
    refused = name.startswith("429")
    assert [request[:5] for request in server.requests] == [b"PATCH"] * (fault.attempts if refused else 1)


async def test_a_storm_of_503_reaches_the_server_five_times_and_then_not_at_all() -> None:
    storm = sends(b"", status="503 Service Unavailable")("")
    async with faulty(storm) as (client, server):
        answers: set[str] = set()
        for _ in range(20):
            with pytest.raises(RecordingsError) as error:
                await client.get(ID)
            answers.add(str(error.value)[:40])
    assert answers == {"PostHog has no capacity for this request", "PostHog failed or did not answer several"}
    assert len(server.requests) == 5


async def test_the_next_address_of_a_page_is_never_followed() -> None:
    page = (
        b'{"results": [{"id": "a"}], "next": "{elsewhere}/", "next_cursor": "{elsewhere}/", "has_next": true}'
    )
    async with (
        faulty(elsewhere) as (other, never_asked),
        faulty(sends(page)(other.host)) as (client, server),
    ):
        cursor: str | None = None
        for _ in range(3):
            found = await client.search(cursor=cursor)
            assert [recording.id for recording in found.results] == ["a"]
            cursor = found.next_cursor
    assert never_asked.requests == []
    below = b"/api/projects/7/session_recordings/"
    asked = [request.split(b" ")[1] for request in server.requests]
    assert asked == [below, below + b"?offset=1", below + b"?offset=2"]
