"""Which recordings are listed by their date, their id and their person."""

from pathlib import Path

import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey, SandboxSettings, create_sandbox
from tests.sandbox.api import RECORDINGS, authorized, list_recordings, listed_ids
from tests.sandbox.conditions import days, hours, person
from tests.sandbox.conftest import OpenSandbox, connect
from tests.sandbox.shop import JANE, NOW, OMAR, Recording, write_recording

pytestmark = pytest.mark.anyio


async def test_the_window_is_three_days_by_default(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("within", days(2.99)), Recording("beyond", days(3.01)))
    assert await listed_ids(client) == ["within"]


async def test_null_opens_the_window_to_midnight_seven_days_ago_and_all_to_everything(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(Recording("a", days(7.4)), Recording("b", days(7.6)), Recording("c", days(80)))
    assert await listed_ids(client, date_from=None) == ["a"]
    assert await listed_ids(client, date_from="all") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("-2h", ["1h"]),
        ("-24h", ["1h", "23h"]),
        ("-7d", ["1h", "23h", "6d"]),
        ("-1w", ["1h", "23h", "6d"]),
        ("-1m", ["1h", "23h", "6d", "27d"]),
        ("-1q", ["1h", "23h", "6d", "27d", "80d"]),
        ("-1y", ["1h", "23h", "6d", "27d", "80d"]),
        ("-90M", ["1h"]),
        ("dStart", ["1h"]),
        ("-1dStart", ["1h", "23h"]),
        ("mStart", ["1h", "23h", "6d"]),
        ("yStart", ["1h", "23h", "6d", "27d"]),
        ("2026-03-10", ["1h"]),
        ("2026-03-04T11:00:00", ["1h", "23h", "6d"]),
        ("2026-03-09T14:30:00+01:00", ["1h"]),
    ],
)
async def test_a_date_is_relative_or_iso_and_about_the_start(
    open_sandbox: OpenSandbox, since: str, found: list[str]
) -> None:
    ages = {"1h": hours(1), "23h": hours(23), "6d": days(6), "27d": days(27), "80d": days(80)}
    client = open_sandbox(*(Recording(name, age) for name, age in ages.items()))
    assert await listed_ids(client, date_from=since) == found


async def test_dates_are_taken_verbatim_without_rounding_to_days(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("noon", days(2)), Recording("evening", days(1.7)))
    assert await listed_ids(client, date_from="-7d", date_to="2026-03-08") == []
    assert await listed_ids(client, date_from="-7d", date_to="2026-03-08T12:00:00") == ["noon"]


async def test_an_invalid_date_means_now(open_sandbox: OpenSandbox) -> None:
    assert await listed_ids(open_sandbox(Recording("a")), date_from="!") == []


async def test_session_ids_come_back_in_their_order_whatever_their_date(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("new", hours(1)), Recording("old", days(30)), Recording("mid", hours(9)))
    assert await listed_ids(client, session_ids=["mid", "old", "nowhere", "new"]) == ["mid", "old", "new"]


async def test_no_session_ids_match_nothing(open_sandbox: OpenSandbox) -> None:
    assert await listed_ids(open_sandbox(Recording("a")), session_ids=[]) == []


async def test_the_requested_recording_comes_first_even_when_it_does_not_match(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(Recording("a", hours(1)), Recording("b", hours(2)), Recording("old", days(30)))
    body = (await list_recordings(client, session_recording_id="old")).json()
    assert [(r["id"], r["matches_filters"]) for r in body["results"]] == [
        ("old", False),
        ("a", True),
        ("b", True),
    ]
    body = (await list_recordings(client, session_recording_id="b")).json()
    assert [(r["id"], r["matches_filters"]) for r in body["results"]] == [("b", True), ("a", True)]


async def test_a_requested_recording_comes_on_top_of_the_limit_and_not_twice(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(Recording("a", hours(1)), Recording("b", hours(2)))
    assert await listed_ids(client, session_recording_id="b", limit=1) == ["b", "a"]
    assert await listed_ids(client, session_recording_id="b", session_ids=["a", "b"]) == ["a", "b"]
    assert await listed_ids(client, session_recording_id="nowhere") == ["a", "b"]


async def test_a_requested_recording_outside_of_the_session_ids_does_not_match(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(Recording("a", hours(1)), Recording("b", hours(2)))
    body = (await list_recordings(client, session_recording_id="b", session_ids=["a"])).json()
    assert [(r["id"], r["matches_filters"]) for r in body["results"]] == [("b", False), ("a", True)]


async def test_a_person_uuid_finds_the_recordings_of_all_distinct_ids(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording("desk", hours(1)),
        Recording("phone", hours(2), distinct_id="jane-phone"),
        Recording("omar", hours(3), distinct_id="omar", person=OMAR),
    )
    assert await listed_ids(client, person_uuid=JANE["uuid"]) == ["desk", "phone"]
    assert await listed_ids(client, person_uuid="nobody") == []


async def test_a_person_uuid_is_ignored_beside_distinct_ids(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b", hours(2), distinct_id="omar", person=OMAR))
    assert await listed_ids(client, person_uuid=JANE["uuid"], distinct_ids=["omar"]) == ["b"]
    assert await listed_ids(client, person_uuid=JANE["uuid"], distinct_ids=[]) == ["a"]


async def test_viewed_recordings_can_be_hidden_for_oneself_or_for_anybody(open_sandbox: OpenSandbox) -> None:
    colleague = ApiKey(value="phx_colleague", user="colleague@shop.example")
    client = open_sandbox(
        Recording("mine", hours(1)),
        Recording("theirs", hours(2)),
        Recording("new", hours(3)),
        keys=(ApiKey(value=SANDBOX_API_KEY), colleague),
    )
    await client.patch(f"{RECORDINGS}/mine", json={"viewed": True})
    await client.patch(f"{RECORDINGS}/theirs", json={"viewed": True}, headers=authorized("phx_colleague"))
    assert await listed_ids(client, hide_viewed_recordings="current-user") == ["theirs", "new"]
    assert await listed_ids(client, hide_viewed_recordings="any-user") == ["new"]
    assert await listed_ids(client, hide_viewed_recordings="any-user", session_ids=["mine"]) == ["mine"]
    assert (await list_recordings(client, hide_viewed_recordings=True)).status_code == 400


async def test_at_most_10000_viewed_recordings_are_hidden(tmp_path: Path) -> None:
    write_recording(tmp_path, Recording("zz"))
    app = create_sandbox(SandboxSettings(recordings=tmp_path, keep_times=True), clock=lambda: NOW)
    views = ((1, f"a{number}", "owner@shop.example") for number in range(10_000))
    app.state.sandbox.store.run_many("INSERT INTO view VALUES (?, ?, ?)", views)
    client = connect(app)
    await client.patch(f"{RECORDINGS}/zz", json={"viewed": True})
    assert await listed_ids(client, hide_viewed_recordings="current-user") == ["zz"]


async def test_user_modified_filters_change_nothing(open_sandbox: OpenSandbox) -> None:
    assert await listed_ids(open_sandbox(Recording("a")), user_modified_filters={"duration": 5}) == ["a"]


async def test_test_accounts_can_be_excluded(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("staff", hours(2), distinct_id="omar", person=OMAR))
    assert await listed_ids(client, filter_test_accounts=True) == ["a"]
    assert await listed_ids(client, filter_test_accounts=False) == ["a", "staff"]
    either = [person("plan", ["pro"]), person("staff", [True])]
    assert await listed_ids(client, filter_test_accounts=True, operand="OR", properties=either) == ["a"]
