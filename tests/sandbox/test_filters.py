"""Filters of a listing by events, persons, sessions and pages, and what joins them."""

import json
from typing import Any

import pytest

from tests.sandbox.api import error, list_recordings, listed_ids
from tests.sandbox.conditions import CHECKOUT, days, entity, event, hours, log, metric, person
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import OMAR, Event, Recording, console

pytestmark = pytest.mark.anyio


async def test_events_are_found_by_name(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording("rage", events=[Event("$rageclick")]),
        Recording("calm", hours(2), events=[Event("$pageview")]),
    )
    assert await listed_ids(client, events=[entity("$rageclick")]) == ["rage"]
    assert await listed_ids(client, events=[{"id": None, "type": "events"}]) == ["rage", "calm"]


async def test_an_event_filter_must_match_one_event_with_all_its_properties(
    open_sandbox: OpenSandbox,
) -> None:
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


@pytest.mark.parametrize(("value", "found"), [(True, ["on"]), (False, ["off"]), ("variant", ["variant"])])
async def test_a_flag_is_what_it_was_at_an_event(
    open_sandbox: OpenSandbox, value: object, found: list[str]
) -> None:
    seen = {"on": True, "off": False, "variant": "variant"}
    client = open_sandbox(
        *(Recording(name, events=[Event("e", {"$feature/new": state})]) for name, state in seen.items()),
        Recording("none"),
    )
    flag = {"type": "flag", "key": "new", "operator": "flag_evaluates_to", "value": value}
    assert await listed_ids(client, properties=[flag]) == found
    assert (await list_recordings(client, properties=[flag | {"operator": "exact"}])).status_code == 400


async def test_filters_on_elements_are_refused_in_words(open_sandbox: OpenSandbox) -> None:
    element = {"type": "element", "key": "text", "operator": "exact", "value": ["Pay"]}
    refused = await list_recordings(open_sandbox(), properties=[element])
    assert refused.json()["detail"] == "Filters of the type element are not supported in the sandbox."


async def test_filters_written_in_hogql_are_refused(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(
        open_sandbox(), properties=[{"type": "hogql", "key": "properties.plan = 'pro'"}]
    )
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"


async def test_and_requires_all_filters_and_or_any(open_sandbox: OpenSandbox) -> None:
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
