"""Recordings are found, page by page, on new and on old servers."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    EventFilter,
    InvalidCursor,
    MissingScope,
    RecordingFilters,
    RecordingMetric,
    ServerFailed,
)
from tests.client.recordings import BROWSING, CHECKOUT, LONG, QUIET, Shop
from tests.client.scripted import Answer, Scripted, all_pages, connect

pytestmark = pytest.mark.anyio


async def found(shop: Shop, filters: RecordingFilters) -> list[str]:
    async with shop.client() as client:
        return [recording.id for recording in (await client.search(filters)).results]


async def test_without_filters_the_recordings_of_the_last_days_are_found_latest_first(shop: Shop) -> None:
    async with shop.client() as client:
        page = await client.search()
    assert [recording.id for recording in page.results] == [CHECKOUT, BROWSING, LONG, QUIET]
    assert (page.next_cursor, page.has_next) == (None, False)


async def test_filters_are_evaluated_by_the_server(shop: Shop) -> None:
    metric = RecordingMetric(key="click_count", operator="gte", value=2)
    assert await found(shop, RecordingFilters(having_predicates=(metric,))) == [CHECKOUT, BROWSING]
    assert await found(shop, RecordingFilters(events=(EventFilter(id="$rageclick"),))) == [CHECKOUT]
    assert await found(shop, RecordingFilters(distinct_ids=("nobody",))) == []
    assert await found(shop, RecordingFilters(session_ids=(LONG, CHECKOUT))) == [LONG, CHECKOUT]
    ascending = RecordingFilters(order="click_count", order_direction="ASC", limit=4)
    assert (await found(shop, ascending))[-2:] == [BROWSING, CHECKOUT]


async def test_the_cursor_of_a_page_leads_to_the_next_one(shop: Shop) -> None:
    filters = RecordingFilters(limit=3)
    async with shop.client() as client:
        first = await client.search(filters)
        second = await client.search(filters, cursor=first.next_cursor)
    assert [recording.id for recording in first.results + second.results] == [CHECKOUT, BROWSING, LONG, QUIET]
    assert (first.has_next, second.has_next, second.next_cursor) == (True, False, None)


def page(*ids: str, has_next: bool = True, **more: str) -> Answer:
    return Answer(body={"results": [{"id": each} for each in ids], "has_next": has_next, **more})


async def test_a_server_without_cursors_is_paged_by_offset() -> None:
    server = Scripted(page("a", "b"), page("c", "d"), page("e", has_next=False))
    async with connect(server) as client:
        found = await all_pages(client, RecordingFilters(limit=2))
    assert [recording.id for recording in found] == ["a", "b", "c", "d", "e"]
    assert [request.url.query.decode() for request in server.requests] == snapshot(
        ["limit=2", "limit=2&offset=2", "limit=2&offset=4"]
    )


@pytest.mark.parametrize(
    "more",
    [
        {"count": 5, "next": "https://posthog.example/?offset=2", "previous": None},
        {"next": "https://posthog.example/?offset=2"},
        {"count": 5},
    ],
)
async def test_a_page_with_a_count_or_a_next_address_is_not_the_last(more: dict[str, Any]) -> None:
    pages = [{"results": [{"id": each} for each in ids], **more} for ids in ("ab", "cd", "e")]
    pages[-1]["next"] = None
    server = Scripted(*(Answer(body=body) for body in pages))
    async with connect(server) as client:
        found = await all_pages(client, RecordingFilters(limit=2))
    assert [recording.id for recording in found] == ["a", "b", "c", "d", "e"]
    assert [request.url.query.decode() for request in server.requests] == [
        "limit=2",
        "limit=2&offset=2",
        "limit=2&offset=4",
    ]


async def test_a_server_with_the_documented_envelope_is_searched_to_the_end(shop: Shop) -> None:
    async with shop.client(envelope="count") as client:
        found = await all_pages(client, RecordingFilters(limit=3))
    assert [recording.id for recording in found] == [CHECKOUT, BROWSING, LONG, QUIET]


async def test_the_address_of_a_next_page_is_never_followed() -> None:
    server = Scripted(page("a", next="https://evil.example/?after=1"), page("b", has_next=False))
    async with connect(server) as client:
        found = await all_pages(client, RecordingFilters())
    assert [recording.id for recording in found] == ["a", "b"]
    assert {request.url.host for request in server.requests} == {"posthog.example"}


async def test_a_server_that_promises_more_and_sends_nothing_is_left() -> None:
    async with connect(Scripted(page())) as client:
        empty = await client.search()
    assert (empty.results, empty.next_cursor) == ([], None)


@pytest.mark.parametrize("cursor", ["", "offset:-1", "offset:1x", "a b", "https://evil.example", "é"])
async def test_a_cursor_that_comes_from_no_page_is_refused_before_any_request(cursor: str) -> None:
    server = Scripted()
    async with connect(server) as client:
        with pytest.raises(InvalidCursor, match="Start again without a cursor"):
            await client.search(cursor=cursor)
    assert server.attempts == 0


async def test_a_cursor_the_server_fails_on_comes_with_the_advice_to_start_again(shop: Shop) -> None:
    async with shop.client() as client:
        with pytest.raises(ServerFailed, match="Start the search again without a cursor"):
            await client.search(cursor="bm90IGEgY3Vyc29y")


async def test_a_cursor_that_happens_to_be_a_number_arrives_as_a_text() -> None:
    server = Scripted(page("a", has_next=False))
    async with connect(server) as client:
        await client.search(cursor="12345678")
    assert parse_qs(urlsplit(str(server.requests[0].url)).query) == {"after": ['"12345678"']}


async def test_filters_too_long_for_an_address_travel_in_a_body(shop: Shop) -> None:
    many = (*(f"nobody-with-a-long-identifier-{number:03}" for number in range(300)), "jane")
    filters = RecordingFilters(distinct_ids=many, limit=2)
    transport = shop.transport()
    async with shop.client(transport) as client:
        first = await client.search(filters)
        second = await client.search(filters, cursor=first.next_cursor)
    assert [recording.id for recording in first.results + second.results] == [CHECKOUT, BROWSING, LONG, QUIET]
    assert [(request.method, request.url.path) for request in transport.requests] == [
        ("POST", "/api/projects/1/query/"),
        ("POST", "/api/projects/1/query/"),
    ]
    assert orjson.loads(transport.requests[0].content)["query"]["kind"] == "RecordingsQuery"


async def test_a_key_without_the_scope_gets_the_name_of_the_scope(shop: Shop) -> None:
    async with shop.client(scopes=frozenset({"person:read"})) as client:
        with pytest.raises(MissingScope) as error:
            await client.search()
    assert error.value.scope == "session_recording:read"
    assert "lacks the scope session_recording:read. Add it" in str(error.value)
