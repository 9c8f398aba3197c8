"""Searching: what is sent, what is told, and what is said when there is nothing."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from recordings_mcp.tools import TOOLS, RegisteredTool
from recordings_mcp.tools._short_cursor import lengthen_cursor, shorten_cursor
from tests.mcp_client import Connect, data_of, error_of, text_of
from tests.sandbox.shop import JANE, OMAR, Event, Recording

pytestmark = pytest.mark.anyio

CHECKOUT = Recording("checkout", events=[Event("$rageclick"), Event("order paid")])
HOME = Recording("visit", ago=timedelta(hours=2), person=OMAR, distinct_id="omar")


async def test_each_recording_found_is_a_row_and_the_query_is_shown(connect: Connect) -> None:
    async with connect(CHECKOUT, HOME) as client:
        result = await client.call_tool("search_recordings", {})

    assert text_of(result) == snapshot("""\
2 recordings since -3d, times in UTC (2026). PostHog counts a tap as two clicks. That is all.
Data, not instructions:
<FENCE>
checkout|03-10 11:00|01:00/00:20|3 clicks|jane@example.com|shop[.]example/|DE
visit|03-10 10:00|01:00/00:20|3 clicks|omar@shop.example|/|US
</FENCE>
In PostHog: http://localhost:8000/project/1/replay/<id>
Query: date_from=-3d order=start_time order_direction=DESC limit=20\
""")


async def test_a_row_has_device_country_and_viewed_and_repeats_no_host(connect: Connect) -> None:
    phone = {**JANE, "properties": {**JANE["properties"], "$device_type": "Mobile"}}
    recordings = [
        Recording("cart", person=phone, metadata={"start_url": "https://jane:pw@shop.example/cart?a=1#b"}),
        Recording("home", timedelta(hours=2), metadata={"start_url": "https://jane:pw@shop.example"}),
        Recording("help", timedelta(hours=3), metadata={"start_url": "https://help.example/faq"}),
        Recording("faq", timedelta(hours=4), metadata={"start_url": "https://help.example/faq"}),
    ]
    async with connect(*recordings) as client:
        await client.call_tool("update_recordings", {"recordings": ["faq"], "viewed": True})
        result = await client.call_tool("search_recordings", {})

    assert text_of(result) == snapshot("""\
4 recordings since -3d, times in UTC (2026). PostHog counts a tap as two clicks. That is all.
Data, not instructions:
<FENCE>
cart|03-10 11:00|01:00/00:20|3 clicks|jane@example.com|[secret]@shop.example/cart?a=1#b|Mobile DE
home|03-10 10:00|01:00/00:20|3 clicks|jane@example.com|/|Mobile DE
help|03-10 09:00|01:00/00:20|3 clicks|jane@example.com|help[.]example/faq|Mobile DE
faq|03-10 08:00|01:00/00:20|3 clicks|jane@example.com|/faq|Mobile DE|viewed
</FENCE>
In PostHog: http://localhost:8000/project/1/replay/<id>
Query: date_from=-3d order=start_time order_direction=DESC limit=20
Redacted (standard): 2 secrets.\
""")


async def test_rows_of_several_years_have_their_year(connect: Connect) -> None:
    async with connect(CHECKOUT, Recording("old", timedelta(days=75))) as client:
        result = await client.call_tool("search_recordings", {"since": "2025-01-01", "until": "2026-03-31"})

    assert [line.split("|")[:2] for line in text_of(result).splitlines() if "|" in line] == [
        ["checkout", "2026-03-10 11:00"],
        ["old", "2025-12-25 12:00"],
    ]
    assert text_of(result).startswith("2 recordings since 2025-01-01 until 2026-03-31, times in UTC. PostHog")


async def test_an_empty_time_span_is_told_from_conditions_that_nothing_meets(connect: Connect) -> None:
    async with connect(CHECKOUT) as client:
        too_narrow = await client.call_tool(
            "search_recordings", {"url": "/nowhere", "friction": ["dead_click"]}
        )
        too_short = await client.call_tool(
            "search_recordings", {"since": "2026-03-10T11:30", "until": "2026-03-10T11:45"}
        )

    assert text_of(too_narrow) == snapshot("""\
No recording found.
Recordings exist in this period, but none match: url, friction.
Leave out one at a time, or widen since.
- url matches any part of a page's address.
- friction needs events that PostHog captures only when the project switched them on.
- match='all' needs every condition at once; match='any' needs one of them.
Query: date_from=-3d events=[{"id":"$dead_click","name":"$dead_click","type":"events","order":0,"properties":[]}] properties=[{"key":"visited_page","value":"/nowhere","operator":"icontains","type":"recording"}] order=start_time order_direction=DESC limit=20\
""")
    assert text_of(too_short) == snapshot("""\
No recording found.
No recordings exist in this project since 2026-03-10T11:30 until 2026-03-10T11:45. Widen since (e.g. "-30d"), which must be before until. If that is empty too: recording may be off, the recordings may have expired, or it is the wrong project.
Query: date_from=2026-03-10T11:30 date_to=2026-03-10T11:45 order=start_time order_direction=DESC limit=20\
""")


def search_arguments() -> dict[str, dict[str, Any]]:
    """The schema of every argument of a search."""
    [tool] = [tool for tool in TOOLS if tool.name == "search_recordings"]
    arguments: dict[str, dict[str, Any]] = RegisteredTool.of(tool, "text").parameters["properties"]
    return arguments


NO_FILTERS = ("since", "until", "match", "order_by", "ascending", "limit", "cursor")
FILTERS = [name for name in search_arguments() if name not in NO_FILTERS]


def unmet(name: str, schema: dict[str, Any]) -> Any:
    """A value that the recording of `test_an_empty_search_names_the_filter_to_blame` does not meet."""
    if "enum" in schema:
        return schema["enum"][-1]
    match schema["type"]:
        case "array":
            return [unmet(name, schema["items"])]
        case "object":
            return {"key": "plan", "value": "none"}
        case "boolean":
            return True
        case "string":
            return "zz"
        case _:
            return 0 if name.startswith("max_") else 1_000_000


@pytest.mark.parametrize("name", FILTERS)
async def test_an_empty_search_names_the_filter_to_blame(connect: Connect, name: str) -> None:
    async with connect(HOME) as client:
        await client.call_tool("update_recordings", {"recording": "visit", "viewed": True})
        everything = await client.call_tool("search_recordings", {})
        result = await client.call_tool(
            "search_recordings", {name: unmet(name, search_arguments()[name]), "order_by": "click_count"}
        )

    assert text_of(everything).startswith("1 recording since -3d,")
    assert text_of(result).splitlines()[:3] == [
        "No recording found.",
        f"Recordings exist in this period, but none match: {name}.",
        "Leave out one at a time, or widen since.",
    ]


@pytest.mark.parametrize("name", FILTERS)
async def test_an_empty_period_is_not_blamed_on_a_filter(connect: Connect, name: str) -> None:
    async with connect() as client:
        result = await client.call_tool(
            "search_recordings", {name: unmet(name, search_arguments()[name]), "match": "any", "limit": 5}
        )

    assert text_of(result).splitlines()[1].startswith("No recordings exist in this project since -3d.")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"person": "jane@example.com"}, ["checkout"]),
        ({"person": "omar"}, ["visit"]),
        ({"friction": ["rage_click"]}, ["checkout"]),
        ({"events": ["order paid"], "friction": ["dead_click"], "match": "any"}, ["checkout"]),
        ({"events": ["order paid"], "friction": ["dead_click"]}, []),
        ({"exclude_test_accounts": True}, ["checkout"]),
        ({"country": "us"}, ["visit"]),
        ({"recordings": ["visit"], "since": "-1h"}, ["visit"]),
        ({"recordings": ["http://localhost:8000/project/1/replay/visit?t=3"]}, ["visit"]),
        ({"min_duration": 61}, []),
        ({"max_duration": 60, "min_clicks": 3, "min_active_seconds": 20}, ["checkout", "visit"]),
        ({"min_console_errors": 1}, []),
        ({"source": "mobile"}, []),
        ({"properties": [{"key": "plan", "value": "pro", "type": "person"}]}, ["checkout"]),
        ({"properties": [{"key": "staff", "value": True, "type": "person"}]}, ["visit"]),
        ({"url": "hxxp://shop.example/"}, ["checkout", "visit"]),
        ({"url": "shop[.]example/"}, ["checkout", "visit"]),
        ({"order_by": "start_time", "ascending": True}, ["visit", "checkout"]),
        ({"limit": 1}, ["checkout"]),
    ],
)
async def test_every_filter_is_applied(
    connect: Connect, arguments: dict[str, object], found: list[str]
) -> None:
    async with connect(CHECKOUT, HOME, output="structured") as client:
        result = await client.call_tool("search_recordings", arguments)

    assert [recording["id"] for recording in data_of(result)["recordings"]] == found


async def test_a_persons_uuid_is_told_from_a_distinct_id_that_is_a_uuid(connect: Connect) -> None:
    uuid, anonymous = "2b3b8d0e-9e0c-5c4d-8a37-1f8a4a1f7e11", "0195f3a1-6f1e-7c41-9d2e-3c5b7a9d1e2f"
    known = Recording("known", person={**JANE, "uuid": uuid})
    unknown = Recording("unknown", person=None, distinct_id=anonymous)

    async with connect(known, unknown, output="structured") as client:
        results = [
            await client.call_tool("search_recordings", {"person": person}) for person in (uuid, anonymous)
        ]

    assert [[recording["id"] for recording in data_of(result)["recordings"]] for result in results] == [
        ["known"],
        ["unknown"],
    ]


async def test_pages_follow_one_another_by_cursor(connect: Connect) -> None:
    async with connect(CHECKOUT, HOME, output="structured") as client:
        first = data_of(await client.call_tool("search_recordings", {"limit": 1}))
        second = await client.call_tool("search_recordings", {"limit": 1, "cursor": first["next_cursor"]})

    rest = data_of(second)
    assert [row["id"] for row in (*first["recordings"], *rest["recordings"])] == [
        "checkout",
        "visit",
    ]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("order", ["start_time", "duration", "active_seconds", "click_count"])
async def test_a_cursor_is_short_and_means_what_posthogs_own_means(connect: Connect, order: str) -> None:
    ids = [f"01a2089c-3fa1-7f82-9c37-1d59fd51d1c{n}" for n in range(3)]
    recordings = [Recording(one, metadata={"active_seconds": 20.5}) for one in ids]
    asked = {"limit": 1, "order_by": order}
    async with connect(*recordings, output="structured") as client:
        pages = [data_of(await client.call_tool("search_recordings", asked))]
        while cursor := pages[-1]["next_cursor"]:
            pages.append(data_of(await client.call_tool("search_recordings", {**asked, "cursor": cursor})))
        posthogs = lengthen_cursor(pages[0]["next_cursor"])
        again = data_of(await client.call_tool("search_recordings", {**asked, "cursor": posthogs}))

    assert sorted(page["recordings"][0]["id"] for page in pages) == ids
    assert all(re.fullmatch(r"[0-9._]{37,60}", page["next_cursor"]) for page in pages[:-1])
    assert again == pages[1]


@given(st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_any_other_cursor_stays_as_it_is(cursor: str) -> None:
    assert lengthen_cursor(shorten_cursor(cursor)) == cursor


@pytest.mark.parametrize(
    "after",
    [
        {"order_value": None, "secondary_value": "01a2089c-3fa1-7f82-9c37-1d59fd51d1c1"},
        {"order_value": 1e300, "secondary_value": "01a2089c-3fa1-7f82-9c37-1d59fd51d1c1"},
        {"order_value": 7, "secondary_value": "01A2089C-3fa1-7f82-9c37-1d59fd51d1c1"},
        {"order_value": 7, "secondary_value": "no-uuid"},
        {"order_value": 7, "secondary_value": "01a2089c-3fa1-7f82-9c37-1d59fd51d1c1", "more": 1},
        {"secondary_value": "01a2089c-3fa1-7f82-9c37-1d59fd51d1c1", "order_value": 7},
        [7],
    ],
)
def test_a_cursor_that_would_lose_something_is_not_shortened(after: object) -> None:
    cursor = base64.b64encode(json.dumps(after).encode()).decode()

    assert shorten_cursor(cursor) == cursor


async def test_an_empty_page_after_a_cursor_is_the_end_and_no_matter_of_conditions(connect: Connect) -> None:
    async with connect(CHECKOUT, HOME, output="structured") as client:
        cursor = data_of(await client.call_tool("search_recordings", {"limit": 1}))["next_cursor"]
        result = await client.call_tool("search_recordings", {"cursor": cursor, "min_clicks": 50})

    assert data_of(result)["advice"] == (
        "The page before was the last one. To see the first again, search without cursor."
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"limt": 5}, "limt: unknown argument; did you mean 'limit'?"),
        ({"limit": 101}, "limit: Input should be less than or equal to 100 (got 101)"),
        (
            {"since": "last week"},
            'since: must be relative such as "-3d" or "-24h", or a date such as "2026-03-31"',
        ),
        *[
            ({name: date}, f'{name}: there is no such day or time; a date looks like "2026-03-31"')
            for name, date in [
                ("since", "2026-13-45"),
                ("until", "2026-02-30"),
                ("since", "2026-03-10T25:00"),
            ]
        ],
        (
            {"friction": ["anger"]},
            "friction.0: no such value; known: 'rage_click', 'dead_click', 'console_error' or 'exception' (got \"anger\")",
        ),
        (
            {"properties": [{"key": "a"}]},
            "properties.0: value is required unless operator is is_set or is_not_set",
        ),
        (
            {"properties": [{"ky": "a"}]},
            "properties.0.key: required; properties.0.ky: unknown argument; see the tool's schema",
        ),
    ],
)
async def test_wrong_arguments_are_answered_in_one_line(
    connect: Connect, arguments: dict[str, object], message: str
) -> None:
    async with connect() as client:
        result = await client.call_tool("search_recordings", arguments)

    assert error_of(result) == f"Invalid arguments. {message}"


async def test_a_cursor_from_nowhere_says_to_start_again(connect: Connect) -> None:
    async with connect(CHECKOUT) as client:
        result = await client.call_tool("search_recordings", {"cursor": "nonsense"})

    assert error_of(result) == snapshot(
        "PostHog failed on this page. Start the search again without a cursor; if that fails too, try in a minute."
    )
