"""One line of the protocol over stdio: the message in it, or the errors that answer it.

The SDK drops what it cannot read, so a client would wait for its answer for ever. JSON-RPC 2.0 §5.1 wants an
error: -32700 for what is not JSON, -32600 for what is no request. It repeats nothing but the id.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, cast

from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    JSONRPCMessage,
    JSONRPCNotification,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError

_DEEPEST = 200
"""Levels of nesting: as deep as the SDK reads messages over HTTP."""

_NOT_JSON = "This line is not valid JSON; send one message a line, in UTF-8."
_TOO_DEEP = f"This message is nested more than {_DEEPEST} levels deep; send a flatter one."
_BATCH = "Batches are not supported; send one message a line."
_NOT_A_REQUEST = (
    "This is not a JSON-RPC 2.0 message. A request has jsonrpc (the text 2.0), an id (a text or an integer), "
    "method (a text) and, if it needs them, params (an object)."
)


class Malformed(Exception):
    """A line is not a message of the protocol.

    Attributes:
        answers: The errors to send, each a line of JSON; none where nobody waits for an answer.
    """

    def __init__(self, *answers: str) -> None:
        super().__init__(f"{len(answers)} answers")
        self.answers = answers


def read_message(line: str) -> JSONRPCMessage:
    """Return the message in a line, with U+FFFD for each lone half of a surrogate pair.

    Raises:
        Malformed: There is none.
    """
    try:
        message = jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        return _read_leniently(line)
    if isinstance(message, JSONRPCNotification) and '"id"' in line:
        return _read_leniently(line)  # a request whose id is no id also passes for a notification
    return message


def _read_leniently(line: str) -> JSONRPCMessage:
    if not line.strip():
        raise Malformed
    try:
        value: object = json.loads(line.removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except ValueError:
        raise Malformed(_error(None, PARSE_ERROR, _NOT_JSON)) from None
    except RecursionError:
        raise Malformed(_error(None, INVALID_REQUEST, _TOO_DEEP)) from None
    if isinstance(value, list):
        raise Malformed(*_refuse_batch(cast("list[object]", value)))
    try:
        message = jsonrpc_message_adapter.validate_python(_without_halves(value), by_name=False)
    except RecursionError:
        raise Malformed(*_refuse(value, _TOO_DEEP)) from None
    except ValidationError:
        raise Malformed(*_refuse(value, _NOT_A_REQUEST)) from None
    if isinstance(message, JSONRPCNotification) and isinstance(value, dict) and "id" in value:
        raise Malformed(*_refuse(cast("object", value), _NOT_A_REQUEST))
    return message


def _without_halves(value: object, depth: int = 0) -> Any:
    """Return a value with its texts in valid Unicode.

    Raises:
        RecursionError: It is nested too deeply.
    """
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return {_without_halves(key): _without_halves(member, depth + 1) for key, member in members}
    if isinstance(value, list):
        return [_without_halves(item, depth + 1) for item in cast("list[object]", value)]
    return value


def _refuse_batch(batch: list[object]) -> Iterator[str]:
    """Yield an error for each request of a batch, since its sender waits for each."""
    refused = [answer for value in batch for answer in _refuse(value, _BATCH) if isinstance(value, dict)]
    yield from refused or [_error(None, INVALID_REQUEST, _BATCH)]


def _refuse(value: object, why: str) -> Iterator[str]:
    """Yield the error that answers what is no request; nothing if it is an answer or a notification."""
    members = cast("dict[str, object]", value) if isinstance(value, dict) else dict[str, object]()
    if "method" not in members and ("result" in members or "error" in members):
        return
    if "method" in members and "id" not in members and isinstance(members["method"], str):
        return
    given = members.get("id")
    is_id = isinstance(given, str | int | float) and not isinstance(given, bool)
    is_infinite = isinstance(given, float) and math.isinf(given)  # json reads 1e999 so
    yield _error(given if is_id and not is_infinite else None, INVALID_REQUEST, why)


def _error(given: object, code: int, message: str) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": given, "error": {"code": code, "message": message}})


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and the infinities are not JSON
