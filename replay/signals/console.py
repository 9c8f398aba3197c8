"""Console messages."""

from typing import Any

import orjson

from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Log, Request
from recordings_mcp.replay.shortening import MESSAGE_LENGTH, one_line
from recordings_mcp.replay.signals.window import Window

_KINDS: dict[str, Kind] = {"error": "console_error", "assert": "console_error", "warn": "console_warn"}
_UNCAUGHT = "Uncaught "
_IN_PROMISE = "(in promise) "
_ARGUMENTS = 10
_NO_ANSWER = ("Failed to fetch", "NetworkError when attempting to fetch", "Load failed")
"""The messages of Chromium, Firefox and Safari for a request without a response."""


def on_console(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Observe a console message; an uncaught error is an exception."""
    window.session.coverage.console += 1
    arguments: list[Any] = payload.get("payload") or []
    message = " ".join(_argument(argument) for argument in arguments[:_ARGUMENTS])
    kind = _KINDS.get(payload.get("level", ""), "console_log")
    if kind == "console_error" and message.startswith(_UNCAUGHT):
        _exception(window, at, message.removeprefix(_UNCAUGHT).removeprefix(_IN_PROMISE))
    else:
        window.observe(at, kind, None, Log(one_line(message, MESSAGE_LENGTH)))


def _exception(window: Window, at: float, message: str) -> None:
    """Observe an uncaught error. If it reports a failed request, nothing else is recorded of that request."""
    if any(words in message for words in _NO_ANSWER):
        window.observe(at, "network_error", None, Request()).derived = True
    window.observe(at, "exception", None, Log(one_line(message.partition("\n")[0], MESSAGE_LENGTH)))


def _argument(argument: object) -> str:
    """Decode one argument: the recorder encodes strings as JSON."""
    text = argument if isinstance(argument, str) else str(argument)
    if text.startswith('"'):
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return text.strip('"').replace("\\n", "\n")
        return value if isinstance(value, str) else text
    return text
