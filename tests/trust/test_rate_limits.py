"""On the free plan, 12 requests a minute and 60 an hour: nothing is refused, nothing wasted, all waits told."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from recordings_mcp.client import NotAuthenticated, RecordingFilters, Throttled, deadline
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from recordings_mcp.server.application import prepare_caller_clients
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Era, data_of, error_of, text_of
from tests.trust.virtual_time import IdleClock, ThrottledSandbox, virtual_time

pytestmark = pytest.mark.anyio

IDS = [f"r{number:02}" for number in range(40)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Generator[IdleClock]:
    with virtual_time(monkeypatch) as standing:
        yield standing


class Told:
    """The progress of a call, in order."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.progress: list[float] = []

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        del total
        self.messages.append(message or "")
        self.progress.append(progress)

    @property
    def waits(self) -> list[tuple[int, str]]:
        found = [re.fullmatch(r"waiting (\d+) s: (.+)", message) for message in self.messages]
        return [(int(wait[1]), wait[2]) for wait in found if wait is not None]


def compared(ids: list[str]) -> dict[str, Any]:
    return {"recordings": ids}


async def test_comparing_20_recordings_finishes_with_nothing_refused_and_says_what_it_waits_for(
    tmp_path: Path, clock: IdleClock, era: Era
) -> None:
    posthog, told = ThrottledSandbox(tmp_path, clock, IDS[:20]), Told()
    async with posthog.open(era, plan="free") as client:
        result = await client.call_tool("compare_recordings", compared(IDS[:20]), progress_callback=told)

    assert text_of(result).startswith("20 recordings compared")
    # The people of all 20 are named by one request to the listing, whose limit is another one.
    expected = {"parts": 20, "data": 20, "events": 20, "listing": 1}
    assert (posthog.requests, posthog.refused) == (expected, 0)
    assert 180 <= clock.time < 181  # 40 requests for data, 12 of them a minute
    assert told.waits[0] == (60, "PostHog allows 12 requests for recordings' data a minute")
    assert {why for _, why in told.waits} == {"PostHog allows 12 requests for recordings' data a minute"}
    assert told.messages[-1] == "20 of 20 recordings read"


async def test_a_long_wait_is_told_again_and_again(tmp_path: Path, clock: IdleClock, era: Era) -> None:
    posthog, told = ThrottledSandbox(tmp_path, clock, IDS[:7]), Told()
    async with posthog.open(era, plan="free") as client:
        await client.call_tool("compare_recordings", compared(IDS[:7]), progress_callback=told)

    seconds = sorted({wait for wait, _ in told.waits}, reverse=True)
    assert seconds == [60, 45, 30, 15]
    assert told.progress == sorted(set(told.progress))
    assert told.progress[-1] == 7


async def test_without_a_plan_every_refusal_is_waited_for_and_reported(
    tmp_path: Path, clock: IdleClock
) -> None:
    posthog, told = ThrottledSandbox(tmp_path, clock, IDS[:20]), Told()
    async with posthog.open("auto") as client:
        result = await client.call_tool("compare_recordings", compared(IDS[:20]), progress_callback=told)

    assert text_of(result).startswith("20 recordings compared")
    assert posthog.refused <= 3 * 4  # after each minute's 12 requests, as many as are asked for at once
    assert 180 <= clock.time < 190
    assert told.waits[0] == (60, "PostHog asked to wait")


async def test_what_the_hour_does_not_allow_is_said_and_the_same_call_goes_on_from_there(
    tmp_path: Path, clock: IdleClock, era: Era
) -> None:
    posthog = ThrottledSandbox(tmp_path, clock, IDS)
    async with posthog.open(era, plan="free", output="structured") as client:
        await client.call_tool("compare_recordings", compared(IDS[:20]))
        partial = data_of(await client.call_tool("compare_recordings", compared(IDS[20:])))
        reasons = [one["reason"] for one in partial["unreadable"]]
        spent = clock.time
        clock.time = 3_610.0
        whole = data_of(await client.call_tool("compare_recordings", compared(IDS[20:])))

    minutes = int((3_600 - spent) // 60) + 1
    assert len(partial["recordings"]) + len(reasons) == 20
    assert 8 <= len(partial["recordings"]) <= 10  # 20 requests, two for each, and up to four begun in vain
    assert all(f"Try again in {minutes} minutes." in reason for reason in reasons)
    assert all("Progress is cached; repeat the call to resume." in each for each in reasons)
    assert (len(whole["recordings"]), whole["unreadable"]) == (20, [])
    assert sorted(posthog.downloaded) == IDS  # each once
    assert posthog.refused == 0


async def test_a_call_that_the_client_gave_up_is_gone_on_with(
    tmp_path: Path, clock: IdleClock, era: Era
) -> None:
    posthog = ThrottledSandbox(tmp_path, clock, IDS[:10])
    clock.held = True
    async with posthog.open(era, plan="free") as client:
        async with anyio.create_task_group() as calls:

            async def give_up(progress: float, total: float | None, message: str | None) -> None:
                del progress, total
                if (message or "").startswith("waiting"):
                    calls.cancel_scope.cancel()

            await client.call_tool("compare_recordings", compared(IDS[:10]), progress_callback=give_up)
        begun = len(posthog.downloaded)
        clock.held = False
        clock.time += 61
        result = await client.call_tool("compare_recordings", compared(IDS[:10]))

    assert 4 <= begun < 10
    assert text_of(result).startswith("10 recordings compared")
    assert len(posthog.downloaded) <= 10 + 4  # what was under way is asked for again
    assert 10 <= posthog.requests["parts"] <= 10 + 4
    assert posthog.refused == 0


async def test_what_is_in_memory_is_told_whatever_the_rate_limits_say(
    tmp_path: Path, clock: IdleClock, era: Era
) -> None:
    posthog = ThrottledSandbox(tmp_path, clock, IDS)
    async with posthog.open(era, plan="free", output="structured") as client:
        for some in (IDS[:20], IDS[20:30]):
            await client.call_tool("compare_recordings", compared(some))
        told = data_of(await client.call_tool("compare_recordings", compared([*IDS[30:36], *IDS[25:30]])))
        alone = await client.call_tool("watch_recording", {"recording": IDS[30]})

    assert sorted(one["recording"] for one in told["recordings"]) == IDS[25:30]
    assert "PostHog's rate limit is reached for this API key. Try again in" in error_of(alone)
    assert (posthog.requests["parts"] + posthog.requests["data"], posthog.refused) == (60, 0)


async def test_a_search_too_many_is_answered_at_once_and_costs_no_request(
    tmp_path: Path, clock: IdleClock
) -> None:
    posthog = ThrottledSandbox(tmp_path, clock, IDS[:2])
    async with posthog.open("auto", plan="free") as client:
        results = [await client.call_tool("search_recordings", {"limit": limit}) for limit in range(1, 15)]
        clock.time += 50
        waited = await client.call_tool("search_recordings", {"limit": 15})

    assert [result.is_error for result in (*results, waited)] == [False] * 12 + [True] * 2 + [False]
    assert "Try again in 61 seconds." in error_of(results[-1])
    assert (posthog.requests["listing"], posthog.refused, round(clock.time)) == (13, 0, 60)


async def test_a_caller_of_a_gateway_who_comes_back_has_spent_what_was_spent(
    tmp_path: Path, clock: IdleClock
) -> None:
    posthog = ThrottledSandbox(tmp_path, clock, IDS[:2])
    gateway = Configuration(sandbox=True, gateway=True, plan="free", project=str(SANDBOX_PROJECT_ID))
    connect = prepare_caller_clients(gateway, posthog)
    own, other = SecretStr(SANDBOX_API_KEY), SecretStr("phx_somebody_elses_key")
    for limit in range(1, 13):
        async with connect(own) as client:
            await client.search(RecordingFilters(limit=limit))
    async with connect(own) as client:
        with deadline(50), pytest.raises(Throttled):
            await client.search(RecordingFilters(limit=50))
    async with connect(other) as client:
        with pytest.raises(NotAuthenticated):
            await client.search(RecordingFilters(limit=50))

    assert (posthog.requests["listing"], posthog.refused) == (13, 0)
