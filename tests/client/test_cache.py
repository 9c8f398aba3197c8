"""Searches and lists of data are cached for a short while, and never across a change."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recordings_mcp.client import AnswerMemory, RateBudget, RecordingFilters, RecordingsClient
from recordings_mcp.client import _cache as cache
from recordings_mcp.client._cache import AnswerCache
from tests.client.clock import StandingClock
from tests.client.recordings import BROWSING, CHECKOUT, Shop
from tests.client.scripted import ID, Answer, Scripted, connect

pytestmark = pytest.mark.anyio

Call = Callable[[RecordingsClient], Awaitable[Any]]


def listing(*ends: datetime | None, kind: str = "blob_v2") -> Answer:
    moments = [end.isoformat() if end else None for end in ends]
    return Answer(
        body={
            "sources": [
                {"source": kind, "blob_key": str(key), "start_timestamp": moment, "end_timestamp": moment}
                for key, moment in enumerate(moments)
            ]
        }
    )


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


async def attempts(answer: Answer, call: Call, seconds: float) -> int:
    """Return the number of requests that two calls make, so many seconds apart."""
    clock = StandingClock()
    server = Scripted(answer)
    async with connect(server, rate_budget=RateBudget(clock=clock)) as client:
        first = await call(client)
        await clock.sleep(seconds)
        assert await call(client) == first
    return server.attempts


def search(client: RecordingsClient) -> Awaitable[Any]:
    return client.search(RecordingFilters(date_from="-7d"))


def search_by_query(client: RecordingsClient) -> Awaitable[Any]:
    return client.search(RecordingFilters(distinct_ids=tuple(f"{number:0100}" for number in range(100))))


def sources(client: RecordingsClient) -> Awaitable[Any]:
    return client.snapshot_sources(ID)


async def test_of_a_list_of_data_nothing_is_cached_but_the_list() -> None:
    answer = listing(ago(hours=30))
    answer.body["replay_proxy_token"] = "x" * 50_000
    memory = AnswerMemory()
    async with connect(Scripted(answer), memory=memory) as client:
        first = await sources(client)
        assert await sources(client) == first
        assert 0 < memory.size < 1_000


async def test_an_answer_from_the_cache_takes_no_slot_of_the_rate_limits() -> None:
    clock = StandingClock()
    server = Scripted(Answer(body={"results": []}))
    async with connect(server, rate_budget=RateBudget(plan="free", clock=clock)) as client:
        for _ in range(100):
            await search(client)
    assert (server.attempts, clock.slept) == (1, [])


@pytest.mark.parametrize(
    ("answer", "call", "seconds"),
    [
        (Answer(body={"results": []}), search, 15),
        (Answer(body={"results": []}), search_by_query, 15),
        (listing(ago(30), ago(1)), sources, 600),
        (listing(ago(30), None), sources, 15),
        (listing(), sources, 15),
        (listing(ago(30), ago(0.4)), sources, 15),
        (listing(ago(30), ago(0.6)), sources, 600),
        (listing(ago(30), ago(25)), sources, 3600),
        (listing(None, kind="blob_v2_lts"), sources, 3600),
    ],
)
async def test_an_answer_is_reused_for_a_while(answer: Answer, call: Call, seconds: float) -> None:
    assert await attempts(answer, call, seconds - 0.1) == 1
    assert await attempts(answer, call, seconds) == 2


async def test_what_decides_about_a_change_is_never_cached() -> None:
    assert await attempts(Answer(body={"id": ID}), lambda client: client.get(ID), 0) == 2
    named = RecordingFilters(session_ids=(ID,))
    assert await attempts(Answer(body={"results": []}), lambda client: client.search(named), 0) == 2


async def test_different_requests_have_different_answers(shop: Shop) -> None:
    async with shop.client() as client:
        all_of_them = await client.search()
        first = await client.search(RecordingFilters(limit=1))
        second = await client.search(RecordingFilters(limit=1), cursor=first.next_cursor)
    assert [page.results[0].id for page in (first, second)] == [each.id for each in all_of_them.results[:2]]


CHANGES: dict[str, Call] = {
    "update": lambda client: client.update(CHECKOUT, viewed=True),
    "delete": lambda client: client.delete(CHECKOUT),
    "delete many": lambda client: client.delete_many([CHECKOUT]),
    "share": lambda client: client.set_sharing(CHECKOUT, enabled=True),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_by_this_client_is_seen_at_once(shop: Shop, change: Call) -> None:
    transport = shop.transport()
    async with shop.client(transport) as client:
        before = await client.search()
        assert before == await client.search()
        await change(client)
        listings = len([request for request in transport.sent if request == "GET /"])
        await client.search()
    assert listings == 1
    assert len([request for request in transport.sent if request == "GET /"]) == 2


async def test_an_answer_that_was_under_way_during_a_change_is_not_cached() -> None:
    kept = AnswerCache(StandingClock(), AnswerMemory())
    sent_in = kept.generation
    kept.clear()
    kept.keep("key", b"answer from before", 15, sent_in)
    assert kept.find("key") is None


async def test_failures_are_not_cached() -> None:
    server = Scripted(Answer(404), Answer(body={"results": []}))
    async with connect(server) as client:
        with pytest.raises(Exception, match="nothing there"):
            await client.search()
        assert (await client.search()).results == []


async def test_a_caller_cannot_change_the_cached_answer() -> None:
    answer = Answer(body={"results": [{"id": ID, "person": {"properties": {"tags": ["a"]}}}]})
    async with connect(Scripted(answer)) as client:
        page = await client.search()
        assert page.results[0].person is not None
        assert page.results[0].person.properties is not None
        page.results[0].person.properties["tags"].append("b")
        again = await client.search()
    assert again.results[0].person is not None
    assert again.results[0].person.properties == {"tags": ["a"]}


def test_the_cache_is_bounded_and_drops_the_least_recently_used_answers_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "LARGEST_CACHED_ANSWER", 20)
    kept = AnswerCache(StandingClock(), AnswerMemory(30))
    kept.keep("a", b"1234567890", 15, kept.generation)
    kept.keep("b", b"1234567890", 15, kept.generation)
    kept.keep("a", b"0987654321", 15, kept.generation)
    assert kept.find("b") == b"1234567890"
    kept.keep("c", b"1234567890", 15, kept.generation)
    kept.keep("too large", b"1" * 21, 15, kept.generation)
    kept.keep("d", b"12345", 15, kept.generation)
    assert [kept.find(each) for each in ("a", "b", "c", "d", "too large")] == [
        None,
        b"1234567890",
        b"1234567890",
        b"12345",
        None,
    ]


async def test_each_client_has_its_own_cache(shop: Shop) -> None:
    async with shop.client() as one, shop.client() as other:
        await one.search()
        await other.delete(BROWSING)
        assert BROWSING in [each.id for each in (await one.search()).results]
        assert BROWSING not in [each.id for each in (await other.search()).results]


def test_clients_that_share_memory_are_bounded_together_and_isolated() -> None:
    memory = AnswerMemory(30)
    one, other = (AnswerCache(StandingClock(), memory) for _ in range(2))
    one.keep("a", b"1234567890", 15, one.generation)
    other.keep("a", b"0987654321", 15, other.generation)
    one.keep("b", b"1234567890", 15, one.generation)
    assert (one.find("a"), other.find("a")) == (b"1234567890", b"0987654321")

    other.keep("c", b"12345", 15, other.generation)
    assert [one.find(each) for each in ("a", "b")] == [b"1234567890", None]
    assert [other.find(each) for each in ("a", "c")] == [b"0987654321", b"12345"]

    one.clear()
    assert (one.find("a"), other.find("a"), memory.size) == (None, b"0987654321", 15)


async def test_a_client_that_is_closed_leaves_nothing_in_memory() -> None:
    memory = AnswerMemory()
    async with connect(Scripted(Answer(body={"results": []})), memory=memory) as client:
        await client.search()
        assert memory.size > 0
    assert memory.size == 0
