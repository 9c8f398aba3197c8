"""Console messages."""

import re
from itertools import islice
from typing import Any

import orjson

from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Log, Rejection, Request
from recordings_mcp.replay.shortening import MESSAGE_LENGTH, one_line
from recordings_mcp.replay.signals.window import Window

_KINDS: dict[str, Kind] = {"error": "console_error", "assert": "console_error", "warn": "console_warn"}
_UNCAUGHT = "Uncaught "
_IN_PROMISE = "(in promise) "
_ARGUMENTS = 10
_OBJECT = "Object "
_REJECTED = '{"values":'
_ERRORS = '"errorFields":['
_REJECTED_KEYS = ("values", "errorFields")
_FIELD_NAMES = re.compile(r'"name":\["([^"\\]{1,100})"')
_MOST_FIELDS = 5
_FIELD_LENGTH = 40
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
    rejection = rejection_of(message)
    facts = rejection or Log(one_line(message.partition("\n")[0], MESSAGE_LENGTH))
    window.observe(at, "exception", None, facts)


def rejection_of(message: str) -> Rejection | None:
    """Return the rejection of a form's values, if that is what an exception reports.

    Checks of forms reject a promise with what was typed: `{"values": …, "errorFields": [{"name": ["user"]}]}`
    (Ant Design's form). A page that does not handle that has an exception.
    """
    message = message.removeprefix(_OBJECT)
    if not message.startswith(_REJECTED):
        return None if not all(name in message for name in _REJECTED_KEYS) else Rejection()
    errors = message.rpartition(_ERRORS)[2]  # the values before it may have names too
    found = islice(_FIELD_NAMES.finditer(errors), _MOST_FIELDS) if _ERRORS in message else ()
    names = [one_line(field[1], _FIELD_LENGTH) for field in found]
    return Rejection(tuple(dict.fromkeys(names)))


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
