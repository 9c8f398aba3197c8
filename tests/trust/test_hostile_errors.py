"""Whatever the server before us says in its failures, no error of ours repeats it."""

from collections.abc import Generator

import httpx
import pytest
from mcp import Client
from mcp.types import CallToolResult

from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era, error_of
from tests.privacy.hostile import escapes
from tests.tools.calls import arguments_of
from tests.trust.planting import MARK, corpus
from tests.trust.virtual_time import virtual_time

pytestmark = pytest.mark.anyio

STATUSES = (400, 401, 403, 404, 409, 410, 418, 429, 500, 502, 503, 504)
TOLD = "zqzzzz"


@pytest.fixture(autouse=True)
def _no_real_waiting(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    with virtual_time(monkeypatch):
        yield


async def every_error(status: int, texts: list[str], era: Era) -> list[CallToolResult]:
    """What each tool answers while every request is refused in these words."""
    said = iter(range(10_000))

    def refuse(_request: httpx.Request) -> httpx.Response:
        text = f"{TOLD} {texts[next(said) % len(texts)]}"
        body = {"type": "error", "code": text, "detail": text, "attr": text, "error": text}
        return httpx.Response(status, json=body, headers={"Retry-After": "0"})

    server = create_server(Configuration(sandbox=True), transport=httpx.MockTransport(refuse))
    async with Client(server, mode=era) as client:
        return [await client.call_tool(tool.name, arguments_of(tool, "one", "two")) for tool in TOOLS]


@pytest.mark.parametrize("status", STATUSES)
async def test_no_error_repeats_what_the_server_said(status: int, era: Era) -> None:
    texts = [hostile.text for hostile in corpus()[STATUSES.index(status) :: len(STATUSES)]]
    errors = [error_of(result) for result in await every_error(status, texts, era)]

    assert not [error for error in errors if error.startswith("Error executing")], (
        "what was said was not read"
    )
    assert [error for error in errors if MARK.search(error) or escapes(error)] == []
