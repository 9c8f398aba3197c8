"""Rate limits of keys, by a clock that stands."""

from datetime import timedelta
from typing import Any

import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey, Throttle, create_sandbox
from tests.sandbox.api import RECORDINGS, authorized, error
from tests.sandbox.conftest import Clock, OpenSandbox, connect
from tests.sandbox.shop import Recording

pytestmark = pytest.mark.anyio

QUERY = "/api/projects/1/query/"
EVENTS = {"query": {"kind": "HogQLQuery", "query": "select event from events where $session_id = 'a'"}}
LISTING = {"query": {"kind": "RecordingsQuery"}}


async def test_limits_are_off_by_default(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    assert {(await client.get(RECORDINGS)).status_code for _ in range(130)} == {200}


@pytest.mark.parametrize(
    ("plan", "path", "a_minute"),
    [
        ("free", "", 12),
        ("paid", "", 60),
        ("enterprise", "", 100),
        ("free", "/nowhere/snapshots", 12),
        ("paid", "/nowhere/snapshots", 60),
        ("enterprise", "/nowhere/snapshots", 100),
        ("free", "/nowhere", 240),
        ("enterprise", "/nowhere/sharing", 480),
    ],
)
async def test_each_kind_of_endpoint_has_its_limit_a_minute(
    open_sandbox: OpenSandbox, plan: Any, path: str, a_minute: int
) -> None:
    client = open_sandbox(throttle=Throttle(plan=plan))
    for _ in range(a_minute):
        assert (await client.get(RECORDINGS + path)).status_code != 429
    response = await client.get(RECORDINGS + path)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert response.json() == error(
        "throttled_error", "throttled", "Request was throttled. Expected available in 60 seconds."
    )


@pytest.mark.parametrize("path", ["", "/nowhere/snapshots"])
async def test_the_free_plan_has_60_an_hour(open_sandbox: OpenSandbox, clock: Clock, path: str) -> None:
    client = open_sandbox(throttle=Throttle())
    for _ in range(60):
        clock.now += timedelta(seconds=10)
        assert (await client.get(RECORDINGS + path)).status_code != 429
    clock.now += timedelta(seconds=10)
    response = await client.get(RECORDINGS + path)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == str(3600 - 60 * 10)


async def test_a_request_that_one_window_refuses_counts_in_the_others(
    open_sandbox: OpenSandbox, clock: Clock
) -> None:
    client = open_sandbox(throttle=Throttle())
    assert [(await client.get(RECORDINGS)).status_code for _ in range(60)] == [200] * 12 + [429] * 48
    clock.now += timedelta(seconds=61)
    assert (await client.get(RECORDINGS)).headers["Retry-After"] == str(3600 - 61)


async def test_the_wait_shrinks_until_the_key_is_accepted(open_sandbox: OpenSandbox, clock: Clock) -> None:
    client = open_sandbox(throttle=Throttle())
    for _ in range(12):
        await client.get(RECORDINGS)
    clock.now += timedelta(seconds=58.5)
    assert (await client.get(RECORDINGS)).headers["Retry-After"] == "2"
    clock.now += timedelta(seconds=1)
    response = await client.get(RECORDINGS)
    assert response.json()["detail"] == "Request was throttled. Expected available in 1 second."
    clock.now += timedelta(seconds=1)
    assert (await client.get(RECORDINGS)).status_code == 200


async def test_each_key_has_its_own_count(open_sandbox: OpenSandbox) -> None:
    both = (ApiKey(value=SANDBOX_API_KEY), ApiKey(value="phx_other"))
    client = open_sandbox(throttle=Throttle(), keys=both)
    for _ in range(12):
        await client.get(RECORDINGS)
    assert (await client.get(RECORDINGS)).status_code == 429
    assert (await client.get(RECORDINGS, headers=authorized("phx_other"))).status_code == 200


async def test_a_429_may_come_without_the_header(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(throttle=Throttle(retry_after=False))
    for _ in range(12):
        await client.get(RECORDINGS)
    last = await client.get(RECORDINGS)
    assert last.status_code == 429
    assert "Retry-After" not in last.headers
    assert last.json()["detail"].endswith("Expected available in 60 seconds.")


async def test_refused_requests_do_not_count(open_sandbox: OpenSandbox) -> None:
    keys = (ApiKey(value=SANDBOX_API_KEY, scopes=frozenset({"person:read"})),)
    client = open_sandbox(throttle=Throttle(), keys=keys)
    assert {(await client.get(RECORDINGS)).status_code for _ in range(20)} == {403}


async def test_queries_have_their_own_limit(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(throttle=Throttle())
    for _ in range(240):
        assert (await client.post(QUERY, json=EVENTS)).status_code == 200
    assert (await client.post(QUERY, json=EVENTS)).status_code == 429


async def test_a_listing_by_post_counts_as_a_listing_with_another_error_text(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(throttle=Throttle())
    for _ in range(12):
        assert (await client.post(QUERY, json=LISTING)).status_code == 200
    response = await client.post(QUERY, json=LISTING)
    assert response.status_code == 429
    assert response.json()["detail"] == "Rate limit exceeded. Expected available in 60 seconds."
    assert "Retry-After" not in response.headers
    assert (await client.get(RECORDINGS)).status_code == 429
    assert (await client.post(QUERY, json=EVENTS)).status_code == 200


async def test_a_sharing_token_is_not_limited_as_a_key(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), throttle=Throttle())
    token = (await client.patch(f"{RECORDINGS}/a/sharing", json={"enabled": True})).json()["access_token"]
    path = f"{RECORDINGS}/a/snapshots?sharing_access_token={token}"
    assert {(await client.get(path)).status_code for _ in range(20)} == {200}


async def test_limits_can_be_switched_on_at_creation(clock: Clock) -> None:
    async with connect(create_sandbox(throttle=Throttle(), clock=clock)) as client:
        statuses = [(await client.get(RECORDINGS)).status_code for _ in range(13)]
    assert statuses == [200] * 12 + [429]
