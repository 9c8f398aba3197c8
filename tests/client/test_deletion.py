"""Many recordings are deleted, and the outcome of each is reported truthfully."""

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import (
    DeletionOutcome,
    InvalidRecordingId,
    MissingScope,
    RecordingsError,
    Throttled,
)
from tests.client.recordings import BROWSING, CHECKOUT, LONG, QUIET, Shop, Watched
from tests.client.scripted import HOST, ID, KEY, Answer, Body, Scripted, connect

pytestmark = pytest.mark.anyio


def statuses(outcomes: list[DeletionOutcome]) -> list[tuple[str, str]]:
    return [(outcome.id, outcome.status) for outcome in outcomes]


async def test_many_are_deleted_in_one_request_and_each_is_accounted_for(shop: Shop) -> None:
    transport = shop.transport()
    async with shop.client(transport) as client:
        outcomes = await client.delete_many([CHECKOUT, "unknown", LONG, CHECKOUT])
        left = [recording.id for recording in (await client.search()).results]
    assert outcomes == [
        DeletionOutcome(id=CHECKOUT, status="deleted"),
        DeletionOutcome(id="unknown", status="already_gone", reason="PostHog had no such recording."),
        DeletionOutcome(id=LONG, status="deleted"),
    ]
    assert left == [BROWSING, QUIET]
    assert [request.split("?")[0] for request in transport.sent] == ["GET /", "POST /bulk_delete/", "GET /"]


async def test_what_the_server_could_not_delete_failed(shop: Shop) -> None:
    async with shop.client(failing_deletions=frozenset({BROWSING})) as client:
        outcomes = await client.delete_many([CHECKOUT, BROWSING, "unknown"])
    assert statuses(outcomes) == [(CHECKOUT, "deleted"), (BROWSING, "failed"), ("unknown", "already_gone")]


async def test_where_keys_may_not_delete_in_bulk_they_are_deleted_one_by_one(shop: Shop) -> None:
    transport = shop.transport(bulk_delete="refused", failing_deletions=frozenset({BROWSING}))
    async with shop.client(transport) as client:
        outcomes = await client.delete_many([CHECKOUT, BROWSING, "unknown", LONG])
    assert outcomes == snapshot(
        [
            DeletionOutcome(id="019cd700-0000-7000-8000-000000000001", status="deleted"),
            DeletionOutcome(
                id="019cd700-0000-7000-8000-000000000002",
                status="failed",
                reason="PostHog failed with status 500. Try again in a minute; if it persists, check PostHog's status.",
            ),
            DeletionOutcome(id="unknown", status="already_gone", reason="PostHog had no such recording."),
            DeletionOutcome(id="019cd700-0000-7000-8000-000000000003", status="deleted"),
        ]
    )
    assert [sent for sent in transport.sent if sent.startswith("DELETE")] == [
        f"DELETE /{each}/" for each in (CHECKOUT, BROWSING, LONG)
    ]


async def test_a_key_that_may_not_delete_gets_the_reason_and_nothing_more_is_sent(shop: Shop) -> None:
    transport = shop.transport(scopes=frozenset({"session_recording:read"}))
    async with shop.client(transport) as client:
        with pytest.raises(MissingScope) as error:
            await client.delete_many([CHECKOUT, LONG])
    assert error.value.scope == "session_recording:write"
    assert transport.sent[-1] == "POST /bulk_delete/"


async def test_nothing_to_delete_is_no_request() -> None:
    server = Scripted()
    async with connect(server) as client:
        assert await client.delete_many([]) == []
    assert server.attempts == 0


async def test_one_impossible_id_stops_all_before_any_request() -> None:
    server = Scripted()
    async with connect(server) as client:
        with pytest.raises(InvalidRecordingId):
            await client.delete_many([ID, "../users/@me"])
    assert server.attempts == 0


Step = Callable[[httpx.Request], Answer | Exception | None]


class Store(httpx.AsyncBaseTransport):
    """A server that holds recordings by name and deletes them; a step may answer in its place."""

    def __init__(self, *present: str, step: Step = lambda _request: None) -> None:
        self.present = set(present)
        self._step = step
        self.sent: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rstrip("/").rpartition("/")[2]
        self.sent.append(f"{request.method} {name}")
        answer = self._step(request) or self._answer(request, name)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status, stream=Body(answer.chunks()))

    def _answer(self, request: httpx.Request, name: str) -> Answer:
        if name == "session_recordings":
            asked = orjson.loads(request.url.params["session_ids"])
            return Answer(body={"results": [{"id": each} for each in asked if each in self.present]})
        if name == "bulk_delete":
            return self.delete(orjson.loads(request.content)["session_recording_ids"])
        if request.method == "DELETE":
            self.present.discard(name)
            return Answer(204)
        return Answer(body={"id": name}) if name in self.present else Answer(404)

    def delete(self, ids: list[str]) -> Answer:
        found = self.present & set(ids)
        self.present -= found
        return Answer(body={"deleted_count": len(found), "total_requested": len(ids), "failed_ids": []})


async def test_more_than_a_hundred_are_deleted_in_several_requests() -> None:
    ids = [f"r{number}" for number in range(230)]
    store = Store(*ids)
    async with connect(store) as client:
        outcomes = await client.delete_many(ids)
    assert statuses(outcomes) == [(each, "deleted") for each in ids]
    assert store.sent == ["GET session_recordings", "POST bulk_delete"] * 3


async def test_a_server_that_takes_only_twenty_gets_twenty_at_a_time() -> None:
    def refuse_more_than_twenty(request: httpx.Request) -> Answer | None:
        many = request.content.count(b'"r') > 20
        return Answer(400, {"detail": "Cannot process more than 20 recordings at once"}) if many else None

    ids = [f"r{number}" for number in range(45)]
    store = Store(*ids, step=refuse_more_than_twenty)
    async with connect(store) as client:
        outcomes = await client.delete_many(ids)
    assert statuses(outcomes) == [(each, "deleted") for each in ids]
    assert store.sent.count("POST bulk_delete") == 4


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_server_without_bulk_deletion_gets_single_ones(status: int) -> None:
    store = Store("a", "b", step=lambda request: Answer(status) if "bulk" in request.url.path else None)
    async with connect(store) as client:
        assert statuses(await client.delete_many(["a", "b"])) == [("a", "deleted"), ("b", "deleted")]
    assert not store.present


@pytest.mark.parametrize("lost", [httpx.ReadError("reset"), Answer(502), Answer(200, b"<html>")])
async def test_a_lost_bulk_answer_is_reconciled_by_listing_again(lost: Answer | Exception) -> None:
    def lose_the_answer(request: httpx.Request) -> Answer | Exception | None:
        if "bulk" not in request.url.path:
            return None
        store.present -= {"a"}
        return lost

    store = Store("a", "b", step=lose_the_answer)
    async with connect(store) as client:
        outcomes = await client.delete_many(["a", "b", "c"])
    assert statuses(outcomes) == [("a", "deleted"), ("b", "failed"), ("c", "already_gone")]
    assert str(outcomes[1].reason).startswith("It still exists. ")
    assert store.sent.count("POST bulk_delete") == 1


async def test_an_unknown_outcome_is_not_guessed() -> None:
    def go_down(_request: httpx.Request) -> Exception | None:
        return httpx.ReadError("reset") if "POST bulk_delete" in store.sent else None

    store = Store("a", step=go_down)
    async with connect(store) as client:
        [outcome] = await client.delete_many(["a"])
    assert outcome.status == "failed"
    assert "not known whether it was deleted: check before trying again" in str(outcome.reason)


async def test_a_count_that_does_not_add_up_is_reconciled_by_listing_again() -> None:
    def delete_one_only(request: httpx.Request) -> Answer | None:
        if "bulk" not in request.url.path:
            return None
        store.present -= {"a"}
        return Answer(body={"success": True, "deleted_count": 1, "total_requested": 2})

    store = Store("a", "b", step=delete_one_only)
    async with connect(store) as client:
        outcomes = await client.delete_many(["a", "b"])
    assert statuses(outcomes) == [("a", "deleted"), ("b", "failed")]
    assert outcomes[1].reason == "It still exists. PostHog did not delete it and gave no reason."


async def test_a_throttle_in_the_middle_leaves_the_rest_untried_and_hides_nothing() -> None:
    def throttle(request: httpx.Request) -> Answer | None:
        if "bulk" in request.url.path:
            return Answer(403, {"detail": "This action does not support personal API key access"})
        late = request.method == "DELETE" and not {"a", "b"} & store.present
        return Answer(429, {"detail": "Expected available in 3000 seconds."}) if late else None

    store = Store("a", "b", "c", "d", step=throttle)
    async with connect(store) as client:
        outcomes = await client.delete_many(["a", "b", "c", "d"])
    assert statuses(outcomes) == [("a", "deleted"), ("b", "deleted"), ("c", "not_tried"), ("d", "not_tried")]
    assert "Try again in 50 minutes" in str(outcomes[2].reason)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [(Answer(429, {"detail": "available in 90 seconds"}), Throttled), (Answer(401), RecordingsError)],
)
async def test_an_error_before_anything_was_deleted_is_raised(
    answer: Answer, raised: type[RecordingsError]
) -> None:
    store = Store("a", step=lambda _request: answer)
    async with connect(store) as client:
        with pytest.raises(raised):
            await client.delete_many(["a"])
    assert store.present == {"a"}


async def test_the_second_hundred_failing_does_not_hide_the_first() -> None:
    def fail_later(request: httpx.Request) -> Answer | None:
        return Answer(401) if store.sent.count("POST bulk_delete") == 2 and request.method == "POST" else None

    ids = [f"r{number}" for number in range(150)]
    store = Store(*ids, step=fail_later)
    async with connect(store) as client:
        outcomes = await client.delete_many(ids)
    assert {outcome.status for outcome in outcomes[:100]} == {"deleted"}
    assert {(outcome.status, str(outcome.reason)[:34]) for outcome in outcomes[100:]} == {
        ("not_tried", "PostHog does not know this API key")
    }


async def test_no_change_carries_more_than_it_says(shop: Shop) -> None:
    transport: Watched = shop.transport()
    async with shop.client(transport) as client:
        await client.update(CHECKOUT, viewed=True)
        await client.delete_many([CHECKOUT])
        await client.delete(LONG)
    sent: list[Any] = [
        (request.method, request.url.path, orjson.loads(request.content) if request.content else None)
        for request in transport.requests
        if request.method != "GET"
    ]
    assert sent == snapshot(
        [
            (
                "PATCH",
                "/api/projects/1/session_recordings/019cd700-0000-7000-8000-000000000001/",
                {"viewed": True},
            ),
            (
                "POST",
                "/api/projects/1/session_recordings/bulk_delete/",
                {"session_recording_ids": ["019cd700-0000-7000-8000-000000000001"], "date_from": "-1825d"},
            ),
            ("DELETE", "/api/projects/1/session_recordings/019cd700-0000-7000-8000-000000000003/", None),
        ]
    )
    assert HOST not in str(sent)
    assert KEY not in str(sent)
