"""Recordings are marked and deleted one at a time."""

import httpx
import pytest

from recordings_mcp.client import (
    InvalidUpdate,
    RecordingNotFound,
    ServerFailed,
    Unreachable,
)
from tests.client.recordings import CHECKOUT, Shop
from tests.client.scripted import ID, Answer, Scripted, connect

pytestmark = pytest.mark.anyio


async def test_a_recording_is_marked_as_viewed(shop: Shop) -> None:
    async with shop.client() as client:
        await client.update(CHECKOUT, viewed=True)
        assert (await client.get(CHECKOUT)).viewed is True
        await client.update(CHECKOUT, analyzed=True)


@pytest.mark.parametrize(
    "marks",
    [{}, {"viewed": False}, {"viewed": False, "analyzed": True}, {"viewed": None, "analyzed": False}],
)
async def test_what_a_key_cannot_change_is_refused_before_any_request(marks: dict[str, bool | None]) -> None:
    server = Scripted()
    async with connect(server) as client:
        with pytest.raises(InvalidUpdate, match="cannot undo either"):
            await client.update(ID, **marks)
    assert server.attempts == 0


async def test_marking_an_unknown_recording_says_so(shop: Shop) -> None:
    async with shop.client() as client:
        with pytest.raises(RecordingNotFound):
            await client.update("unknown", viewed=True)


async def test_a_deleted_recording_is_gone(shop: Shop) -> None:
    async with shop.client() as client:
        await client.delete(CHECKOUT)
        assert CHECKOUT not in {recording.id for recording in (await client.search()).results}
        with pytest.raises(RecordingNotFound):
            await client.get(CHECKOUT)


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("x"), httpx.ReadError("x"), Answer(502), Answer(504)])
@pytest.mark.parametrize("now", [404, 410])
async def test_a_deletion_whose_answer_was_lost_is_done_when_the_recording_is_gone(
    lost: Answer | Exception, now: int
) -> None:
    server = Scripted(lost, Answer(now))
    async with connect(server) as client:
        await client.delete(ID)
    assert [request.method for request in server.requests] == ["DELETE", "GET"]


async def test_a_deletion_whose_answer_was_lost_is_not_done_while_the_recording_is_there() -> None:
    async with connect(Scripted(Answer(500), Answer(body={"id": ID}))) as client:
        with pytest.raises(ServerFailed) as error:
            await client.delete(ID)
    assert not error.value.outcome_unknown


async def test_a_deletion_whose_outcome_is_unknown_says_so() -> None:
    async with connect(Scripted(httpx.ReadTimeout("x"))) as client:
        with pytest.raises(Unreachable, match="It is not known whether the change was made") as error:
            await client.delete(ID)
    assert error.value.outcome_unknown
