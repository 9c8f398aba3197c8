"""Protocol 2026-07-28 message by message: a tool call in rounds that the test makes itself."""

from collections.abc import Mapping
from typing import Any

from mcp import Client
from mcp.types import CallToolResult, ElicitResult, InputRequiredResult, InputResponse

from tests.tools.confirmation.world import yes

YES = yes("")
NO = ElicitResult(action="accept", content={"approve": False})


class Rounds:
    """One tool call, in rounds that the test makes itself."""

    def __init__(self, client: Client, tool: str, **arguments: Any) -> None:
        self._client = client
        self._tool = tool
        self._arguments = arguments

    async def ask(self) -> InputRequiredResult:
        """The first round, which must end with a question."""
        result = await self._send(self._arguments)
        assert isinstance(result, InputRequiredResult)
        return result

    async def answer(
        self, asked: InputRequiredResult, answer: ElicitResult, state: str | None = None, **arguments: Any
    ) -> CallToolResult | InputRequiredResult:
        """A round with an answer, the state as it was or another, and the arguments as they were or others."""
        assert asked.input_requests is not None
        answers: dict[str, InputResponse] = dict.fromkeys(asked.input_requests, answer)
        return await self._send({**self._arguments, **arguments}, answers, state or asked.request_state)

    async def answer_without_state(
        self, asked: InputRequiredResult, answer: ElicitResult
    ) -> CallToolResult | InputRequiredResult:
        """A round with an answer to a question that nobody can have been asked."""
        assert asked.input_requests is not None
        return await self._send(self._arguments, dict.fromkeys(asked.input_requests, answer))

    async def _send(
        self,
        arguments: Mapping[str, Any],
        answers: dict[str, InputResponse] | None = None,
        state: str | None = None,
    ) -> CallToolResult | InputRequiredResult:
        return await self._client.session.call_tool(
            self._tool,
            dict(arguments),
            input_responses=answers,
            request_state=state,
            allow_input_required=True,
        )


def question(asked: InputRequiredResult) -> str:
    assert asked.input_requests is not None
    [request] = asked.input_requests.values()
    assert request.params is not None
    message = request.params.model_dump()["message"]
    assert isinstance(message, str)
    return message
