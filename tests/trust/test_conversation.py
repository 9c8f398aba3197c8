"""Over a whole conversation: the API key stays inside, nothing else is spoken to, nothing is left on disk."""

import logging
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from recordings_mcp.client import RecordingsClient
from recordings_mcp.sandbox import ApiKey
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration
from tests.mcp_client import Era
from tests.sandbox.shop import Recording
from tests.server.web import serving, without_settings
from tests.tools.confirmation.world import World
from tests.trust.conversation import READ_ONLY, Conversation, converse
from tests.trust.http_conversation import HttpConversation, converse_over_http

pytestmark = pytest.mark.anyio

CANARY = "phx_CanaryKeyThatMustNotBeHeardOutside001"


def about(recording: str, **more: Any) -> dict[str, Any]:
    return {"recording": recording, **more}


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search_recordings", {}),
    ("get_recording", about("one")),
    ("watch_recording", about("one")),
    ("summarize_recording", about("one")),
    ("compare_recordings", {"recordings": ["one", "two"]}),
    ("update_recordings", about("one", viewed=True)),
    ("delete_recordings", {"recordings": ["two"]}),
    ("get_recording", about("never-was")),
    ("watch_recording", about("failing")),
    ("watch_recording", about("crash")),
    ("get_recording", about("one", bogus=1)),
    ("watch_recording", about("https://evil.example/project/1/replay/one")),
]
FAILING = 5


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Conversation:
    return converse(tmp_path_factory.mktemp("held"), CALLS)


def succeeded(conversation: Conversation) -> list[bool]:
    return ["result" in one and not one["result"].get("isError") for one in conversation.answers]


def test_the_conversation_has_the_failures_it_should(held: Conversation) -> None:
    assert succeeded(held) == [True] * (len(CALLS) - FAILING) + [False] * FAILING
    assert "RuntimeError: broken transport" in held.errors
    assert "DEBUG:" in held.errors


def test_a_traceback_is_logged_without_the_key_and_without_what_steers_a_terminal(held: Conversation) -> None:
    assert "\\x1b[2J" in held.errors
    assert "\x1b" not in held.errors
    assert "Bearer [secret]" in held.errors


def test_the_key_is_in_no_byte_of_output_log_result_or_error(held: Conversation) -> None:
    assert held.output.count("\n") > len(CALLS)
    assert held.key not in held.output
    assert held.key not in held.errors


def test_the_key_is_in_no_file(held: Conversation) -> None:
    files = [file for file in held.asked.rglob("*") if file.is_file()]

    assert files
    assert [file for file in files if held.key.encode() in file.read_bytes()] == []


def test_a_key_that_lacks_a_scope_is_not_repeated(tmp_path: Path) -> None:
    calls = [("update_recordings", about("one", viewed=True)), ("get_recording_sharing", about("one"))]
    refused = converse(tmp_path, calls, scopes=READ_ONLY)

    assert succeeded(refused) == [False, False]
    assert "session_recording:write" in refused.output
    assert refused.key not in refused.output + refused.errors


def test_connections_are_opened_to_the_configured_host_only(held: Conversation) -> None:
    egress = [line for line in held.errors.splitlines() if line.startswith("EGRESS ")]

    assert any("socket.connect" in line for line in egress)
    assert {tuple(re.findall(r"'([\d.a-z]+)', (\d+)", line)) for line in egress} == {
        (("127.0.0.1", str(held.port)),)
    }


def test_nothing_is_left_on_disk_but_what_was_asked_for(held: Conversation) -> None:
    assert list(held.home.rglob("*")) == []
    assert {file.name for file in held.asked.iterdir()} >= {"audit.jsonl", "ledger"}


def test_files_that_were_asked_for_are_their_owners_alone(held: Conversation) -> None:
    modes = {file.name: file.stat().st_mode & 0o077 for file in held.asked.iterdir()}

    assert modes
    assert set(modes.values()) == {0}


async def test_the_key_is_not_heard_over_http_either(
    tmp_path: Path,
    era: Era,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    without_settings(monkeypatch)
    caplog.set_level(logging.DEBUG)
    world = World(tmp_path / "recordings", [Recording("one")], keys=(ApiKey(value=CANARY),))
    settings = {"sandbox": False, "host": "https://eu.posthog.com", "api_key": SecretStr(CANARY)}
    async with serving(world.transport, **settings) as web, web.open(era) as client:
        told = [
            await client.call_tool(tool, about(recording))
            for tool in ("get_recording", "watch_recording")
            for recording in ("one", "never-was")
        ]

    assert [result.is_error for result in told] == [False, True, False, True]
    said = [record.getMessage() for record in caplog.records]
    assert CANARY not in "\n".join([*map(str, told), *said, caplog.text, *capfd.readouterr()])


HTTP_CALLS = [call for call in CALLS if call[0] != "delete_recordings"]


async def test_a_server_process_over_http_keeps_the_operators_key_and_the_callers_bearer(
    tmp_path: Path, era: Era
) -> None:
    key, bearer = f"phx_{secrets.token_hex(20)}", secrets.token_urlsafe(32)
    settings = {"POSTHOG_PERSONAL_API_KEY": key, "RECORDINGS_MCP_HTTP_SECRET": bearer}
    held = await converse_over_http(tmp_path, era, [bearer], HTTP_CALLS, keys=[key], settings=settings)

    assert_kept(held, key, bearer)


async def test_a_gateway_process_keeps_the_key_of_each_caller(tmp_path: Path, era: Era) -> None:
    keys = [f"phx_{secrets.token_hex(20)}" for _ in range(3)]
    settings = {"RECORDINGS_MCP_GATEWAY": "1"}
    held = await converse_over_http(tmp_path, era, keys, HTTP_CALLS, keys=keys[:2], settings=settings)

    assert "PostHog does not know this API key" in held.answers  # the third one's
    assert_kept(held, *keys)


def assert_kept(held: HttpConversation, *kept: str) -> None:
    """Whatever went wrong, none of these is in what the callers, the log and the files were told."""
    assert "broken transport" in held.output
    assert "DEBUG:" in held.output
    assert b"update_recordings" in held.files
    assert [secret for secret in kept if secret in held.answers + held.output] == []
    assert [secret for secret in kept if secret.encode() in held.files] == []


async def test_no_object_shows_the_key(tmp_path: Path) -> None:
    world = World(tmp_path / "recordings", [], keys=(ApiKey(value=CANARY),))
    configuration = Configuration(host="https://eu.posthog.com", api_key=SecretStr(CANARY))
    server = create_server(configuration, transport=world.transport)
    client = RecordingsClient(
        host="https://eu.posthog.com", project_id=1, api_key=CANARY, transport=world.transport
    )
    assert server.settings.lifespan is not None
    async with client, server.settings.lifespan(server) as services:
        shown = [configuration, client, server, services, services.client]
        texts = [form(thing) for thing in shown for form in (repr, str)]
        texts += [configuration.model_dump_json(), str(configuration.model_dump())]

    assert [text for text in texts if CANARY in text] == []
