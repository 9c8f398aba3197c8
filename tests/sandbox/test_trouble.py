"""What the API answers while the database behind it is in trouble."""

import pytest

from recordings_mcp.sandbox import Throttle
from tests.sandbox.api import RECORDINGS, error, list_recordings
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import Recording

pytestmark = pytest.mark.anyio

EVENTS = {"query": {"kind": "HogQLQuery", "query": "select event from events where $session_id = 'a'"}}
STATUSES = [("at_capacity", 503), ("timed_out", 504), ("out_of_memory", 504), ("too_long", 512)]


@pytest.mark.parametrize(
    ("trouble", "detail"),
    [
        ("at_capacity", "ClickHouse is at capacity. Try again later."),
        ("timed_out", "Query timeout exceeded. Try again later."),
    ],
)
async def test_a_listing_turns_two_database_errors_into_a_429_without_a_wait(
    open_sandbox: OpenSandbox, trouble: str, detail: str
) -> None:
    response = await list_recordings(open_sandbox(trouble=trouble, throttle=Throttle()))
    assert response.status_code == 429
    assert response.json() == error("throttled_error", "throttled", detail)
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize(("trouble", "status"), STATUSES[2:])
async def test_a_listing_passes_the_other_database_errors_on(
    open_sandbox: OpenSandbox, trouble: str, status: int
) -> None:
    response = await list_recordings(open_sandbox(trouble=trouble))
    assert (response.status_code, response.json()["type"]) == (status, "server_error")


@pytest.mark.parametrize(("trouble", "status"), STATUSES)
async def test_retrieving_and_querying_pass_every_database_error_on(
    open_sandbox: OpenSandbox, trouble: str, status: int
) -> None:
    client = open_sandbox(Recording("a"), trouble=trouble)
    retrieved = await client.get(f"{RECORDINGS}/a/")
    assert (retrieved.status_code, retrieved.json()["type"]) == (status, "server_error")
    assert (await client.post("/api/projects/1/query/", json=EVENTS)).status_code == status


@pytest.mark.parametrize(("trouble", "status"), [("at_capacity", 503), ("timed_out", 500), ("too_long", 500)])
async def test_snapshots_report_database_errors_in_the_other_shape(
    open_sandbox: OpenSandbox, trouble: str, status: int
) -> None:
    response = await open_sandbox(Recording("a"), trouble=trouble).get(f"{RECORDINGS}/a/snapshots/")
    assert response.status_code == status
    assert list(response.json()) == ["error"]
