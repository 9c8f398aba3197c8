"""Claude Code, in its headless form, before a stand-in for its model. A hook answers when the server asks.

On stdio it starts the server as `recordings-mcp install` told it to; over HTTP it is told by its own option.
"""

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Any

import anyio

from recordings_mcp.tools import TOOLS
from tests.clients.conversation import Answer, Mismatch, Reply
from tests.clients.servers import Place
from tests.clients.stand_in_model import PROMPT, Block, StandInModel, serving

_SECONDS = 60
_NAME = "recordings-mcp"
_PREFIX = f"mcp__{_NAME}__"
_LAST_WORDS = 400
_ACTIONS: dict[Reply, Block] = {
    "accept": {"action": "accept", "content": {"approve": True}},
    "decline": {"action": "decline"},
}


@dataclass(slots=True)
class ClaudeCode:
    """Claude Code in a conversation with its model."""

    model: StandInModel
    folder: Path
    tools: tuple[str, ...] = ()
    asks: bool = True
    structured: bool = False

    async def call(self, tool: str, arguments: dict[str, Any], reply: Reply = "decline") -> Answer:
        """Have the model call a tool."""
        output = _ACTIONS[reply] | {"hookEventName": "Elicitation"}
        (self.folder / "answer.json").write_text(json.dumps({"hookSpecificOutput": output}))
        (self.folder / "asked.jsonl").write_text("")
        block = await self._call(_PREFIX + tool, arguments)
        asked = [json.loads(line) for line in (self.folder / "asked.jsonl").read_text().splitlines() if line]
        questions = tuple(str(question["message"]) for question in asked)
        return Answer(_text(block), bool(block.get("is_error")), None, questions)

    async def choose_tools(self) -> None:
        """Have the model ask for the tools' definitions, which it is not given before."""
        await self._call("ToolSearch", {"query": "select:" + ",".join(_PREFIX + tool.name for tool in TOOLS)})
        self.tools = tuple(
            name.removeprefix(_PREFIX) for name in self.model.tools if name.startswith(_PREFIX)
        )

    async def _call(self, tool: str, arguments: dict[str, Any]) -> Block:
        self.model.calls.put((tool, arguments))
        try:
            return await anyio.to_thread.run_sync(partial(self.model.results.get, timeout=_SECONDS))
        except Empty:
            raise Mismatch(f"{tool}: no result. {self._last_words()}") from None

    def _last_words(self) -> str:
        return (self.folder / "output.jsonl").read_text(errors="replace")[-_LAST_WORDS:]


def _text(block: Block) -> str:
    content = block["content"]
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


@asynccontextmanager
async def claude_code(program: str, place: Place) -> AsyncGenerator[ClaudeCode]:
    """Start Claude Code on a script that is made up as it goes."""
    model = StandInModel()
    with TemporaryDirectory() as name, serving(model) as address:
        folder = Path(name)
        if place.transport == "stdio":
            await _install(folder, place)
        with (folder / "output.jsonl").open("wb") as output:
            async with await anyio.open_process(
                _command(program, folder, place), cwd=folder, env=_environment(folder, address),
                stdin=None, stdout=output, stderr=output,
            ) as process:  # fmt: skip
                try:
                    opened = ClaudeCode(model, folder)
                    await opened.choose_tools()
                    yield opened
                    model.calls.put(None)
                    with anyio.fail_after(_SECONDS):
                        await process.wait()
                finally:
                    if process.returncode is None:
                        process.kill()


async def _install(folder: Path, place: Place) -> None:
    command, *options = place.command
    environment = os.environ | {"HOME": str(folder)}
    await anyio.run_process([command, "install", "claude-code", *options], env=environment)


def _command(program: str, folder: Path, place: Place) -> list[str]:
    server = {"type": "http", "url": place.url, "headers": place.headers}
    told = ["--strict-mcp-config", "--mcp-config", json.dumps({"mcpServers": {_NAME: server}})]
    asked, answer = quote(str(folder / "asked.jsonl")), quote(str(folder / "answer.json"))
    hook = {"type": "command", "command": f"{{ cat; echo; }} >> {asked}; cat {answer}"}
    return [
        program, "--print", PROMPT, "--output-format", "stream-json", "--verbose",
        *(told if place.transport == "http" else []),
        "--settings", json.dumps({"hooks": {"Elicitation": [{"hooks": [hook]}]}}),
        "--allowedTools", _PREFIX.removesuffix("__"),
    ]  # fmt: skip


def _environment(folder: Path, address: str) -> dict[str, str]:
    """Nothing of the person's own Claude Code, and nobody to talk to but the stand-in."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ANTHROPIC_BASE_URL": address,
        "ANTHROPIC_API_KEY": "made-up",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
    }
