"""A whole conversation over stdio with a server of its own process, and every byte that came out of it.

The PostHog before it is the sandbox on a port of this machine. It fails where it is told to, and repeats the
API key in what it answers then, as a debugging proxy would.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from starlette.responses import PlainTextResponse

from recordings_mcp.sandbox import SANDBOX_PROJECT_ID, ApiKey
from tests.sandbox.shop import Event, Recording, console
from tests.server.loopback import listening
from tests.tools.confirmation.world import World

READ_ONLY = frozenset({"session_recording:read", "query:read", "user:read", "project:read"})

SERVER = """
import logging, os, sys
import httpx

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        os.write(2, f"EGRESS {event} {arguments[-1] if event == 'socket.connect' else arguments[:2]}\\n".encode())

def send(self, request, _send=httpx.AsyncHTTPTransport.handle_async_request):
    if "crash" in request.url.path:
        raise RuntimeError(f"broken transport \\x1b[2J: {request!r} {request.headers.raw} {request.headers['authorization']}")
    return _send(self, request)

sys.addaudithook(note)
httpx.AsyncHTTPTransport.handle_async_request = send
logging.basicConfig(level=logging.DEBUG)
logging.Logger.setLevel = lambda *_: None
from recordings_mcp.server.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Conversation:
    """What is left of a conversation.

    Attributes:
        key: The API key, used nowhere else.
        port: Where its PostHog listened.
        answers: The results and errors of the calls, in order.
        output: Every byte of stdout.
        errors: Every byte of stderr, where everything is logged at DEBUG.
        home: What was the server's home, working and temporary directory.
        asked: Where it was asked to write files.
    """

    key: str
    port: int
    answers: tuple[dict[str, Any], ...]
    output: str
    errors: str
    home: Path
    asked: Path


class _Application(Protocol):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


class _Failing:
    """Answers 500 about one recording, with what the request said in the body; hands on everything else."""

    def __init__(self, inner: _Application) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if "failing" not in scope["path"]:
            await self._inner(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"authorization", b"").decode()
        await PlainTextResponse(f"Traceback: {said}", status_code=500)(scope, receive, send)


@contextmanager
def posthog(
    directory: Path, keys: Sequence[str], scopes: frozenset[str] = frozenset({"*"})
) -> Generator[str]:
    """The sandbox on a port, where these keys may call; gives its address."""
    start = Recording("one").start
    lines = [console(start, "error", "something broke")]
    recordings = [Recording(name, lines=lines, events=[Event("order paid")]) for name in ("one", "two")]
    projects = frozenset({SANDBOX_PROJECT_ID})
    known = tuple(ApiKey(value=key, scopes=scopes, projects=projects) for key in keys)
    world = World(directory, recordings, keys=known)
    with listening(_Failing(world.application)) as address:
        yield address


def converse(
    directory: Path, calls: list[tuple[str, dict[str, Any]]], *, scopes: frozenset[str] = frozenset({"*"})
) -> Conversation:
    """Make these calls of tools, one after the other, and close the line."""
    key = f"phx_{secrets.token_hex(20)}"
    home, asked = directory / "home", directory / "asked"
    home.mkdir()
    asked.mkdir()
    with posthog(directory / "recordings", [key], scopes) as address:
        environment = {
            "PATH": os.environ["PATH"],
            **dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(home)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "POSTHOG_HOST": address,
            "POSTHOG_PERSONAL_API_KEY": key,
            "RECORDINGS_MCP_SECRET": secrets.token_hex(20),
            "RECORDINGS_MCP_LEDGER": str(asked / "ledger"),
            "RECORDINGS_MCP_AUDIT_FILE": str(asked / "audit.jsonl"),
        }
        command = [sys.executable, "-c", SERVER, "serve", "--output", "structured"]
        with (
            (directory / "stderr").open("wb") as stderr,
            subprocess.Popen(  # noqa: S603 - the command line is this project's own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=home,
                env=environment,
            ) as process,
        ):
            answers, output = _talk(process, calls)
    errors = (directory / "stderr").read_text(encoding="utf-8", errors="replace")
    port = int(address.rpartition(":")[2])
    return Conversation(key, port, tuple(answers), output, errors, home, asked)


def _talk(
    process: subprocess.Popen[bytes], calls: list[tuple[str, dict[str, Any]]]
) -> tuple[list[dict[str, Any]], str]:
    assert process.stdin is not None
    assert process.stdout is not None
    who = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    requests = [("initialize", who), *[("tools/call", {"name": n, "arguments": a}) for n, a in calls]]
    output: list[bytes] = []
    answers: list[dict[str, Any]] = []
    for number, (method, parameters) in enumerate(requests):
        _send(process, {"id": number, "method": method, "params": parameters})
        while True:
            line = process.stdout.readline()
            assert line, "the server ended"
            output.append(line)
            answer = json.loads(line)
            if answer.get("id") == number:
                answers.append(answer)
                break
        if method == "initialize":
            _send(process, {"method": "notifications/initialized"})
    process.stdin.close()
    output.append(process.stdout.read())
    process.wait(timeout=20)
    return answers[1:], b"".join(output).decode()


def _send(process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()
