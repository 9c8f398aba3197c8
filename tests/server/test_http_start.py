"""The start of a server over HTTP: its output, what it refuses, and its end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx2
import pytest
from inline_snapshot import snapshot
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from recordings_mcp.server.__main__ import main
from recordings_mcp.tools import TOOLS
from tests.mcp_client import Era
from tests.server.web import SECRET, without_settings

READS = ["search_recordings", "get_recording", "watch_recording"]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    without_settings(monkeypatch)


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (
            ["--http", "8080"],
            {},
            snapshot(
                "recordings-mcp: http: must be an address and a port to listen on, for example 127.0.0.1:8080.\n"
            ),
        ),
        (
            ["--http", "127.0.0.1:99999"],
            {},
            snapshot(
                "recordings-mcp: http: must be an address and a port to listen on, for example 127.0.0.1:8080.\n"
            ),
        ),
        (
            ["--http", "0.0.0.0:8080"],
            {},
            snapshot(
                "recordings-mcp: http_secret: 0.0.0.0:8080 can be reached from other machines, so callers must authenticate; set RECORDINGS_MCP_HTTP_SECRET to at least 32 characters, for example from `openssl rand -hex 32`.\n"
            ),
        ),
        (
            ["--http", "[::]:8080"],
            {},
            snapshot(
                "recordings-mcp: http_secret: [::]:8080 can be reached from other machines, so callers must authenticate; set RECORDINGS_MCP_HTTP_SECRET to at least 32 characters, for example from `openssl rand -hex 32`.\n"
            ),
        ),
        (
            ["--http", "mcp.example.com:8080"],
            {"SECRET": SECRET},
            snapshot(
                "recordings-mcp: allowed_hosts: mcp.example.com:8080 can be reached from other machines; list the names that callers use for this server, for example --allowed-hosts mcp.example.com.\n"
            ),
        ),
        (
            ["--http", "0.0.0.0:8080", "--allowed-hosts", "mcp.example.com"],
            {"SECRET": SECRET},
            snapshot(
                "recordings-mcp: allowed_origins: 0.0.0.0:8080 can be reached from other machines; list the web pages that may call it, for example --allowed-origins https://app.example.com, or use `none`.\n"
            ),
        ),
        (
            ["--http", "0.0.0.0:8080", "--allowed-hosts", "mcp.example.com", "--allowed-origins", "none"],
            {},
            snapshot(
                "recordings-mcp: http_secret: 0.0.0.0:8080 can be reached from other machines, so callers must authenticate; set RECORDINGS_MCP_HTTP_SECRET to at least 32 characters, for example from `openssl rand -hex 32`.\n"
            ),
        ),
        (
            ["--http", "0.0.0.0:8080", "--allowed-hosts", "*", "--allowed-origins", "none"],
            {"SECRET": SECRET},
            snapshot(
                "recordings-mcp: allowed_hosts: '*' is not a name; write it without scheme, path or *, for example mcp.example.com.\n"
            ),
        ),
        (
            ["--http", "127.0.0.1:8080", "--allowed-hosts", "https://mcp.example.com/mcp"],
            {},
            snapshot(
                "recordings-mcp: allowed_hosts: 'https://mcp.example.com/mcp' is not a name; write it without scheme, path or *, for example mcp.example.com.\n"
            ),
        ),
        (
            ["--http", "127.0.0.1:8080", "--allowed-origins", "app.example.com"],
            {},
            snapshot(
                "recordings-mcp: allowed_origins: 'app.example.com' is not an origin; write scheme and name without path or *, for example https://app.example.com.\n"
            ),
        ),
        (
            ["--http", "127.0.0.1:8080"],
            {"SECRET": "too short"},
            snapshot(
                "recordings-mcp: http_secret (from RECORDINGS_MCP_HTTP_SECRET): too short; expected: bearer that every caller over HTTP must send, at least 32 characters; never a flag; random at each start on 127.0.0.1 if left out.\n"
            ),
        ),
    ],
)
def test_a_server_that_would_be_open_or_cannot_work_does_not_start(
    arguments: list[str],
    environment: dict[str, str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"RECORDINGS_MCP_HTTP_{name}", value)

    assert main(["serve", "--sandbox", *arguments]) == 2
    assert capsys.readouterr().err == message


def test_an_address_in_use_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main(["serve", "--sandbox", "--http", f"127.0.0.1:{port}"])

    assert code == 2
    assert capsys.readouterr().err == (
        f"recordings-mcp: http: 127.0.0.1 port {port} cannot be listened on (Address already in use); "
        "choose another.\n"
    )


@pytest.mark.parametrize("name", ["http-secret", "secret", "api-key"])
def test_a_secret_is_never_a_flag(name: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["serve", f"--{name}", SECRET])

    assert caught.value.code == 2


@contextmanager
def started(*arguments: str, **environment: str) -> Generator[subprocess.Popen[str]]:
    """The command, serving on a port that the system chooses. The end of the block must find it ended."""
    command = [sys.executable, "-m", "recordings_mcp.server", "serve", "--http", "127.0.0.1:0", *arguments]
    with subprocess.Popen(  # noqa: S603 - the command line is this test's own
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def said(server: subprocess.Popen[str], lines: int) -> list[str]:
    assert server.stderr
    return [server.stderr.readline().rstrip("\n") for _ in range(lines)]


async def tools_of(address: str, secret: str, era: Era) -> list[str]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {secret}"}, timeout=60) as http,
        Client(streamable_http_client(address, http_client=http), mode=era) as client,
    ):
        return [tool.name for tool in (await client.list_tools()).tools]


@pytest.mark.anyio
async def test_the_start_says_what_is_served_and_prints_a_generated_secret() -> None:
    with started("--sandbox", "--tools", ",".join(READS), "--confirm", "ask") as server:
        line, secret_line, hint = said(server, 3)
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/mcp", line)
        secret = secret_line.removeprefix("Bearer secret until this server stops: ")
        tools = await tools_of(address, secret, "auto")
        server.send_signal(signal.SIGTERM)
        out, errors = server.communicate(timeout=20)

    assert re.sub(r"\d+\.\d+\.\d+ at .*?/mcp", "VERSION at ADDRESS", line) == snapshot(
        "recordings-mcp VERSION at ADDRESS; the embedded sandbox; confirm ask, privacy standard; 3 tools: search_recordings, get_recording, watch_recording"
    )
    assert len(secret) >= 32
    assert hint == snapshot(
        "Clients send it as `Authorization: Bearer …`. Set RECORDINGS_MCP_HTTP_SECRET to choose it."
    )
    assert tools == READS
    assert (server.returncode, out, errors) == (0, "", "")


def test_a_gateway_says_that_it_has_no_key_of_its_own() -> None:
    with started("--gateway", "--host", "https://eu.posthog.com", "--read-only") as server:
        [line] = said(server, 1)
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", line)
        assert httpx2.get(f"{address}/health").status_code == 200
        server.send_signal(signal.SIGTERM)
        out, errors = server.communicate(timeout=20)

    facts, _, offered = line.rpartition("; ")
    assert re.sub(r"\d+\.\d+\.\d+ at .*?/mcp", "VERSION at ADDRESS", facts) == snapshot(
        "recordings-mcp VERSION at ADDRESS; PostHog Cloud EU (https://eu.posthog.com) with each caller's API key, project looked up from it; read-only, privacy standard"
    )
    reading = [tool.name for tool in TOOLS if tool.hints.read_only_hint]
    assert offered == f"{len(reading)} tools: {', '.join(reading)}"
    assert (server.returncode, out, errors) == (0, "", "")


@pytest.mark.anyio
async def test_ctrl_c_stops_a_server_that_serves_http() -> None:
    with started("--sandbox", RECORDINGS_MCP_HTTP_SECRET=SECRET) as server:
        [line] = said(server, 1)
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/mcp", line)
        await tools_of(address, SECRET, "legacy")
        server.send_signal(signal.SIGINT)
        out, errors = server.communicate(timeout=20)

    assert SECRET not in line
    assert (server.returncode, out, errors) == (130, "", "")
