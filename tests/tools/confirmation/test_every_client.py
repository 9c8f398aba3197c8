"""Every policy before every kind of client, on both protocol eras, in memory and over stdio.

`pytest -s` prints the table. Over stdio every client is a process, so of the cases that cannot differ only
some are run; all of them with `EVERY_CASE_OVER_STDIO=1`.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult
from starlette.types import ASGIApp, Receive, Scope, Send

from recordings_mcp.sandbox import SANDBOX_API_KEY
from tests.mcp_client import Era, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.world import World, accepting, client_of, decline, token_in, yes

pytestmark = pytest.mark.anyio

POLICIES = ("auto", "ask", "two-step", "deny")
CLIENTS: dict[str, Callable[[str], ElicitResult] | None] = {
    "agrees": yes,
    "declines": decline,
    "accepts empty": accepting(),
    "cannot be asked": None,
}
ERAS: tuple[Era, ...] = ("legacy", "auto")
CASES: list[tuple[str, str, Era]] = list(product(POLICIES, CLIENTS, ERAS))
AT_A_TIME = 4
SOME_OVER_STDIO: list[tuple[str, str, Era]] = [
    ("auto", "agrees", "legacy"),
    ("auto", "agrees", "auto"),
    ("auto", "declines", "legacy"),
    ("auto", "accepts empty", "auto"),
    ("auto", "cannot be asked", "legacy"),
    ("auto", "cannot be asked", "auto"),
    ("ask", "cannot be asked", "legacy"),
    ("two-step", "agrees", "legacy"),
    ("deny", "cannot be asked", "auto"),
]

HAPPENED = {
    "1 deleted.": "deleted",
    "Nothing happened yet": "preview",
    "Nothing was deleted. The answer was": "refused: the answer was no",
    "Nothing was deleted. This server acts only after asking": "refused: nobody to ask",
    "Unknown tool": "no such tool",
}


def recording_of(policy: str, client: str, era: str) -> str:
    return f"{policy} {client} {era}".replace(" ", "_")


RECORDINGS = [Recording(recording_of(*case)) for case in CASES]


async def delete_as_far_as_possible(client: Client, recording: str) -> str:
    """What happens: a client that gets a preview shows it and comes back with its token."""
    arguments: dict[str, Any] = {"recordings": [recording]}
    result = await client.call_tool("delete_recordings", arguments)
    if happened(result) != "preview":
        return happened(result)
    confirmed = arguments | {"confirmation": token_in(result)}
    again = await client.call_tool("delete_recordings", confirmed)
    return f"{happened(result)}, then {happened(again)}"


def happened(result: CallToolResult) -> str:
    [what] = [what for begin, what in HAPPENED.items() if text_of(result).startswith(begin)]
    return what


def row(policy: str, client: str, writes: str | int, what: str) -> str:
    return f"{policy:10}{client:17}{writes:<8}{what}"


EXPECTED = """\
policy    client           writes  what happened
auto      agrees           1       deleted
auto      declines         0       refused: the answer was no
auto      accepts empty    0       refused: the answer was no
auto      cannot be asked  1       preview, then deleted
ask       agrees           1       deleted
ask       declines         0       refused: the answer was no
ask       accepts empty    0       refused: the answer was no
ask       cannot be asked  0       refused: nobody to ask
two-step  agrees           1       preview, then deleted
two-step  declines         1       preview, then deleted
two-step  accepts empty    1       preview, then deleted
two-step  cannot be asked  1       preview, then deleted
deny      agrees           0       no such tool
deny      declines         0       no such tool
deny      accepts empty    0       no such tool
deny      cannot be asked  0       no such tool"""


async def test_in_memory(tmp_path: Path) -> None:
    world = World(tmp_path / "recordings", RECORDINGS)
    rows = [row("policy", "client", "writes", "what happened")]
    for policy, client_name, era in CASES:
        recording = recording_of(policy, client_name, era)
        server = world.serve(confirm=policy, output="structured")
        async with client_of(server, era, CLIENTS[client_name]) as client:
            what = await delete_as_far_as_possible(client, recording)
        writes = len([write for write in world.writes if recording in write.recordings])
        rows.append(row(policy, client_name, writes, what))

    table = "\n".join(dict.fromkeys(rows))  # both eras make the same row, or there is one too many
    print(f"\n{table}")  # noqa: T201 - the table is what one wants to see
    assert table == EXPECTED


async def test_over_stdio(sandbox_on_a_port: "SandboxOnAPort") -> None:
    cases = CASES if os.environ.get("EVERY_CASE_OVER_STDIO") else SOME_OVER_STDIO
    rows: list[str] = []
    limit = anyio.CapacityLimiter(AT_A_TIME)

    async def run(policy: str, client_name: str, era: Era) -> None:
        recording = recording_of(policy, client_name, era)
        async with (
            limit,
            stdio_client(sandbox_on_a_port.address, policy, era, CLIENTS[client_name]) as client,
        ):
            what = await delete_as_far_as_possible(client, recording)
        rows.append(row(policy, client_name, sandbox_on_a_port.writes_to(recording), what))

    async with anyio.create_task_group() as tasks:
        for case in cases:
            tasks.start_soon(run, *case)

    assert len(rows) == len(cases)
    assert set(rows) <= set(EXPECTED.splitlines())


def stdio_client(host: str, policy: str, era: Era, answer: Callable[[str], ElicitResult] | None) -> Client:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "recordings_mcp.server", "--confirm", policy, "--output", "structured"],
        env={"POSTHOG_HOST": host, "POSTHOG_PROJECT_ID": "1", "POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY},
    )
    if answer is None:
        return Client(server, mode=era)

    async def asked(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        del context
        return answer(params.message)

    return Client(server, mode=era, elicitation_callback=asked)


class SandboxOnAPort:
    """The sandbox as a server of its own, which counts what changes something."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._writes: list[str] = []
        self.address = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._application(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self._writes.append(f"{scope['path']} {body.decode()}")

        async def again() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._application(scope, again, send)

    def writes_to(self, recording: str) -> int:
        """How many requests that change something named a recording."""
        return len([write for write in self._writes if f'"{recording}"' in write])


@pytest.fixture
def sandbox_on_a_port(tmp_path: Path) -> Iterator[SandboxOnAPort]:
    application = SandboxOnAPort(World(tmp_path / "recordings", RECORDINGS).application)
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    application.address = f"http://127.0.0.1:{port}"
    yield application
    server.should_exit = True
    thread.join()
