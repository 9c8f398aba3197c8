"""A caller who no longer wants an answer stops the download."""

from collections.abc import AsyncGenerator

import anyio
import httpx
import pytest
from mcp import Client, MCPError

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Era, data_of
from tests.patience import SOON

pytestmark = pytest.mark.anyio


class EndlessBody(httpx.AsyncByteStream):
    """A download that never ends, and knows when it was given up."""

    def __init__(self) -> None:
        self.begun = anyio.Event()
        self.closed = anyio.Event()

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        self.begun.set()
        yield b'["window", {"type": 3, "data": {"source": 1}, "timestamp": 1}]\n'
        await anyio.sleep_forever()

    async def aclose(self) -> None:
        self.closed.set()


class EndlessDownloads(httpx.AsyncBaseTransport):
    """The sandbox, except that its snapshots never end."""

    def __init__(self) -> None:
        self.body = EndlessBody()
        self._sandbox = application_transport(create_sandbox())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "start_blob_key" in request.url.params:
            return httpx.Response(200, stream=self.body)
        return await self._sandbox.handle_async_request(request)


async def test_cancelling_a_call_closes_its_download_at_once(era: Era) -> None:
    transport = EndlessDownloads()
    server = create_server(Configuration(sandbox=True, output="structured"), transport=transport)

    async with Client(server, mode=era) as client:
        recording = data_of(await client.call_tool("search_recordings", {}))["recordings"][0]["id"]
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "watch_recording", {"recording": recording})
            await transport.body.begun.wait()
            calls.cancel_scope.cancel()

        with anyio.fail_after(SOON):
            await transport.body.closed.wait()


async def test_a_call_that_times_out_at_the_client_closes_its_download_too(era: Era) -> None:
    transport = EndlessDownloads()
    server = create_server(Configuration(sandbox=True, output="structured"), transport=transport)

    async with Client(server, mode=era) as client:
        recording = data_of(await client.call_tool("search_recordings", {}))["recordings"][0]["id"]
        while not transport.body.begun.is_set():  # on a slow machine the first call may not get as far
            with pytest.raises(MCPError):
                await client.call_tool("watch_recording", {"recording": recording}, read_timeout_seconds=0.5)

        with anyio.fail_after(SOON):
            await transport.body.closed.wait()
