"""Requests wait for their turn, so that PostHog refuses none and none waits for nothing."""

from datetime import timedelta

import anyio
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from recordings_mcp.client import (
    OnWait,
    Plan,
    RateBudget,
    RecordingFilters,
    RecordingsClient,
    RecordingsError,
    ServerFailed,
    Throttled,
    Transport,
    Unreachable,
    application_transport,
    deadline,
)
from recordings_mcp.client._deadline import Deadline
from recordings_mcp.client._rate_limits import LISTING, QUERY, SNAPSHOTS
from recordings_mcp.sandbox import (
    SANDBOX_API_KEY,
    SANDBOX_PROJECT_ID,
    SandboxSettings,
    Throttle,
    create_sandbox,
)
from recordings_mcp.sandbox.throttle import Throttles
from tests.client.clock import StandingClock
from tests.client.recordings import NOW
from tests.client.scripted import HOST, ID, KEY, NOTHING_FOUND, Answer, Scripted, connect, searches

pytestmark = pytest.mark.anyio


class Refusals(httpx.AsyncBaseTransport):
    """Carries requests to a sandbox and counts those that it refused as one too many."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.requests = 0
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        self.requests += 1
        self.refused += response.status_code == 429
        return response


def throttled_sandbox(clock: StandingClock, plan: Plan) -> Refusals:
    app = create_sandbox(
        SandboxSettings(throttle=Throttle(plan=plan)), clock=lambda: NOW + timedelta(seconds=clock.time)
    )
    return Refusals(application_transport(app))


def sandbox_client(transport: Transport, budget: RateBudget) -> RecordingsClient:
    return RecordingsClient(
        host="http://localhost",
        project_id=SANDBOX_PROJECT_ID,
        api_key=SANDBOX_API_KEY,
        transport=transport,
        rate_budget=budget,
    )


async def compare(client: RecordingsClient, count: int, at_once: int) -> int:
    """Ask for all that a comparison of so many recordings needs; give the lines received."""
    page = await client.search(RecordingFilters(limit=count, date_from="all"))
    turns = anyio.CapacityLimiter(at_once)
    received: list[bytes] = []

    async def read(recording_id: str) -> None:
        async with turns:
            await client.session_events(recording_id)
            received.extend([line async for line in client.snapshot_lines(recording_id)])

    async with anyio.create_task_group() as tasks:
        for recording in page.results:
            tasks.start_soon(read, recording.id)
    return len(received)


@pytest.fixture
def reports() -> list[tuple[int, str]]:
    """The waits that were reported: seconds and reason."""
    return []


def tell(reports: list[tuple[int, str]]) -> OnWait:
    async def on_wait(seconds: float, why: str) -> None:
        reports.append((round(seconds), why))

    return on_wait


@pytest.mark.parametrize("at_once", [1, 4])
async def test_comparing_20_recordings_on_the_free_plan_is_never_refused_and_reports_its_waits(
    at_once: int, reports: list[tuple[int, str]]
) -> None:
    clock = StandingClock()
    server = throttled_sandbox(clock, "free")
    async with sandbox_client(server, RateBudget(plan="free", clock=clock)) as client:
        with deadline(600, on_wait=tell(reports), clock=clock):
            assert await compare(client, 20, at_once) > 2000
    assert (server.requests, server.refused) == (61, 0)
    assert 180 <= clock.time < 181  # 40 requests for data, 12 of them a minute
    assert reports[0] == (60, "PostHog allows 12 requests for recordings' data a minute")


async def test_without_a_plan_each_refusal_is_waited_for_and_all_is_read(
    reports: list[tuple[int, str]],
) -> None:
    clock = StandingClock()
    server = throttled_sandbox(clock, "free")
    async with sandbox_client(server, RateBudget(clock=clock)) as client:
        with deadline(600, on_wait=tell(reports), clock=clock):
            assert await compare(client, 20, at_once=1) > 2000
    assert (server.requests - server.refused, server.refused, round(clock.time)) == (61, 3, 180)
    assert reports[0] == (60, "PostHog asked to wait")


async def test_without_a_plan_nothing_is_held_back_until_posthog_refuses() -> None:
    clock = StandingClock()
    cloud = RecordingsClient(
        host="https://eu.posthog.com",
        project_id=7,
        api_key=KEY,
        transport=Scripted(NOTHING_FOUND),
        rate_budget=RateBudget(clock=clock),
    )
    async with cloud:
        await searches(cloud, 300)
    assert clock.slept == []


@pytest.mark.parametrize("plan", ["free", "paid", "enterprise"])
@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([0, 0.01, 0.3, 2, 29.99, 61])] * 3), min_size=1, max_size=150))
def test_whenever_a_server_counts_a_request_it_never_counts_one_too_many(
    plan: Plan, requests: list[tuple[float, float, float]]
) -> None:
    """Each request is counted somewhere between being sent and being answered; only the latter is seen."""
    clock = StandingClock()
    server = Throttles(Throttle(plan=plan), lambda: NOW + timedelta(seconds=clock.time))
    budget = RateBudget(plan=plan, clock=clock).of(HOST, SecretStr(KEY))

    async def send_all() -> None:
        for before, there, back in requests:
            await clock.sleep(before)
            async with budget.slot(SNAPSHOTS, Deadline(10_000, clock=clock)):
                await clock.sleep(there)
                server.check(KEY, ("clickhouse", "snapshots"))
                await clock.sleep(back)

    anyio.run(send_all)


async def test_no_request_waits_while_there_is_budget_and_each_goes_as_soon_as_there_is() -> None:
    clock = StandingClock()
    async with connect(Scripted(NOTHING_FOUND), rate_budget=RateBudget(plan="free", clock=clock)) as client:
        await searches(client, 12)
        assert clock.time == 0
        await clock.sleep(30)
        await client.search(RecordingFilters(limit=100))
        assert clock.time == pytest.approx(60, abs=0.1)
        await searches(client, 10)
        assert clock.time == pytest.approx(60, abs=0.1)


async def test_a_slot_after_the_deadline_is_refused_at_once_with_the_time_until_then() -> None:
    clock = StandingClock()
    server = Scripted(NOTHING_FOUND)
    async with connect(server, rate_budget=RateBudget(plan="free", clock=clock)) as client:
        await searches(client, 12)
        await clock.sleep(20)
        with deadline(30, clock=clock), pytest.raises(Throttled, match="Try again in 41 seconds") as error:
            await client.search(RecordingFilters(limit=100))
    assert error.value.retry_after == pytest.approx(40, abs=0.1)
    assert (server.attempts, clock.slept) == (12, [20])


async def test_a_request_behind_another_one_is_refused_at_once_when_its_own_slot_comes_too_late() -> None:
    clock = StandingClock()
    refused: list[tuple[float, float | None]] = []

    async def search(limit: int) -> None:
        try:
            await client.search(RecordingFilters(limit=limit))
        except Throttled as error:
            refused.append((clock.time, error.retry_after))

    async with connect(Scripted(NOTHING_FOUND), rate_budget=RateBudget(plan="free", clock=clock)) as client:
        for limit in range(1, 13):
            await search(limit)
            await clock.sleep(1)
        with deadline(48.5, clock=clock):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(search, 20)  # its slot comes in 48.05 seconds
                tasks.start_soon(search, 21)  # and this one's a second later
    assert [(when, round(after or 0)) for when, after in refused] == [(12, 49)]


async def test_an_hour_is_a_window_too() -> None:
    clock = StandingClock()
    async with connect(Scripted(NOTHING_FOUND), rate_budget=RateBudget(plan="free", clock=clock)) as client:
        with deadline(1000, clock=clock):
            await searches(client, 60)
            assert 240 < clock.time < 241
            with pytest.raises(Throttled, match="Try again in 56 minutes"):
                await client.search(RecordingFilters(limit=100))


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


async def test_a_refusal_without_end_is_kept_for_an_hour() -> None:
    clock = StandingClock()
    server = Scripted(Answer(429, headers={"Retry-After": "1e9"}), NOTHING_FOUND)
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        with pytest.raises(Throttled, match="Try again tomorrow"):
            await client.search()
        await clock.sleep(3600)
        await client.search()


async def test_waiting_requests_are_sent_in_the_order_in_which_they_came() -> None:
    clock = StandingClock()
    budget = RateBudget(plan="free", clock=clock).of(HOST, SecretStr(KEY))
    gone: list[int] = []

    async def go(number: int) -> None:
        async with budget.slot(LISTING, Deadline(1000, clock=clock)):
            gone.append(number)

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(go, number)
    assert sorted(gone) == list(range(40))
    assert gone[:12] == list(range(12))
    assert 180 < clock.time < 181


async def test_searches_data_and_queries_have_budgets_of_their_own() -> None:
    clock = StandingClock()
    budget = RateBudget(plan="free", clock=clock).of(HOST, SecretStr(KEY))
    for limits in [LISTING] * 12 + [SNAPSHOTS] * 12 + [QUERY] * 240:
        async with budget.slot(limits, Deadline(1, clock=clock)):
            pass
    assert clock.slept == []


async def test_a_search_through_the_query_endpoint_counts_as_a_search() -> None:
    clock = StandingClock()
    long = RecordingFilters(distinct_ids=tuple(f"{number:0100}" for number in range(100)))
    server = Scripted(NOTHING_FOUND)
    async with connect(server, rate_budget=RateBudget(plan="free", clock=clock)) as client:
        await searches(client, 11)
        await client.search(long)
        assert server.requests[-1].url.path.endswith("/query/")
        with deadline(1, clock=clock), pytest.raises(Throttled):
            await client.search()


async def test_clients_with_the_same_key_share_what_is_left_and_others_do_not() -> None:
    clock = StandingClock()
    shared = RateBudget(plan="free", clock=clock)
    async with (
        connect(Scripted(NOTHING_FOUND), rate_budget=shared) as one,
        connect(Scripted(NOTHING_FOUND), rate_budget=shared, project_id=8) as same_key,
        connect(Scripted(NOTHING_FOUND), rate_budget=shared, api_key="phx_another_key_0") as other_key,
    ):
        await searches(one, 12)
        with deadline(1, clock=clock):
            await searches(other_key, 12)
            with pytest.raises(Throttled):
                await same_key.search()


async def test_the_key_is_not_kept() -> None:
    budget = RateBudget()
    budget.of(HOST, SecretStr(KEY))
    assert KEY not in repr(vars(budget))


async def test_callers_are_not_remembered_without_end() -> None:
    budget = RateBudget(plan="free")
    first = budget.of(HOST, SecretStr(KEY))
    for number in range(1_000):
        budget.of(HOST, SecretStr(f"phx_{number:010}"))
    assert budget.of(HOST, SecretStr(KEY)) is not first


@pytest.mark.parametrize(
    ("failure", "left"),
    [
        (Unreachable("refused", may_have_arrived=False), 12),
        (Unreachable("reset", may_have_arrived=True), 11),
        (ServerFailed(500), 11),
        (Throttled(1), 12),
    ],
)
async def test_what_the_server_did_not_count_costs_nothing(failure: RecordingsError, left: int) -> None:
    clock = StandingClock()
    budget = RateBudget(plan="free", clock=clock).of(HOST, SecretStr(KEY))
    with pytest.raises(type(failure)):
        async with budget.slot(LISTING, Deadline(1, clock=clock)):
            raise failure
    await clock.sleep(1)
    for _ in range(left):
        async with budget.slot(LISTING, Deadline(1, clock=clock)):
            pass
    with pytest.raises(Throttled):
        async with budget.slot(LISTING, Deadline(1, clock=clock)):
            pass
