"""The log of a server: on standard error, by level, without arguments and recorded text."""

import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era
from tests.server.canary import CANARY, ask_wrongly, call_tools, call_wrongly
from tests.server.loopback import listening
from tests.server.test_command_line import COMMAND
from tests.server.test_http_start import said, started
from tests.server.web import SECRET
from tests.tools.confirmation.world import World
from tests.trust.planting import MARK, planted_all

pytestmark = pytest.mark.anyio

PLANTED = planted_all()[0].recording
READING = [tool.name for tool in TOOLS if tool.hints.read_only_hint]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[list[str]]:
    """Options of a server that logs all it can, before a recording that is full of marks."""
    with ExitStack() as stack:
        posthog = stack.enter_context(listening(World(tmp_path / "recordings", [PLANTED]).application))
        yield ["--host", posthog, "--read-only", "--log-level", "debug"]


@pytest.fixture
def account() -> dict[str, str]:
    return {"POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY, "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID)}


async def converse(client: Client) -> None:
    """Ask everything there is to ask, rightly and wrongly."""
    assert MARK.search(await call_tools(client, READING, PLANTED.id))
    await call_wrongly(client)
    await ask_wrongly(client)


def check(logged: str) -> None:
    lines = logged.splitlines()
    assert [line for line in lines if line.startswith(("DEBUG ", "INFO "))]
    assert [line for line in lines if CANARY in line or MARK.search(line)] == []
    assert SANDBOX_API_KEY not in logged
    assert SECRET not in logged


async def test_a_server_over_stdio_logs_nothing_of_a_conversation(
    era: Era, tmp_path: Path, settings: list[str], account: dict[str, str]
) -> None:
    program, *arguments = COMMAND
    server = StdioServerParameters(command=program, args=[*arguments, *settings], env=account)
    with (tmp_path / "errors").open("w+", encoding="utf-8") as errors:
        async with Client(stdio_client(server, errlog=errors), mode=era) as client:
            await converse(client)
        errors.seek(0)
        check(errors.read())


async def test_a_server_over_http_logs_nothing_of_a_conversation(
    settings: list[str], account: dict[str, str]
) -> None:
    with started(*settings, RECORDINGS_MCP_HTTP_SECRET=SECRET, **account) as server:
        logged: list[str] = []
        while not (address := re.search(r"http://127\.0\.0\.1:\d+/mcp", "".join(logged))):
            logged += said(server, 1)
        # A server whose standard error nobody reads comes to a halt.
        reader = Thread(target=lambda: logged.extend(server.stderr or ()))
        reader.start()
        for era in ("auto", "legacy"):
            async with (
                httpx2.AsyncClient(headers={"Authorization": f"Bearer {SECRET}"}, timeout=60) as http,
                Client(streamable_http_client(address[0], http_client=http), mode=era) as client,
            ):
                await converse(client)
        server.send_signal(signal.SIGTERM)
        reader.join()
    check("\n".join(logged))
