"""A server with scripted answers, for those that a healthy PostHog does not give."""

import json
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from recordings_mcp.client import AnswerMemory, RateBudget, Recording, RecordingFilters, RecordingsClient
from tests.client.clock import StandingClock

KEY = "phx_CanaryThatMustNeverBeSeenAnywhere01"
HOST = "https://posthog.example"
ID = "019cd700-0000-7000-8000-000000000001"


def bomb(size: int) -> bytes:
    """Pack that many spaces with gzip, into a thousandth of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * (1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(size >> 20)), packer.flush()])


@dataclass(frozen=True)
class Answer:
    """One answer: status, body (sent as JSON unless it is bytes), headers, and how its body breaks off."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    broken: Exception | None = None

    def chunks(self) -> Sequence[bytes | Exception]:
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        whole = [] if self.body is None else [content]
        return whole if self.broken is None else [*whole, self.broken]


class Body(httpx.AsyncByteStream):
    """The body of an answer, which may break; knows whether it was closed."""

    def __init__(self, chunks: Sequence[bytes | Exception]) -> None:
        self._chunks = chunks
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def aclose(self) -> None:
        self.closed = True


class Scripted(httpx.AsyncBaseTransport):
    """Gives its answers in order, the last one from then on; an exception stands for a failing network."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self._answers = answers
        self.requests: list[httpx.Request] = []
        self.bodies: list[Body] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        body = Body(answer.chunks())
        self.bodies.append(body)
        return httpx.Response(answer.status, headers=answer.headers, stream=body)

    @property
    def attempts(self) -> int:
        return len(self.requests)


def connect(
    transport: httpx.AsyncBaseTransport,
    *,
    project_id: int | None = 7,
    api_key: str = KEY,
    rate_budget: RateBudget | None = None,
    memory: AnswerMemory | None = None,
) -> RecordingsClient:
    """Make a client of a scripted server, with a clock on which only waits take time."""
    return RecordingsClient(
        host=HOST,
        project_id=project_id,
        api_key=api_key,
        transport=transport,
        rate_budget=rate_budget or RateBudget(clock=StandingClock()),
        memory=memory,
    )


NOTHING_FOUND = Answer(body={"results": []})


async def all_pages(client: RecordingsClient, filters: RecordingFilters) -> list[Recording]:
    """Return the recordings on all pages of a search."""
    page = await client.search(filters)
    found = list(page.results)
    while page.next_cursor is not None:
        page = await client.search(filters, cursor=page.next_cursor)
        found += page.results
    return found


async def searches(client: RecordingsClient, count: int) -> None:
    """Search so many times, each time for something else."""
    for number in range(1, count + 1):
        await client.search(RecordingFilters(limit=number))
