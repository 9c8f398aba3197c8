"""Command `demo`: a real MCP client talks to a real server over stdio, and the screen shows it."""

import json
import sys
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from recordings_mcp.server.commands.arguments import CommandLine

_DIM, _BOLD, _PLAIN = "\033[2m", "\033[1m", "\033[0m"


def run(options: CommandLine) -> int:
    """Search the sandbox, watch a recording that was found, and print both sides.

    Returns:
        0 when every call was answered, 1 otherwise.

    Raises:
        BrokenPipeError: The reader of the output has gone.
    """
    del options  # the demo has none
    try:
        return anyio.run(_Conversation(color=sys.stdout.isatty()).hold)
    except ExceptionGroup as group:  # of the client's tasks
        if group.subgroup(BrokenPipeError) is None:
            raise
        raise BrokenPipeError from None


class _Conversation:
    """An MCP client that prints its calls and their results."""

    def __init__(self, *, color: bool) -> None:
        self._color = color
        self._failures = 0

    async def hold(self) -> int:
        """Run the conversation and return the exit code."""
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "recordings_mcp.server", "--sandbox", "--output", "structured"],
        )
        self._say("A client talks MCP over stdio with: recordings-mcp --sandbox")
        async with Client(server, elicitation_callback=self._answer_no) as client:
            found = await self._call(client, "search_recordings", url="/checkout", friction=["exception"])
            recording = found["recordings"][0]["id"]
            await self._call(client, "watch_recording", recording=recording)
            await self._call(client, "summarize_recording", recording=recording)
            await self._call(client, "delete_recordings", recordings=[recording])
        return 1 if self._failures else 0

    async def _answer_no(self, context: object, params: ElicitRequestParams) -> ElicitResult:
        del context
        self._say(f"\n? the server asks the person at the client: {params.message}")
        self._say("  the person answers: no")
        return ElicitResult(action="accept", content={"approve": False})

    async def _call(self, client: Client, tool: str, **arguments: object) -> dict[str, Any]:
        self._say(f"\n→ {tool} {json.dumps(arguments)}", _BOLD)
        result = await client.call_tool(tool, arguments)
        self._failures += bool(result.is_error)
        self._say(_text(result))
        return result.structured_content or {}

    def _say(self, text: str, style: str = "") -> None:
        sys.stdout.write(f"{style}{text}{_PLAIN}\n" if style and self._color else f"{text}\n")


def _text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))
