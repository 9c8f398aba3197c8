"""Calls that end without a write: their result, and how it gets past the tool's body."""

from typing import Annotated

from mcp.server.mcpserver.exceptions import ToolError

from recordings_mcp.tools._result import OwnWords, ResultText, ToolResult
from recordings_mcp.tools.confirmation._question import ShownRecording


class ActResult(ToolResult):
    """Result of an act that must be confirmed. The results of such tools add what they did to it.

    Attributes:
        done: Whether anything was done.
        message: What happened, or why nothing did.
        advice: What can be done next.
        confirmation: The token of a preview: works once.
        recordings: What a preview is about.
    """

    done: bool
    message: Annotated[str, OwnWords()]
    advice: Annotated[str | None, OwnWords()] = None
    confirmation: Annotated[str | None, OwnWords()] = None
    recordings: tuple[ShownRecording, ...] = ()

    def text(self) -> ResultText:
        """What happened, what it is about, what can be done next."""
        return ResultText(
            answer=self.message,
            recorded=[recording.row() for recording in self.recordings],
            closing=self.advice or "",
        )


class Withheld(ToolError):
    """Ends a call before its tool's body: nothing was sent, and `result` says why."""

    def __init__(self, result: ActResult) -> None:
        super().__init__(result.message)
        self.result = result
