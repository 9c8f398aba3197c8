"""MCP over Streamable HTTP, on both protocol eras, against a server that listens on a port."""

import json
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp import Client
from mcp.types import CallToolResult, InputRequiredResult, InputResponse

from recordings_mcp.client import RecordingsClient, Transport, application_transport
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID, create_sandbox
from tests.mcp_client import Era, data_of, text_of
from tests.patience import SOON
from tests.sandbox.shop import Recording
from tests.server.web import SECRET, serving
from tests.tools.confirmation.world import World, Write, accepting, token_in
from tests.tools.test_cancellation import EndlessDownloads

pytestmark = pytest.mark.anyio

REPLACE = "refresh_recording_sharing"
ACCOUNT: dict[str, Any] = {"sandbox": False, "api_key": SANDBOX_API_KEY, "project": SANDBOX_PROJECT_ID}
LISTEN = {"Authorization": f"Bearer {SECRET}", "Accept": "application/json, text/event-stream"}
INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": dict[str, Any](),
}
SUBSCRIBE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "subscriptions/listen",
    "params": {"notifications": {"toolsListChanged": True}, "_meta": ENVELOPE},
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "recordings", [Recording("one"), Recording("two")])


class Gate(httpx.AsyncBaseTransport):
    """The sandbox, except that requests wait before a gate from when it is closed."""

    def __init__(self) -> None:
        self.waiting = anyio.Event()
        self.opened = anyio.Event()
        self.closed = False
        self._sandbox: Transport = application_transport(create_sandbox())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.closed:
            self.waiting.set()
            await self.opened.wait()
        return await self._sandbox.handle_async_request(request)


async def test_every_answer_over_http_is_the_same_as_in_memory(world: World, era: Era) -> None:
    calls: list[tuple[str, dict[str, str]]] = [
        ("search_recordings", {}),
        ("get_recording", {"recording": "one"}),
        ("watch_recording", {"recording": "one"}),
        ("get_recording", {"recording": "nowhere"}),
    ]
    async with (
        serving(world.transport) as web,
        web.open(era) as client,
        Client(world.serve(), mode=era) as in_memory,
    ):
        assert (await client.list_tools()).tools == (await in_memory.list_tools()).tools
        for name, arguments in calls:
            over_http = await client.call_tool(name, arguments)
            assert text_of(over_http) == text_of(await in_memory.call_tool(name, arguments))


async def test_progress_is_reported_during_a_call(world: World, era: Era) -> None:
    told: list[tuple[float, float | None]] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        del message
        told.append((progress, total))

    async with serving(world.transport, **ACCOUNT) as web, web.open(era) as client:
        await client.call_tool("watch_recording", {"recording": "one"}, progress_callback=on_progress)

    assert told[-1] == (1, 1)


async def test_cancelling_a_call_closes_its_download(era: Era) -> None:
    transport = EndlessDownloads()
    settings: dict[str, Any] = {"output": "structured"} | ACCOUNT
    async with serving(transport, **settings) as web, web.open(era) as client:
        recording = data_of(await client.call_tool("search_recordings", {}))["recordings"][0]["id"]
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "watch_recording", {"recording": recording})
            with anyio.fail_after(SOON):
                await transport.body.begun.wait()
            calls.cancel_scope.cancel()

        with anyio.fail_after(SOON):
            await transport.body.closed.wait()


async def test_a_stop_finishes_the_calls_under_way(era: Era) -> None:
    gate = Gate()
    results: list[CallToolResult] = []

    async def call(client: Client) -> None:
        results.append(await client.call_tool("search_recordings", {}))

    async with serving(gate) as web, web.open(era) as client:
        await client.list_tools()
        gate.closed = True
        async with anyio.create_task_group() as calls:
            calls.start_soon(call, client)
            with anyio.fail_after(SOON):
                await gate.waiting.wait()
            web.stop()
            await refuses_connections(web.address)
            gate.opened.set()

    assert [result.is_error for result in results] == [False]


async def refuses_connections(address: str) -> None:
    """Return once nobody listens there any more."""
    with anyio.fail_after(SOON):
        while True:
            async with httpx2.AsyncClient() as http:
                try:
                    await http.get(f"{address}/health")
                except httpx2.ConnectError:
                    return
                except httpx2.TransportError:
                    pass  # it was taken in at the very moment of the stop


async def test_a_stop_ends_streams_that_only_listen() -> None:
    async with serving() as web, httpx2.AsyncClient(headers=LISTEN) as http:
        opened = await http.post(f"{web.address}/mcp", json=INITIALIZE)
        session = {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        modern = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
        with anyio.fail_after(SOON):
            async with (
                http.stream("GET", f"{web.address}/mcp", headers=session) as before,
                http.stream("POST", f"{web.address}/mcp", headers=modern, json=SUBSCRIBE) as since,
            ):
                assert (before.status_code, since.status_code) == (200, 200)
                web.stop()
                # Both end as they should: a connection that just broke would raise here.
                await before.aread()
                await since.aread()


async def test_an_answer_given_to_another_server_with_the_same_ledger_counts_once(
    world: World, tmp_path: Path
) -> None:
    await share(world, "one")
    shared = {"ledger": tmp_path / "ledger.sqlite", "secret": "s" * 32, "output": "structured"}
    yes = accepting(approve=True)
    arguments = {"recording": "one"}
    async with (
        serving(world.transport, **shared) as first,
        serving(world.transport, **shared) as second,
        first.open("auto", yes) as asking,
        second.open("auto", yes) as answering,
    ):
        asked = await asking.session.call_tool(REPLACE, arguments, allow_input_required=True)
        assert isinstance(asked, InputRequiredResult)
        answers: dict[str, InputResponse] = dict.fromkeys(asked.input_requests or {}, yes(""))
        results = [
            await client.session.call_tool(
                REPLACE, arguments, input_responses=answers, request_state=asked.request_state
            )
            for client in (answering, answering, asking)
        ]

    assert [result.is_error for result in results] == [False, True, True]
    assert world.writes == [Write("share", ("one",)), Write("renew", ("one",))]


async def test_a_token_of_another_server_with_the_same_ledger_counts_once(
    world: World, era: Era, tmp_path: Path
) -> None:
    await share(world, "one")
    shared = {"ledger": tmp_path / "ledger.sqlite", "secret": "s" * 32, "output": "structured"}
    async with (
        serving(world.transport, **shared) as first,
        serving(world.transport, **shared) as second,
        first.open(era) as one,
        second.open(era) as other,
    ):
        token = token_in(await one.call_tool(REPLACE, {"recording": "one"}))
        confirmed = {"recording": "one", "confirmation": token}
        results = [await client.call_tool(REPLACE, confirmed) for client in (other, other, one)]

    assert [result.is_error for result in results] == [False, True, True]
    assert world.writes == [Write("share", ("one",)), Write("renew", ("one",))]


async def share(world: World, recording: str) -> None:
    """Somebody makes a recording public in PostHog."""
    connection = RecordingsClient(
        host="http://localhost",
        project_id=SANDBOX_PROJECT_ID,
        api_key=SANDBOX_API_KEY,
        transport=world.transport,
    )
    async with connection as client:
        await client.set_sharing(recording, enabled=True)


async def test_a_confirmation_is_valid_only_for_the_bearer_that_got_it(
    world: World, era: Era, tmp_path: Path
) -> None:
    shared = {"ledger": tmp_path / "ledger.sqlite", "secret": "s" * 32, "output": "structured"}
    stranger = "another bearer, as long as needed"
    async with (
        serving(world.transport, **shared) as first,
        serving(world.transport, **shared, http_secret=stranger) as second,
        first.open(era) as one,
        second.open(era, bearer=stranger) as other,
    ):
        token = token_in(await one.call_tool("delete_recordings", {"recordings": ["one"]}))
        confirmed = {"recordings": ["one"], "confirmation": token}
        stolen = await other.call_tool("delete_recordings", confirmed)

    assert stolen.is_error
    assert world.writes == []


async def test_no_header_chooses_where_the_key_goes(world: World) -> None:
    hosts: set[str] = set()

    class Watched(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            hosts.add(request.url.host)
            return await world.transport.handle_async_request(request)

    names = ("X-Forwarded-Host", "Forwarded", "X-PostHog-Host", "X-PostHog-Url", "POSTHOG_HOST")
    call = {"name": "search_recordings", "arguments": dict[str, Any](), "_meta": ENVELOPE}
    message: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "search_recordings",
        **dict.fromkeys(names, "evil.example"),
    }
    async with serving(Watched()) as web, httpx2.AsyncClient(headers=LISTEN | headers) as http:
        answer = await http.post(f"{web.address}/mcp", json=message)

    assert answer.status_code == 200
    assert hosts == {"localhost"}


async def test_health_says_only_that_the_server_runs() -> None:
    async with serving() as web, httpx2.AsyncClient() as http:
        answer = await http.get(f"{web.address}/health")

    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "ok"})
