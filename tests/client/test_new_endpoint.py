"""A new endpoint needs a model and one method: everything else follows from the path and the method."""

from typing import Any

import pytest
from pydantic import BaseModel

from recordings_mcp.client import RateBudget, RecordingNotFound, RecordingsClient, Throttled, deadline
from tests.client.clock import StandingClock
from tests.client.scripted import HOST, ID, KEY, Answer, Scripted

pytestmark = pytest.mark.anyio


class Things(BaseModel):
    results: list[int]


class Client(RecordingsClient):
    async def things(self, recording_id: str) -> Things:
        return await self._read(Things, await self._recording_request(recording_id, "things"))

    async def add_thing(self, recording_id: str, body: Any) -> Things:
        request = await self._recording_request(recording_id, "things", method="POST", body=body)
        return await self._read(Things, request)


THINGS = Answer(body={"results": [1]})


def connect(server: Scripted, clock: StandingClock) -> Client:
    budget = RateBudget(plan="free", clock=clock)
    return Client(host=HOST, project_id=7, api_key=KEY, transport=server, rate_budget=budget)


async def test_a_part_of_a_recording_is_read_with_retries_and_its_404_means_no_recording() -> None:
    server = Scripted(Answer(503), THINGS, Answer(404))
    async with connect(server, StandingClock()) as client:
        assert await client.things(ID) == Things(results=[1])
        with pytest.raises(RecordingNotFound):
            await client.things(ID)

    assert [str(request.url) for request in server.requests] == [
        f"{HOST}/api/projects/7/session_recordings/{ID}/things/"
    ] * 3


async def test_everything_but_a_get_is_a_change_and_sent_once() -> None:
    server = Scripted(Answer(502))
    async with connect(server, StandingClock()) as client:
        with pytest.raises(Exception, match="not known whether the change was made"):
            await client.add_thing(ID, {"value": 1})

    assert server.attempts == 1


async def test_it_counts_among_the_requests_about_recordings() -> None:
    clock = StandingClock()
    async with connect(Scripted(THINGS), clock) as client:
        with deadline(1, clock=clock):
            for _ in range(240):
                await client.things(ID)
            with pytest.raises(Throttled):
                await client.things(ID)
