"""The same as `conversation` over HTTP: a server process, callers with bearers of their own, every byte of it."""

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from recordings_mcp.sandbox import SANDBOX_PROJECT_ID
from tests.mcp_client import Era
from tests.trust.conversation import SERVER, posthog

_PLACE = re.compile(rb"http://127\.0\.0\.1:[1-9]\d*/mcp")


@dataclass(frozen=True)
class HttpConversation:
    """What is left of it.

    Attributes:
        answers: All that the callers were answered, as text.
        output: Every byte of the server's output, that of its log at DEBUG included.
        files: Every byte of the files it was asked to write.
    """

    answers: str
    output: str
    files: bytes


async def converse_over_http(
    directory: Path,
    era: Era,
    bearers: list[str],
    calls: list[tuple[str, dict[str, Any]]],
    *,
    keys: list[str],
    settings: dict[str, str],
) -> HttpConversation:
    """Make these calls with each bearer in turn, then stop the server."""
    asked = directory / "asked"
    asked.mkdir()
    with posthog(directory / "recordings", keys) as address:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "POSTHOG_HOST": address,
            "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID),
            "RECORDINGS_MCP_HTTP": "127.0.0.1:0",
            "RECORDINGS_MCP_SECRET": secrets.token_hex(20),
            "RECORDINGS_MCP_LEDGER": str(asked / "ledger"),
            "RECORDINGS_MCP_AUDIT_FILE": str(asked / "audit.jsonl"),
            **settings,
        }
        with _running(environment) as (place, output):
            answers = [await _call(place, era, bearer, calls) for bearer in bearers]
    files = b"".join(file.read_bytes() for file in sorted(asked.rglob("*")) if file.is_file())
    return HttpConversation("".join(answers), b"".join(output).decode(errors="replace"), files)


@contextmanager
def _running(environment: dict[str, str]) -> Generator[tuple[str, list[bytes]]]:
    """A server process; gives where it listens, and its output, which is whole after it was stopped."""
    output: list[bytes] = []
    place: Future[str] = Future()

    def read(stream: IO[bytes]) -> None:
        for line in stream:
            output.append(line)
            if not place.done() and (found := _PLACE.search(line)):
                place.set_result(found[0].decode())

    command = [sys.executable, "-c", SERVER, "serve", "--output", "structured"]
    with subprocess.Popen(  # noqa: S603 - the command line is this project's own
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    ) as process:
        assert process.stdout is not None
        reader = Thread(target=read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            yield place.result(timeout=60), output
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            reader.join(timeout=10)


async def _call(place: str, era: Era, bearer: str, calls: list[tuple[str, dict[str, Any]]]) -> str:
    headers = {"Authorization": f"Bearer {bearer}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(place, http_client=http), mode=era) as client,
    ):
        results = [await client.call_tool(tool, arguments) for tool, arguments in calls]
    return "\n".join(result.model_dump_json() for result in results)
