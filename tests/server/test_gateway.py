"""The gateway: each caller brings a key and gets nothing of another caller."""

import logging
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import Transport
from recordings_mcp.sandbox import SANDBOX_PROJECT_ID, ApiKey
from recordings_mcp.server.__main__ import main
from recordings_mcp.server.http.application import create_http_application
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era, error_of, text_of
from tests.sandbox.shop import Recording
from tests.server.test_http import INITIALIZE, LISTEN
from tests.server.web import serving, web_configuration, without_settings
from tests.tools.confirmation.world import World, token_in

pytestmark = pytest.mark.anyio

ALICE, BOB, EVE = "phx_alice_0123456789", "phx_bob_0123456789", "phx_eve_0123456789"
GATEWAY: dict[str, Any] = {
    "gateway": True,
    "http_secret": None,
    "sandbox": False,
    "host": "https://eu.posthog.com",
    "output": "structured",
}


class Watched(httpx.AsyncBaseTransport):
    """Carries requests on and keeps which key each of them brought where."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.seen: set[tuple[str, str]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.add((request.url.host, request.headers["Authorization"]))
        return await self._inner.handle_async_request(request)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Alice and Bob are of one project, Eve is of another."""
    keys = (
        ApiKey(value=ALICE, projects=frozenset({SANDBOX_PROJECT_ID})),
        ApiKey(value=BOB, user="bob@shop.example", projects=frozenset({SANDBOX_PROJECT_ID})),
        ApiKey(value=EVE, user="eve@shop.example", projects=frozenset({SANDBOX_PROJECT_ID + 1})),
    )
    return World(tmp_path / "recordings", [Recording("one"), Recording("two")], keys=keys)


async def test_each_caller_is_served_with_their_own_key_only(world: World, era: Era) -> None:
    transport = Watched(world.transport)
    async with (
        serving(transport, **GATEWAY) as web,
        web.open(era, bearer=ALICE) as alice,
        web.open(era, bearer=EVE) as eve,
    ):
        hers = await alice.call_tool("watch_recording", {"recording": "one"})
        watched = set(transport.seen)
        not_hers = await eve.call_tool("watch_recording", {"recording": "one"})
        none = await eve.call_tool("search_recordings", {})

    assert not hers.is_error
    assert watched == {("eu.posthog.com", f"Bearer {ALICE}")}
    assert transport.seen == watched | {("eu.posthog.com", f"Bearer {EVE}")}
    assert error_of(not_hers).startswith("This project has no recording with that id.")
    assert text_of(none).startswith("No recording found.\nNo recordings exist")


async def test_a_confirmation_of_one_caller_is_refused_for_another(world: World, era: Era) -> None:
    async with (
        serving(world.transport, **GATEWAY) as web,
        web.open(era, bearer=ALICE) as alice,
        web.open(era, bearer=BOB) as bob,
    ):
        token = token_in(await alice.call_tool("delete_recordings", {"recordings": ["one"]}))
        confirmed = {"recordings": ["one"], "confirmation": token}
        stolen = await bob.call_tool("delete_recordings", confirmed)
        writes_of_bob = list(world.writes)
        own = await alice.call_tool("delete_recordings", confirmed)

    assert error_of(stolen).startswith(
        "Nothing was deleted. This confirmation token is not valid for this call."
    )
    assert (writes_of_bob, own.is_error, len(world.writes)) == ([], False, 1)


async def test_redacted_values_of_two_callers_cannot_be_matched(world: World, era: Era) -> None:
    async with (
        serving(world.transport, **GATEWAY, privacy="strict") as web,
        web.open(era, bearer=ALICE) as alice,
        web.open(era, bearer=BOB) as bob,
    ):
        told = [
            text_of(await client.call_tool("get_recording", {"recording": "one"}))
            for client in (alice, alice, bob)
        ]

    first, again, other = (re.findall(r"\[name:(\w+)\]", text) for text in told)
    assert len(first) == 2
    assert first == again
    assert set(first).isdisjoint(other)


async def test_a_session_of_one_caller_does_not_exist_for_another(world: World) -> None:
    def bearer(key: str) -> dict[str, str]:
        return LISTEN | {"Authorization": f"Bearer {key}"}

    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    async with serving(world.transport, **GATEWAY) as web, httpx2.AsyncClient() as http:
        address = f"{web.address}/mcp"
        opened = await http.post(address, json=INITIALIZE, headers=bearer(ALICE))
        session = {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        stolen = await http.post(address, json=ping, headers=bearer(BOB) | session)
        own = await http.post(address, json=ping, headers=bearer(ALICE) | session)

    assert (stolen.status_code, own.status_code) == (404, 200)


async def test_a_key_is_neither_logged_nor_repeated(
    world: World, era: Era, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    stranger = "phx_stranger_0123456789"
    caplog.set_level(logging.DEBUG)
    async with serving(world.transport, **GATEWAY) as web, web.open(era, bearer=stranger) as client:
        caplog.clear()
        refused = error_of(await client.call_tool("search_recordings", {}))

    # What the client of this test logs is its own affair.
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("mcp.client")]
    assert refused == snapshot(
        "PostHog does not know this API key. Check that it was not deleted or rolled, and that the host is the region where it was made: a key from us.posthog.com is unknown at eu.posthog.com."
    )
    assert stranger not in "\n".join([refused, *logged, *capfd.readouterr()])


@pytest.fixture
async def door() -> AsyncGenerator[httpx2.AsyncClient]:
    settings = {"http": "0.0.0.0:8080", "allowed_hosts": "mcp.example.com", "allowed_origins": "none"}
    application = create_http_application(web_configuration(**GATEWAY | settings))
    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="https://mcp.example.com") as client:
        yield client


@pytest.mark.parametrize(
    "bearer", [None, "secret", "phc_0123456789", "phx_short", f"{ALICE} x", f"{ALICE}\xe9"]
)
async def test_a_bearer_without_the_shape_of_a_key_gets_the_metadata_address(
    door: httpx2.AsyncClient, bearer: str | None
) -> None:
    headers = [(b"Authorization", f"Bearer {bearer}".encode("latin-1"))] if bearer else []
    refused = await door.post("/mcp", headers=headers)
    where = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
    told = await door.get(where)

    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].endswith(f', resource_metadata="{where}"')
    assert told.json() == snapshot(
        {
            "resource": "https://mcp.example.com/mcp",
            "resource_name": "Session recordings",
            "authorization_servers": ["https://eu.posthog.com"],
            "scopes_supported": sorted(
                {"project:read", "user:read"}.union(
                    *((*tool.scopes, *tool.optional_scopes) for tool in TOOLS)
                )
            ),
            "bearer_methods_supported": ["header"],
        }
    )


async def test_no_header_chooses_what_the_metadata_says(door: httpx2.AsyncClient) -> None:
    path = "/.well-known/oauth-protected-resource/mcp"
    plain = await door.get(path)
    forged = await door.get(
        path,
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil"},
    )
    under_another_name = await door.get(path, headers={"Host": "evil.example"})

    assert forged.json() == plain.json()
    assert under_another_name.status_code == 421


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (
            ["--http", "127.0.0.1:8080"],
            {"POSTHOG_PERSONAL_API_KEY": ALICE},
            snapshot(
                "recordings-mcp: api_key: with gateway the bearer of each request is that caller's own PostHog API key; leave out api_key or gateway.\n"
            ),
        ),
        (
            ["--http", "127.0.0.1:8080"],
            {"RECORDINGS_MCP_HTTP_SECRET": "s" * 32},
            snapshot(
                "recordings-mcp: http_secret: with gateway the bearer of each request is that caller's own PostHog API key; leave out http_secret or gateway.\n"
            ),
        ),
        (
            ["--http", "0.0.0.0:8080"],
            {},
            snapshot(
                "recordings-mcp: allowed_hosts: 0.0.0.0:8080 can be reached from other machines; list the names that callers use for this server, for example --allowed-hosts mcp.example.com.\n"
            ),
        ),
        (
            ["--http", "127.0.0.1:8080", "--host", "http://example.com"],
            {},
            snapshot(
                "recordings-mcp: host: The host must start with https:// so that the API key stays secret in transit.\n"
            ),
        ),
        (
            [],
            {},
            snapshot(
                "recordings-mcp: gateway: works over HTTP only; set http, for example 127.0.0.1:8080.\n"
            ),
        ),
    ],
)
def test_a_gateway_that_cannot_work_is_not_started(
    arguments: list[str],
    environment: dict[str, str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    without_settings(monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert main(["serve", "--gateway", *arguments]) == 2
    assert capsys.readouterr().err == message
