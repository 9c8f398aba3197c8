"""The proxy of the environment is used only when the operator switches it on."""

from asyncio import StreamReader, StreamWriter

import pytest
from mcp import Client

from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.client.faulty import faulty, head
from tests.client.scripted import ID, KEY

pytestmark = pytest.mark.anyio


async def answer_well(_reader: StreamReader, writer: StreamWriter) -> None:
    body = b'{"id": "x"}'
    writer.write(head(f"Content-Length: {len(body)}") + body)
    await writer.drain()


@pytest.mark.parametrize(("asked", "is_used"), [({}, False), ({"environment_proxy": True}, True)])
async def test_posthog_is_reached_through_the_proxy_of_the_environment_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, bool], *, is_used: bool
) -> None:
    async with faulty(answer_well) as (posthog, direct), faulty(answer_well) as (elsewhere, proxy):
        monkeypatch.setenv("HTTP_PROXY", elsewhere.host)
        account = {"host": posthog.host, "project": "7", **asked}
        configuration = Configuration.load(account, {"POSTHOG_PERSONAL_API_KEY": KEY})
        async with Client(create_server(configuration)) as client:
            await client.call_tool("get_recording", {"recording": ID})

        assert bool(proxy.requests) is is_used
        assert bool(direct.requests) is not is_used
