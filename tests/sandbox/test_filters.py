"""Filters of a listing: what they let through."""

import json
from datetime import timedelta
from typing import Any

import pytest

from recordings_mcp.sandbox import SANDBOX_API_KEY, ApiKey
from tests.sandbox.api import RECORDINGS, authorized, error, list_recordings, listed_ids
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import JANE, OMAR, Event, Recording, console

pytestmark = pytest.mark.anyio

CHECKOUT = "http://shop.example/checkout?step=1"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def event(key: str, value: Any = None, operator: str = "exact") -> dict[str, Any]:
    return {"type": "event", "key": key, "value": value, "operator": operator}


def person(key: str, value: Any = None, operator: str = "exact") -> dict[str, Any]:
    return {"type": "person", "key": key, "value": value, "operator": operator}


def metric(key: str, value: Any, operator: str = "exact") -> dict[str, Any]:
    return {"type": "recording", "key": key, "value": value, "operator": operator}


def log(key: str, value: Any, operator: str = "exact") -> dict[str, Any]:
    return {"type": "log_entry", "key": key, "value": value, "operator": operator}


def entity(name: str, *properties: dict[str, Any], kind: str = "events") -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "order": 0, "properties": list(properties)}


# Dates


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


async def test_a_date_that_is_none_means_now(open_sandbox: OpenSandbox) -> None:
    assert await listed_ids(open_sandbox(Recording("a")), date_from="!") == []


# Whose and which


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


async def test_test_accounts_can_be_left_out(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("staff", hours(2), distinct_id="omar", person=OMAR))
    assert await listed_ids(client, filter_test_accounts=True) == ["a"]
    assert await listed_ids(client, filter_test_accounts=False) == ["a", "staff"]
    either = [person("plan", ["pro"]), person("staff", [True])]
    assert await listed_ids(client, filter_test_accounts=True, operand="OR", properties=either) == ["a"]


# Events, persons, sessions, pages, cohorts, actions


async def test_events_are_found_by_name(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording("rage", events=[Event("$rageclick")]),
        Recording("calm", hours(2), events=[Event("$pageview")]),
    )
    assert await listed_ids(client, events=[entity("$rageclick")]) == ["rage"]
    assert await listed_ids(client, events=[{"id": None, "type": "events"}]) == ["rage", "calm"]


async def test_an_event_and_its_properties_must_meet_in_one_event(open_sandbox: OpenSandbox) -> None:
    bought = entity("order", event("currency", ["EUR"]), event("amount", 50, "gt"))
    client = open_sandbox(
        Recording("one", hours(1), events=[Event("order", {"currency": "EUR", "amount": 99})]),
        Recording(
            "two", hours(2), events=[Event("order", {"currency": "EUR"}), Event("order", {"amount": 99})]
        ),
    )
    assert await listed_ids(client, events=[bought]) == ["one"]


async def test_an_action_is_any_of_its_events(open_sandbox: OpenSandbox) -> None:
    actions = {7: {"name": "Frustrated", "events": ["$rageclick", "$dead_click"]}}
    client = open_sandbox(
        Recording("dead", events=[Event("$dead_click", {"where": "cart"})]),
        Recording("calm", hours(2), events=[Event("$pageview")]),
        actions=actions,
    )
    assert await listed_ids(client, actions=[{"id": 7, "type": "actions"}]) == ["dead"]
    elsewhere = {"id": 7, "type": "actions", "properties": [event("where", ["home"])]}
    assert await listed_ids(client, actions=[elsewhere]) == []
    response = await list_recordings(client, actions=[{"id": 8, "type": "actions"}])
    assert response.json() == error("validation_error", "invalid_input", "Action ID 8 does not exist!")


async def test_a_property_without_a_type_is_about_events(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", events=[Event("$pageview", {"$current_url": CHECKOUT})]))
    untyped = {"key": "$current_url", "operator": "icontains", "value": "/checkout"}
    assert await listed_ids(client, properties=[untyped]) == ["a"]


async def test_a_negative_event_property_means_no_event_of_the_session(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording(
            "mixed",
            hours(1),
            events=[Event("$pageview", {"plan": "pro"}), Event("$pageview", {"plan": "free"})],
        ),
        Recording("free", hours(2), events=[Event("$pageview", {"plan": "free"})]),
        Recording("silent", hours(3)),
    )
    assert await listed_ids(client, properties=[event("plan", ["pro"], "is_not")]) == ["free", "silent"]
    assert await listed_ids(client, properties=[event("plan", operator="is_not_set")]) == ["silent"]


async def test_persons_are_found_by_property(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b", hours(2), distinct_id="omar", person=OMAR))
    assert await listed_ids(client, properties=[person("$geoip_country_code", ["DE"])]) == ["a"]
    assert await listed_ids(client, properties=[person("email", "SHOP.example", "icontains")]) == ["b"]


async def test_a_visited_page_is_any_page_of_the_recording(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording("buyer", hours(1), events=[Event("$pageview", {"$current_url": CHECKOUT})]),
        Recording("visitor", hours(2)),
    )
    page = metric("visited_page", "/checkout", "icontains")
    assert await listed_ids(client, properties=[page]) == ["buyer"]
    assert await listed_ids(client, properties=[page | {"operator": "not_icontains"}]) == ["visitor"]
    start = metric("visited_page", "http://shop.example/", "exact")
    assert await listed_ids(client, properties=[start]) == ["buyer", "visitor"]


async def test_properties_of_the_session_follow_from_its_events(open_sandbox: OpenSandbox) -> None:
    landing = {
        "$current_url": "http://shop.example/sale",
        "$referring_domain": "search.example",
        "utm_source": "mail",
    }
    client = open_sandbox(
        Recording(
            "a", events=[Event("$pageview", landing, 1), Event("$pageview", {"$current_url": CHECKOUT}, 9)]
        ),
        Recording("b", hours(2)),
    )
    for key, value in {
        "$entry_pathname": "/sale",
        "$entry_hostname": "shop.example",
        "$entry_referring_domain": "search.example",
        "$entry_utm_source": "mail",
        "$end_current_url": CHECKOUT,
        "$end_pathname": "/checkout",
        "$pageview_count": 2,
    }.items():
        wanted = {"type": "session", "key": key, "operator": "exact", "value": value}
        assert await listed_ids(client, properties=[wanted]) == ["a"], key
    long = {"type": "session", "key": "$session_duration", "operator": "gte", "value": 60}
    assert await listed_ids(client, properties=[long]) == ["a", "b"]


async def test_cohorts_are_persons_with_some_properties(open_sandbox: OpenSandbox) -> None:
    german = {"type": "person", "key": "$geoip_country_code", "value": ["DE"]}
    client = open_sandbox(
        Recording("a"),
        Recording("b", hours(2), distinct_id="omar", person=OMAR),
        cohorts={42: {"name": "Germans", "properties": [german]}},
    )
    cohort = {"type": "cohort", "key": "id", "operator": "in", "value": 42}
    assert await listed_ids(client, properties=[cohort]) == ["a"]
    assert await listed_ids(client, properties=[cohort | {"operator": "not_in"}]) == ["b"]
    response = await list_recordings(client, properties=[cohort | {"value": 43}])
    assert response.json()["detail"] == "Could not find cohort with ID 43"


async def test_the_library_among_event_properties_means_the_one_of_the_recording(
    open_sandbox: OpenSandbox,
) -> None:
    client = open_sandbox(
        Recording("a"), Recording("b", hours(2), metadata={"snapshot_library": "posthog-ios"})
    )
    assert await listed_ids(client, properties=[event("$lib", ["posthog-ios"])]) == ["b"]


async def test_groups_are_matched_as_if_there_were_none(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"))
    group = {"type": "group", "group_type_index": 0, "key": "name", "operator": "is_set"}
    assert await listed_ids(client, properties=[group]) == []
    assert await listed_ids(client, properties=[group | {"operator": "is_not_set"}]) == ["a"]


async def test_filters_written_in_hogql_are_refused(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(
        open_sandbox(), properties=[{"type": "hogql", "key": "properties.plan = 'pro'"}]
    )
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"


# Metrics


@pytest.mark.parametrize(
    ("key", "recorded"),
    [
        ("duration", "recording_duration"),
        ("recording_duration", "recording_duration"),
        ("active_seconds", "active_seconds"),
        ("inactive_seconds", "inactive_seconds"),
        ("click_count", "click_count"),
        ("keypress_count", "keypress_count"),
        ("mouse_activity_count", "mouse_activity_count"),
        ("console_log_count", "console_log_count"),
        ("console_warn_count", "console_warn_count"),
        ("console_error_count", "console_error_count"),
    ],
)
async def test_each_metric_can_be_demanded(open_sandbox: OpenSandbox, key: str, recorded: str) -> None:
    client = open_sandbox(
        *(Recording(f"{value}", hours(1 + value), metadata={recorded: value}) for value in (4, 5, 6))
    )
    for operator, found in {
        "gt": ["6"], "gte": ["5", "6"], "lt": ["4"], "lte": ["4", "5"], "exact": ["5"], "is_not": ["4", "6"],
    }.items():  # fmt: skip
        assert await listed_ids(client, having_predicates=[metric(key, 5, operator)]) == found, operator


async def test_the_activity_score_and_the_source_can_be_demanded(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording("web", hours(1), metadata={"click_count": 50}),
        Recording("app", hours(2), metadata={"snapshot_source": "mobile"}),
    )
    assert await listed_ids(client, having_predicates=[metric("activity_score", 90, "gt")]) == ["web"]
    assert await listed_ids(client, having_predicates=[metric("snapshot_source", ["mobile"])]) == ["app"]
    assert await listed_ids(client, having_predicates=[metric("snapshot_library", ["web"])]) == ["web", "app"]


async def test_a_metric_that_does_not_exist_is_refused(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(open_sandbox(), having_predicates=[metric("mood", 1)])
    assert response.status_code == 400
    assert response.json() == error("validation_error", "invalid_input", "Unable to resolve field: mood")


async def test_the_start_url_as_a_metric_matches_nothing(open_sandbox: OpenSandbox) -> None:
    predicate = metric("start_url", "shop", "icontains")
    assert await listed_ids(open_sandbox(Recording("a")), having_predicates=[predicate]) == []


# Console and comments


async def test_console_lines_are_found_by_level_and_message(open_sandbox: OpenSandbox) -> None:
    start = Recording("x").start
    client = open_sandbox(
        Recording("error", lines=[console(start, "error", "payment", "declined")]),
        Recording("warn", hours(2), lines=[console(start, "warn", "payment is slow"), "{torn"]),
        Recording("info", hours(3), lines=[console(start, "log", "payment started")]),
        Recording("silent", hours(4)),
    )
    assert await listed_ids(client, console_log_filters=[log("level", ["error"])]) == ["error"]
    assert await listed_ids(client, console_log_filters=[log("level", ["error", "warn"])]) == [
        "error",
        "warn",
    ]
    assert await listed_ids(client, console_log_filters=[log("level", ["info"])]) == ["info"]
    said = log("message", "payment declined", "icontains")
    assert await listed_ids(client, console_log_filters=[said]) == ["error"]


async def test_level_and_message_must_meet_in_one_line_unless_any_may_hold(open_sandbox: OpenSandbox) -> None:
    start = Recording("x").start
    apart = [console(start, "error", "something else"), console(start, "log", "payment")]
    client = open_sandbox(
        Recording("together", lines=[console(start, "error", "payment")]),
        Recording("apart", hours(2), lines=apart),
    )
    filters = [log("level", ["error"]), log("message", "payment", "icontains")]
    assert await listed_ids(client, console_log_filters=filters) == ["together"]
    assert await listed_ids(client, console_log_filters=filters, operand="OR") == ["together", "apart"]


async def test_console_lines_have_only_level_and_message(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(open_sandbox(), console_log_filters=[log("colour", ["red"])])
    assert response.json()["detail"] == "Unable to resolve field: colour"


async def test_comments_are_found_by_their_text(open_sandbox: OpenSandbox) -> None:
    comments = [
        {"recording_id": "old", "content": "Look at the Checkout"},
        {"recording_id": "a", "content": "Bug"},
    ]
    client = open_sandbox(
        Recording("a"), Recording("b", hours(2)), Recording("old", days(30)), comments=comments
    )

    def about(operator: str, value: Any = None) -> dict[str, Any]:
        return {"type": "recording", "key": "comment_text", "operator": operator, "value": value}

    assert await listed_ids(client, comment_text=about("icontains", "checkout")) == ["old"]
    assert await listed_ids(client, comment_text=about("exact", "Bug")) == ["a"]
    assert await listed_ids(client, comment_text=about("exact", ["Bug", "Look"])) == []
    assert sorted(await listed_ids(client, comment_text=about("is_set"))) == ["a", "old"]
    assert await listed_ids(client, comment_text=about("icontains", "nothing like it")) == []
    assert await listed_ids(client, comment_text=about("is_set"), session_ids=["b", "a"]) == ["a"]
    assert await listed_ids(client, comment_text=about("icontains", "")) == ["a", "b"]


async def test_other_operators_on_comments_are_a_500(open_sandbox: OpenSandbox) -> None:
    regex = {"type": "recording", "key": "comment_text", "operator": "regex", "value": "a"}
    assert (await list_recordings(open_sandbox(), comment_text=regex)).status_code == 500


# And, or


async def test_and_demands_everything_and_or_anything(open_sandbox: OpenSandbox) -> None:
    start = Recording("x").start
    client = open_sandbox(
        Recording("event", hours(1), events=[Event("$rageclick")], distinct_id="x", person=None),
        Recording("person", hours(2), distinct_id="omar", person=OMAR),
        Recording("console", hours(3), lines=[console(start, "error", "boom")], distinct_id="y", person=None),
        Recording("nothing", hours(4), distinct_id="z", person=None),
    )
    filters: dict[str, Any] = {
        "events": [entity("$rageclick")],
        "properties": [person("staff", [True])],
        "console_log_filters": [log("level", ["error"])],
    }
    assert await listed_ids(client, **filters) == []
    assert await listed_ids(client, **filters, operand="OR") == ["event", "person", "console"]


async def test_or_does_not_loosen_metrics_dates_and_ids(open_sandbox: OpenSandbox) -> None:
    rage = [Event("$rageclick")]
    client = open_sandbox(
        Recording("long", hours(1), events=rage, metadata={"recording_duration": 600}),
        Recording("short", hours(2), events=rage),
        Recording("old", days(5), events=rage, metadata={"recording_duration": 600}),
        Recording("calm", hours(3), metadata={"recording_duration": 600}),
    )
    either: dict[str, Any] = {"operand": "OR", "events": [entity("$rageclick"), entity("$dead_click")]}
    long = [metric("duration", 300, "gt")]
    assert await listed_ids(client, **either, having_predicates=long) == ["long"]
    assert await listed_ids(client, **either, session_ids=["short", "calm"]) == ["short"]
    assert await listed_ids(client, **either, distinct_ids=["nobody"]) == []


async def test_only_and_and_or_are_operands(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(open_sandbox(), operand="XOR")
    assert json.loads(response.json()["detail"])[0]["loc"] == ["operand"]
