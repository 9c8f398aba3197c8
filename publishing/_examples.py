"""The worked examples: calls of tools on the sandbox, each with its real answer below it.

A call is in a block of text, first its line, then the answer:

    → search_recordings {"url": "/checkout"}
    8 recordings. That is all.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from mcp import Client
from mcp.types import TextContent

from recordings_mcp.client import application_transport
from recordings_mcp.sandbox import create_sandbox
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration

_CALL = re.compile(r"(?<=```text\n)→ (?P<tool>\w+) (?P<arguments>\{[^\n]*\})\n.*?(?=```)", re.DOTALL)
_NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
_MARK = re.compile(r"(?<=untrusted-)\d{15}")
_TOKEN = re.compile(r'(?<=confirmation=")[0-9a-f]{32}')
_SHOWN_MARK = "481902573366120"
_SHOWN_TOKEN = "0c6f1b2e9a8d47355e1f0a9b8c7d6e24"  # noqa: S105 - opens nothing


async def with_real_answers(page: str) -> str:
    """Return the page with the current answers to its calls, from a new sandbox at a fixed time.

    What is random in every call, the mark of a fence and the token of a confirmation, is always the same
    here.
    """
    if not _CALL.search(page):
        return page
    transport = application_transport(create_sandbox(clock=lambda: _NOW))
    parts: list[str] = []
    end = 0
    async with Client(create_server(Configuration(sandbox=True), transport=transport)) as client:
        conversation = _Conversation(client)
        for call in _CALL.finditer(page):
            answer = await conversation.answer(call["tool"], json.loads(call["arguments"]))
            parts += [page[end : call.start()], f"→ {call['tool']} {call['arguments']}\n{answer}\n"]
            end = call.end()
    return "".join([*parts, page[end:]])


class _Conversation:
    """Consecutive calls by a client without elicitation."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tokens: dict[str, str] = {}
        self._last_token = _SHOWN_TOKEN

    async def answer(self, tool: str, arguments: dict[str, Any]) -> str:
        """Return the answer of a tool. The token on the page is replaced by the real one."""
        subject = json.dumps({key: value for key, value in arguments.items() if key != "confirmation"})
        if "confirmation" in arguments:
            arguments["confirmation"] = self._tokens.get(subject, self._last_token)
        result = await self._client.call_tool(tool, arguments)
        answer = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
        for token in _TOKEN.findall(answer):
            self._tokens[subject] = self._last_token = token
        return _TOKEN.sub(_SHOWN_TOKEN, _MARK.sub(_SHOWN_MARK, answer))
