"""Requests that fail outside of a tool: the answer says what is wrong and repeats nothing."""

import logging
from collections.abc import Awaitable, Callable

import anyio
import httpx
import pytest
from mcp import Client, MCPError
from mcp.types import EmptyResult, ErrorData, Request, ResourceTemplateReference

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.protocol import errors
from tests.mcp_client import Connect, Era
from tests.patience import SOON

pytestmark = pytest.mark.anyio

LISTS: dict[str, Callable[[Client], Awaitable[object]]] = {
    "tools": lambda client: client.list_tools(cursor="stale"),
    "prompts": lambda client: client.list_prompts(cursor="stale"),
    "resources": lambda client: client.list_resources(cursor="stale"),
    "templates": lambda client: client.list_resource_templates(cursor="stale"),
}


async def error_of(request: Awaitable[object]) -> ErrorData:
    with pytest.raises(MCPError) as caught:
        await request
    return caught.value.error


@pytest.mark.parametrize("name", LISTS)
async def test_a_cursor_for_a_list_is_refused(connect: Connect, name: str) -> None:
    async with connect() as client:
        error = await error_of(LISTS[name](client))

    assert error.code == -32602
    assert error.message == ("This list is not paginated; omit cursor.")


async def test_an_unknown_address_is_not_repeated_in_the_error(connect: Connect) -> None:
    address = "secret://somewhere/else"
    async with connect() as client:
        error = await error_of(client.read_resource(address))

    assert error == ErrorData(
        code=-32602,
        message="There is no such resource. Read recording://{id}/timeline with the id of a recording.",
        data={"uri": address},
    )


class Crashing(httpx.AsyncBaseTransport):
    """A network that fails in a way nobody foresaw."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise LookupError(f"unforeseen secret at {request.url}")


class Slow(httpx.AsyncBaseTransport):
    """A network that answers nothing until it is let."""

    def __init__(self) -> None:
        self.let = anyio.Event()
        self._posthog = application_transport(create_sandbox())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self.let.wait()
        return await self._posthog.handle_async_request(request)


async def test_a_call_is_refused_while_the_caller_has_too_many_under_way(
    era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "_MOST_CALLS", 3)
    network, failed, refused = Slow(), list[bool](), list[ErrorData]()

    async def search(client: Client) -> None:
        failed.append((await client.call_tool("search_recordings", {})).is_error)

    async with Client(create_server(Configuration(sandbox=True), transport=network), mode=era) as client:
        await client.list_tools()
        async with anyio.create_task_group() as calls:
            for _ in range(3):
                calls.start_soon(search, client)
            await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(SOON):
                refused.append(await error_of(client.call_tool("search_recordings", {})))
            await client.list_prompts()
            network.let.set()
        await search(client)

    assert refused == [
        ErrorData(code=-32603, message="Too many calls are under way. Wait for answers before calling again.")
    ]
    assert failed == [False] * 4


async def test_a_crash_reveals_nothing(era: Era, caplog: pytest.LogCaptureFixture) -> None:
    address = "recording://0198c0de-0000-7000-8000-000000000001/timeline"
    server = create_server(Configuration(sandbox=True), transport=Crashing())
    async with Client(server, mode=era) as client:
        error = await error_of(client.read_resource(address))

    assert error == ErrorData(code=-32603, message="Internal server error", data={"uri": address})
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_failed_completion_says_why(era: Era) -> None:
    configuration = Configuration.model_validate({"api_key": "phx_unknown_0123456789", "project": "1"})
    server = create_server(configuration, transport=application_transport(create_sandbox()))
    reference = ResourceTemplateReference(type="ref/resource", uri="recording://{id}/timeline")
    async with Client(server, mode=era) as client:
        error = await error_of(client.complete(reference, {"name": "id", "value": ""}))

    assert error.code == -32603
    assert error.message.startswith("PostHog does not know this API key.")


async def test_an_unknown_method_is_repeated_in_part_only(connect: Connect) -> None:
    request = Request[None, str](method="m" * 5_000_000, params=None)
    async with connect() as client:
        error = await error_of(client.session.send_request(request, EmptyResult))

    assert error == ErrorData(code=-32601, message="Method not found", data="m" * 100)
