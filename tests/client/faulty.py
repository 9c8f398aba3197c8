"""A server on this machine that misbehaves below HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from recordings_mcp.client import RateBudget, RecordingsClient, Timeouts
from tests.client.scripted import KEY

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class FaultyServer:
    """Answers each connection with a behaviour, after the head of a request was read.

    Attributes:
        requests: Heads of the requests, in order.
        arrived: Set when a request has come.
        left: Set when a client has closed a connection that was still being answered.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.requests: list[bytes] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self._serving = set[asyncio.Task[None]]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            self.arrived.set()
            await self._behaviour(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left.set()
        finally:
            writer.close()

    async def end(self) -> None:
        """Cancel what is still being answered."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)


@asynccontextmanager
async def faulty(
    behaviour: Behaviour, *, read: float = 5.0, rate_budget: RateBudget | None = None
) -> AsyncGenerator[tuple[RecordingsClient, FaultyServer]]:
    """Start a server with a behaviour and a client of it that waits `read` seconds for its bytes."""
    faults = FaultyServer(behaviour)
    listening = await asyncio.start_server(faults.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = RecordingsClient(
        host=f"http://127.0.0.1:{port}",
        project_id=7,
        api_key=KEY,
        timeouts=Timeouts(read=read),
        rate_budget=rate_budget,
    )
    try:
        async with client:
            yield client, faults
    finally:
        listening.close()
        await faults.end()


def head(*headers: str, status: str = "200 OK") -> bytes:
    """Write the head of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: application/json", *headers, "", ""]).encode()
