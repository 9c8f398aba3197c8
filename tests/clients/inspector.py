"""The MCP Inspector's command line: a process, and a connection, for every call."""

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import anyio

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from tests.clients.conversation import Answer, Mismatch, Reply
from tests.clients.servers import SERVER, Place, running

_SECONDS = 60
_LAST_WORDS = 400
_TOOL_FAILED = 5


@dataclass(slots=True)
class Inspector:
    """The Inspector before one server."""

    program: str
    place: Place
    era: str
    tools: tuple[str, ...] = ()
    asks: bool = False
    structured: bool = False

    async def call(self, tool: str, arguments: dict[str, Any], reply: Reply = "decline") -> Answer:
        """Call a tool; the Inspector's command line lets nobody be asked."""
        del reply
        given = ["--tool-name", tool, "--tool-args-json", json.dumps(arguments)]
        result = (await self._run("tools/call", *given))["result"]
        text = "\n".join(block["text"] for block in result["content"])
        return Answer(text, result.get("isError", False), result.get("structuredContent"))

    async def list_strictly(self) -> None:
        """List the tools, and have every schema checked."""
        listed = await self._run("tools/list", "--strict")
        self.tools = tuple(tool["name"] for tool in listed["result"]["tools"])

    async def _run(self, method: str, *options: str) -> dict[str, Any]:
        place = self.place
        target = [place.url, "--transport", "http"] if place.url else [*place.command]
        headers = [f"--header={name}: {value}" for name, value in place.headers.items()]
        settings = [word for name, value in place.environment.items() for word in ("-e", f"{name}={value}")]
        wanted = ["--protocol-era", self.era, "--method", method, "--format", "json", "--quiet"]
        with anyio.fail_after(_SECONDS):
            finished = await anyio.run_process(
                [self.program, "--cli", *target, *headers, *settings, *wanted, *options], check=False
            )
        if finished.returncode not in {0, _TOOL_FAILED}:
            words = finished.stderr.decode(errors="replace")[-_LAST_WORDS:]
            raise Mismatch(f"{method}: exit code {finished.returncode}: {words}")
        answer: dict[str, Any] = json.loads(finished.stdout)
        return answer


@asynccontextmanager
async def inspector(program: str, place: Place, era: str) -> AsyncGenerator[Inspector]:
    """The Inspector, after it listed the tools without finding fault."""
    opened = Inspector(program, place, era)
    await opened.list_strictly()
    yield opened


@asynccontextmanager
async def lasting() -> AsyncGenerator[Place]:
    """A server on stdio whose sandbox and open confirmations outlive its process."""
    with TemporaryDirectory() as folder:
        async with running((SERVER, "sandbox", "--port", "0"), {}) as host:
            settings = {
                "POSTHOG_HOST": host,
                "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID),
                "POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY,
                "RECORDINGS_MCP_SECRET": token_hex(32),
                "RECORDINGS_MCP_LEDGER": str(Path(folder) / "ledger.sqlite"),
                "PATH": os.environ["PATH"],
            }
            yield Place(command=(SERVER,), environment=settings)
