"""What refusals teach about a server's rate limits, and how long that is believed."""

from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from recordings_mcp.client import (
    Plan,
    RateBudget,
    RecordingFilters,
    RecordingsClient,
    Throttled,
    deadline,
)
from tests.client.clock import StandingClock
from tests.client.scripted import HOST, ID, KEY, NOTHING_FOUND, Answer, Scripted, connect, searches

pytestmark = pytest.mark.anyio

TOO_MANY = Answer(429, headers={"Retry-After": "30"})


async def learnt(answers: Sequence[Answer], count: int) -> Plan | None:
    clock = StandingClock()
    budget = RateBudget(clock=clock)
    async with connect(Scripted(*answers, NOTHING_FOUND), rate_budget=budget) as client:
        with deadline(100, clock=clock):
            await searches(client, count)
    return budget.of(HOST, SecretStr(KEY)).plan


@pytest.mark.parametrize(
    ("before", "refusal", "plan"),
    [
        (5, TOO_MANY, None),
        (12, TOO_MANY, "free"),
        (59, TOO_MANY, "free"),
        (60, TOO_MANY, "paid"),
        (100, TOO_MANY, "enterprise"),
        (12, Answer(429), None),
        (12, Answer(503), None),
    ],
)
async def test_the_plan_is_learnt_from_a_refusal_after_as_many_requests_as_it_allows(
    before: int, refusal: Answer, plan: Plan | None
) -> None:
    assert await learnt([*[NOTHING_FOUND] * before, refusal], before + 1) == plan


async def test_a_learnt_plan_holds_for_half_a_day() -> None:
    clock = StandingClock()
    budget = RateBudget(clock=clock)
    server = Scripted(*[NOTHING_FOUND] * 12, TOO_MANY, NOTHING_FOUND)
    async with connect(server, rate_budget=budget) as client:
        with deadline(100, clock=clock):
            await searches(client, 13)
    caller = budget.of(HOST, SecretStr(KEY))
    await clock.sleep(11 * 3600)
    assert caller.plan == "free"
    await clock.sleep(3600)
    assert caller.plan is None


async def test_a_server_that_never_refused_is_not_held_to_limits_unless_it_is_one_of_posthog() -> None:
    clock = StandingClock()
    async with connect(Scripted(NOTHING_FOUND), rate_budget=RateBudget(clock=clock)) as client:
        await searches(client, 300)
    assert clock.time == 0
    cloud = RecordingsClient(
        host="https://eu.posthog.com",
        project_id=7,
        api_key=KEY,
        transport=Scripted(NOTHING_FOUND),
        rate_budget=RateBudget(clock=clock),
    )
    async with cloud:
        with deadline(100, clock=clock):
            await searches(cloud, 101)
    assert 60 < clock.time < 61


async def test_a_refusal_holds_back_all_others_of_its_kind() -> None:
    clock = StandingClock()
    budget = RateBudget(clock=clock)
    server = Scripted(Answer(429, headers={"Retry-After": "500"}), NOTHING_FOUND)
    async with connect(server, rate_budget=budget) as client:
        with pytest.raises(Throttled):
            await client.search()
        with pytest.raises(Throttled, match="Try again in 9 minutes"):
            await client.search(RecordingFilters(limit=3))
        assert server.attempts == 1
        await client.session_events(ID)
        await clock.sleep(500)
        await client.search()


async def test_a_refusal_for_ever_is_believed_for_an_hour() -> None:
    clock = StandingClock()
    server = Scripted(Answer(429, headers={"Retry-After": "1e9"}), NOTHING_FOUND)
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with pytest.raises(Throttled, match="Try again tomorrow"):
            await client.search()
        await clock.sleep(3600)
        await client.search()


@pytest.mark.parametrize("before", [12, 60, 100])
async def test_a_refusal_of_what_every_plan_allows_as_often_teaches_no_plan(before: int) -> None:
    clock = StandingClock()
    budget = RateBudget(clock=clock)
    found = Answer(body={"id": ID})
    server = Scripted(*[found] * before, TOO_MANY, found)
    async with connect(server, rate_budget=budget) as client:
        with deadline(100, clock=clock):
            for _ in range(before + 1):
                await client.get(ID)

    assert (server.attempts, budget.of(HOST, SecretStr(KEY)).plan) == (before + 2, None)
