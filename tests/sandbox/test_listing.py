"""The envelope of a listing, its order and its pages."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from inline_snapshot import snapshot as expected

from tests.sandbox.api import RECORDINGS, error, list_recordings, listed_ids
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import JANE, Recording

pytestmark = pytest.mark.anyio


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


A, B, C = Recording("a", hours(1)), Recording("b", hours(2)), Recording("c", hours(3))


async def test_the_envelope_has_results_has_next_and_version_and_no_count(open_sandbox: OpenSandbox) -> None:
    body = (await list_recordings(open_sandbox(A))).json()
    assert list(body) == ["results", "has_next", "version"]
    assert (body["has_next"], body["version"]) == (False, 4)


async def test_the_next_cursor_is_there_only_when_there_is_one(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(A, B)
    assert "next_cursor" in (await list_recordings(client, limit=1)).json()
    assert "next_cursor" not in (await list_recordings(client, limit=2)).json()


async def test_a_listing_has_a_server_timing_header(open_sandbox: OpenSandbox) -> None:
    timing = (await list_recordings(open_sandbox())).headers["Server-Timing"]
    assert timing.startswith("list_recordings;dur=")


async def test_a_recording_has_these_fields(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(A)
    recording = (await list_recordings(client)).json()["results"][0]
    assert recording == expected(
        {
            "id": "a",
            "distinct_id": "jane",
            "viewed": False,
            "viewers": [],
            "recording_duration": 60,
            "active_seconds": 20.0,
            "inactive_seconds": 40.0,
            "start_time": "2026-03-10T11:00:00Z",
            "end_time": "2026-03-10T11:01:00Z",
            "click_count": 3,
            "keypress_count": 2,
            "mouse_activity_count": 10,
            "console_log_count": 0,
            "console_warn_count": 0,
            "console_error_count": 0,
            "start_url": "http://shop.example/",
            "person": {
                "id": 1,
                "name": "jane@example.com",
                "distinct_ids": ["jane"],
                "properties": {
                    "email": "jane@example.com",
                    "$geoip_country_code": "DE",
                    "plan": "pro",
                    "age": 41,
                },
                "created_at": "2026-01-01T08:00:00Z",
                "uuid": "00000000-0000-4000-8000-00000000000a",
                "last_seen_at": "2026-03-10T11:01:00Z",
            },
            "retention_period_days": 90,
            "expiry_time": "2026-06-08T00:00:00Z",
            "recording_ttl": 89,
            "snapshot_source": "web",
            "snapshot_library": "web",
            "ongoing": False,
            "activity_score": 35.71,
            "has_summary": False,
            "summary_outcome": None,
            "external_references": [],
            "matches_filters": True,
        }
    )
    assert (await client.get(f"{RECORDINGS}/a/")).json() == recording


async def test_a_recording_without_a_person_row_shows_only_its_distinct_id(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", person=None, distinct_id="nobody"))
    person = (await list_recordings(client)).json()["results"][0]["person"]
    assert person == expected(
        {
            "id": None,
            "name": None,
            "distinct_ids": ["nobody"],
            "properties": {},
            "created_at": None,
            "uuid": None,
            "last_seen_at": None,
        }
    )


async def test_of_a_persons_distinct_ids_only_that_of_the_recording_is_shown(
    open_sandbox: OpenSandbox,
) -> None:
    many = [f"device-{number}" for number in range(12)]
    person = JANE | {"distinct_ids": many}
    client = open_sandbox(Recording("a", person=person, distinct_id="device-11"))
    shown = (await list_recordings(client)).json()["results"][0]["person"]["distinct_ids"]
    assert shown == ["device-11"]


async def test_pages_may_have_the_envelope_of_the_documentation(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b"), Recording("c"), envelope="count")
    first = (await list_recordings(client, limit=2)).json()
    last = (await list_recordings(client, limit=2, offset=2)).json()

    assert [*first] == ["count", "next", "previous", "results"]
    assert (first["count"], first["next"].partition("?")[2]) == (3, "limit=2&offset=2")
    assert (last["count"], last["next"], len(last["results"])) == (3, None, 1)


async def test_a_start_url_is_cut_after_512_characters(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", metadata={"start_url": "http://shop.example/" + "x" * 600}))
    assert len((await list_recordings(client)).json()["results"][0]["start_url"]) == 512


async def test_a_recording_with_data_of_the_last_five_minutes_is_ongoing(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("live", timedelta(minutes=5)), Recording("over", timedelta(minutes=6)))
    shown = {r["id"]: r["ongoing"] for r in (await list_recordings(client)).json()["results"]}
    assert shown == {"live": True, "over": False}


async def test_expired_and_future_recordings_are_not_listed(open_sandbox: OpenSandbox) -> None:
    old, future = Recording("old", timedelta(days=31)), Recording("future", timedelta(hours=-1))
    client = open_sandbox(A, old, future, retention_days=30)
    assert await listed_ids(client, date_from="all") == ["a"]
    assert (await client.get(f"{RECORDINGS}/old/")).status_code == 404


async def test_the_newest_comes_first_unless_asked_otherwise(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(B, A, C)
    assert await listed_ids(client) == ["a", "b", "c"]
    assert await listed_ids(client, order="start_time", order_direction="ASC") == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("order", "metric"),
    [
        ("duration", "recording_duration"),
        ("recording_duration", "recording_duration"),
        ("active_seconds", "active_seconds"),
        ("inactive_seconds", "inactive_seconds"),
        ("console_error_count", "console_error_count"),
        ("click_count", "click_count"),
        ("keypress_count", "keypress_count"),
        ("mouse_activity_count", "mouse_activity_count"),
        ("activity_score", "click_count"),
    ],
)
async def test_recordings_can_be_ordered_by_each_metric(
    open_sandbox: OpenSandbox, order: str, metric: str
) -> None:
    ranked = [
        Recording(name, hours(number), metadata={metric: value})
        for number, (name, value) in enumerate([("middle", 50), ("most", 90), ("least", 1)], start=1)
    ]
    client = open_sandbox(*ranked)
    assert await listed_ids(client, order=order) == ["most", "middle", "least"]
    assert await listed_ids(client, order=order, order_direction="ASC") == ["least", "middle", "most"]


@pytest.mark.parametrize("order", ["recording_ttl", "surfacing_score"])
async def test_time_to_live_and_the_gated_surfacing_score_order_by_the_start(
    open_sandbox: OpenSandbox, order: str
) -> None:
    assert await listed_ids(open_sandbox(B, A, C), order=order) == ["a", "b", "c"]


async def test_an_unknown_order_is_refused(open_sandbox: OpenSandbox) -> None:
    for filters in ({"order": "loudness"}, {"order_direction": "sideways"}):
        assert (await list_recordings(open_sandbox(), **filters)).status_code == 400


async def test_the_limit_is_50_by_default_and_has_no_cap(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(*(Recording(f"r{n:03}", timedelta(minutes=10 + n)) for n in range(130)))
    assert len(await listed_ids(client)) == 50
    assert len(await listed_ids(client, limit=120)) == 120
    assert len(await listed_ids(client, limit=0)) == 100
    assert len(await listed_ids(client, limit=-5)) == 100


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("order", ["start_time", "click_count"])
async def test_cursors_walk_through_everything_once_even_where_values_are_equal(
    open_sandbox: OpenSandbox, order: str, direction: str
) -> None:
    recordings = [Recording(f"r{n}", hours(1 + n // 2)) for n in range(7)]
    client = open_sandbox(*recordings)
    whole = await listed_ids(client, order=order, order_direction=direction)
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (
            await list_recordings(client, order=order, order_direction=direction, limit=2, **cursor)
        ).json()
        seen += [recording["id"] for recording in page["results"]]
        if not page["has_next"]:
            break
        cursor = {"after": page["next_cursor"]}
    assert seen == whole
    assert len(seen) == 7


async def test_a_cursor_is_base64_of_the_order_value_and_the_session_id(open_sandbox: OpenSandbox) -> None:
    page = (await list_recordings(open_sandbox(A, B), limit=1, order="click_count")).json()
    assert json.loads(base64.b64decode(page["next_cursor"])) == {"order_value": 3, "secondary_value": "b"}


@pytest.mark.parametrize("cursor", ["nonsense!", "bm9uc2Vuc2U=", "e30=", "W10="])
async def test_an_invalid_cursor_is_a_500_in_the_other_shape(open_sandbox: OpenSandbox, cursor: str) -> None:
    response = await list_recordings(open_sandbox(A), after=cursor)
    assert response.status_code == 500
    assert response.json() == {"error": "An internal server error occurred. Please try again later."}


async def test_an_offset_even_of_zero_switches_to_offset_paging(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(A, B, C)
    cursor = (await list_recordings(client, limit=2)).json()["next_cursor"]
    page = (await list_recordings(client, limit=2, offset=0, after=cursor)).json()
    assert [recording["id"] for recording in page["results"]] == ["a", "b"]
    assert page["has_next"]
    assert "next_cursor" not in page
    assert await listed_ids(client, offset=2) == ["c"]


async def test_each_parameter_is_json_where_it_parses_and_text_where_it_does_not(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(A, Recording("123", hours(2)))
    plain = await client.get(
        f"{RECORDINGS}/", params={"order": "start_time", "limit": "1", "date_from": "-7d"}
    )
    assert [recording["id"] for recording in plain.json()["results"]] == ["a"]
    quoted = await client.get(
        f"{RECORDINGS}/", params={"session_recording_id": '"123"', "date_from": '"-7d"'}
    )
    assert quoted.json()["results"][0]["id"] == "123"


async def test_an_id_that_looks_like_a_number_is_refused_unless_quoted(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().get(f"{RECORDINGS}/", params={"session_recording_id": "123"})
    assert response.status_code == 400


async def test_an_invalid_filter_is_400_with_the_validation_errors_as_a_json_text(
    open_sandbox: OpenSandbox,
) -> None:
    response = await list_recordings(open_sandbox(), limit="many")
    assert response.status_code == 400
    problems = json.loads(response.json()["detail"])
    assert response.json() == error("validation_error", "invalid_input", response.json()["detail"])
    assert [(problem["loc"], problem["type"]) for problem in problems] == [(["limit"], "int_parsing")]


async def test_an_unknown_parameter_is_refused(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(open_sandbox(), sort="newest")
    assert response.status_code == 400
    assert json.loads(response.json()["detail"])[0]["type"] == "extra_forbidden"


@pytest.mark.parametrize("name", ["as_query", "version", "hogql_filtering", "add_events_to_property_queries"])
async def test_four_older_parameters_are_ignored(open_sandbox: OpenSandbox, name: str) -> None:
    response = await open_sandbox(A).get(f"{RECORDINGS}/", params={name: "1"})
    assert [recording["id"] for recording in response.json()["results"]] == ["a"]
