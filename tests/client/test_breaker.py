"""A server that is down is left alone, and retries stay few."""

import asyncio

import httpx
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    CircuitOpen,
    DeadlineExceeded,
    RateBudget,
    RecordingBlocksUnavailable,
    RecordingsClient,
    RecordingsError,
    ServerFailed,
    Unreachable,
    deadline,
)
from recordings_mcp.client._retry import CircuitBreaker, RetryBudget
from tests.client.clock import StandingClock
from tests.client.scripted import ID, Answer, Scripted, connect, searches

pytestmark = pytest.mark.anyio

GOOD = Answer(body={"id": ID})


async def fail(client: RecordingsClient, times: int = 1) -> list[type[RecordingsError]]:
    failures: list[type[RecordingsError]] = []
    for _ in range(times):
        with pytest.raises(RecordingsError) as error:
            await client.get(ID)
        failures.append(type(error.value))
    return failures


async def test_after_five_failures_in_a_row_nothing_is_sent_for_half_a_minute() -> None:
    clock = StandingClock()
    server = Scripted(*[Answer(500)] * 5, GOOD)
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        assert await fail(client, 7) == [ServerFailed] * 5 + [CircuitOpen] * 2
        await clock.sleep(20)
        with pytest.raises(CircuitOpen) as error:
            await client.get(ID)
        assert server.attempts == 5
        await clock.sleep(10)
        assert (await client.get(ID)).id == ID
    assert error.value.retry_after == 10
    assert str(error.value) == snapshot(
        "PostHog failed or did not answer several times in a row, so this request was not sent. Try again in half a minute; if it persists, check PostHog's status."
    )


async def test_a_request_that_waited_for_a_slot_is_not_sent_to_a_server_that_failed_meanwhile() -> None:
    clock = StandingClock()
    server = Scripted(*[Answer(body={"results": []})] * 12, Answer(500))

    async def fail_meanwhile(_seconds: float, _reason: str) -> None:
        await fail(client, 5)

    async with connect(server, rate_budget=RateBudget(plan="free", clock=clock)) as client:
        await searches(client, 12)
        await clock.sleep(50)
        with deadline(30, on_wait=fail_meanwhile, clock=clock), pytest.raises(CircuitOpen):
            await client.search()
    assert server.attempts == 12 + 5


async def test_a_call_whose_time_is_up_says_so_also_while_the_server_is_left_alone() -> None:
    clock = StandingClock()
    async with connect(Scripted(Answer(500)), rate_budget=RateBudget(clock=clock)) as client:
        await fail(client, 5)
        with deadline(1, clock=clock):
            await clock.sleep(2)
            with pytest.raises(DeadlineExceeded):
                await client.get(ID)


async def test_one_request_tries_and_if_it_fails_the_wait_starts_again() -> None:
    clock = StandingClock()
    server = Scripted(Answer(500))
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        await fail(client, 5)
        await clock.sleep(30)
        assert await fail(client, 3) == [ServerFailed, CircuitOpen, CircuitOpen]
    assert server.attempts == 6


async def test_while_one_request_tries_the_others_wait() -> None:
    clock = StandingClock()
    breaker = CircuitBreaker(clock)
    for _ in range(5):
        with pytest.raises(ServerFailed), breaker.guard():
            raise ServerFailed(500)
    await clock.sleep(30)
    with breaker.guard(), pytest.raises(CircuitOpen), breaker.guard():
        pytest.fail("sent")
    with breaker.guard():
        pass


async def test_a_request_from_before_does_not_let_a_second_one_try() -> None:
    clock = StandingClock()
    breaker = CircuitBreaker(clock)
    earlier, trial = breaker.guard(), breaker.guard()
    earlier.__enter__()
    for _ in range(5):
        with pytest.raises(ServerFailed), breaker.guard():
            raise ServerFailed(500)
    await clock.sleep(30)
    trial.__enter__()
    earlier.__exit__(asyncio.CancelledError, asyncio.CancelledError(), None)

    with pytest.raises(CircuitOpen), breaker.guard():
        pytest.fail("sent")


async def test_a_trial_that_was_cancelled_leaves_the_next_one_to_try() -> None:
    clock = StandingClock()
    breaker = CircuitBreaker(clock)
    for _ in range(5):
        with pytest.raises(ServerFailed), breaker.guard():
            raise ServerFailed(500)
    await clock.sleep(30)
    with pytest.raises(asyncio.CancelledError), breaker.guard():
        raise asyncio.CancelledError
    with breaker.guard():
        pass


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400),
        Answer(401),
        Answer(403),
        Answer(404),
        Answer(410),
        Answer(429),
        Answer(302),
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        httpx.PoolTimeout("busy"),
    ],
)
async def test_what_is_not_the_servers_fault_does_not_open_the_breaker(answer: Answer | Exception) -> None:
    server = Scripted(answer)
    async with connect(server) as client:
        assert CircuitOpen not in await fail(client, 8)


async def test_refusals_show_that_the_server_works() -> None:
    async with connect(Scripted(*[*[Answer(500)] * 4, Answer(404)] * 3)) as client:
        assert CircuitOpen not in await fail(client, 15)


@pytest.mark.parametrize(
    "failure", [RecordingBlocksUnavailable(), DeadlineExceeded(1, "nothing"), CircuitOpen(1)]
)
def test_what_says_nothing_about_the_server_does_not_count(failure: RecordingsError) -> None:
    breaker = CircuitBreaker(StandingClock())
    for error in [*[ServerFailed(500)] * 4, failure, ServerFailed(500)]:
        with pytest.raises(type(error)), breaker.guard():
            raise error
    with pytest.raises(CircuitOpen), breaker.guard():
        pytest.fail("sent")


def test_a_request_for_too_much_at_once_is_not_the_servers_fault() -> None:
    breaker = CircuitBreaker(StandingClock())
    for _ in range(9):
        with pytest.raises(Unreachable), breaker.guard(count_failure=False):
            raise Unreachable("slow", may_have_arrived=True, timed_out=True)


async def test_timeouts_count_and_a_call_stops_repeating_when_the_breaker_opens() -> None:
    server = Scripted(Answer(500), Answer(500), Answer(500), httpx.ReadTimeout("slow"))
    async with connect(server) as client:
        assert await fail(client, 5) == [ServerFailed] * 3 + [CircuitOpen] * 2
    assert server.attempts == 5


async def test_a_change_that_meets_an_open_breaker_was_not_made() -> None:
    server = Scripted(Answer(500))
    async with connect(server) as client:
        await fail(client, 5)
        with pytest.raises(CircuitOpen) as error:
            await client.update(ID, viewed=True)
    assert not error.value.outcome_unknown
    assert {request.method for request in server.requests} == {"GET"}


async def test_repeats_are_three_and_one_for_every_ten_requests_of_a_minute() -> None:
    clock = StandingClock()
    budget = RetryBudget(clock)
    assert [budget.take() for _ in range(5)] == [True, True, True, False, False]
    for _ in range(20):
        budget.note_request()
    assert [budget.take() for _ in range(3)] == [True, True, False]
    await clock.sleep(60)
    assert [budget.take() for _ in range(4)] == [True, True, True, False]


async def test_a_flaky_network_is_not_asked_three_times_for_everything() -> None:
    server = Scripted(httpx.ReadError("reset"))
    async with connect(server) as client:
        await fail(client, 20)
    assert server.attempts == 20 + 3 + 2
