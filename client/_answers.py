"""Turn PostHog's answers into values or into this client's errors."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from recordings_mcp.client._errors import (
    HOST_IS_PROBABLY_WRONG,
    Overloaded,
    RecordingBlocksUnavailable,
    RecordingsError,
    ServerFailed,
    UnexpectedAnswer,
    WebPageAnswered,
)
from recordings_mcp.client._filters import RecordingFilters
from recordings_mcp.client._models import Moment
from recordings_mcp.client._refusals import (
    ActionNotAllowedForKeys,
    InvalidRequest,
    MissingScope,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    ProjectNotAllowed,
    PublicSharingDisabled,
    RecordingDeleted,
    RequestRefused,
    Throttled,
)

Model = TypeVar("Model", bound=BaseModel)

MOST_JSON_VALUES = 4_000_000
"""Values in one JSON answer at most: an empty list costs Python thirty times its two bytes of JSON."""

_MOST_FIELDS_NAMED = 8
_FIELDS = frozenset({*RecordingFilters.model_fields, "after", "offset", "query", "session_recording_ids"})
_SCOPE = re.compile(r"required scope '([a-z_]{1,60}:(?:read|write))'")
_SECONDS_IN_WORDS = re.compile(r"available in (\d{1,9}) second")
_OVERLOADED = frozenset({503, 504, 512})


class _Problem(BaseModel):
    model_config = ConfigDict(defer_build=True)

    loc: list[Any]


_PROBLEMS = TypeAdapter(list[_Problem], config=ConfigDict(defer_build=True))
_MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment, config=ConfigDict(defer_build=True))


def decode_json(body: bytes) -> Any:
    """Return a decoded JSON answer; NaN, infinity and more than 1,024 levels are refused.

    Raises:
        UnexpectedAnswer: The body is not JSON, or holds more than `MOST_JSON_VALUES` values.
    """
    if body[:64].lstrip()[:1] == b"<":
        raise WebPageAnswered
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MOST_JSON_VALUES:
        raise UnexpectedAnswer("has too many values", "Ask for less at a time.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnexpectedAnswer("is not valid JSON") from None


def read_model(model: type[Model], answer: Any) -> Model:
    """Return an answer as a model.

    Raises:
        UnexpectedAnswer: A part that the model requires is missing or has another type.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        part = ".".join(str(name) for name in error.errors()[0]["loc"] if name in model.model_fields)
    raise UnexpectedAnswer(f"has no readable {part}" if part else "is not of the expected shape")


def refusal(
    status: int, body: bytes, *, retry_after: str | None = None, not_found: type[NotFound] = NotFound
) -> RecordingsError:
    """Return the error to raise for an answer that is not a success.

    Args:
        status: The HTTP status, anything but 2xx.
        body: The answer's body: PostHog's error object in either of its two forms, or anything else.
        retry_after: The header of that name.
        not_found: The error for a 404.
    """
    said = _error_object(body)
    if status == 429:  # noqa: PLR2004 - HTTP statuses say more as numbers
        return Throttled(_seconds_to_wait(retry_after, _words(said)))
    if status >= 500:  # noqa: PLR2004 - same
        return _server_failure(status, said)
    if status < 400:  # noqa: PLR2004 - same
        return UnexpectedAnswer(
            f"is a redirect (status {status}), which is never followed", HOST_IS_PROBABLY_WRONG
        )
    return _client_failure(status, said, not_found)


def _client_failure(status: int, said: dict[str, Any], not_found: type[NotFound]) -> RecordingsError:
    match status:
        case 400:
            return InvalidRequest(_fields_named(said))
        case 401:
            return NotAuthenticated()
        case 403:
            return _permission_failure(_words(said))
        case 404:
            return not_found()
        case 410:
            return RecordingDeleted(_moment(said.get("deleted_at")))
        case _:
            return RequestRefused(status)


def _permission_failure(words: str) -> PermissionDenied:
    if scope := _SCOPE.search(words):
        return MissingScope(scope[1])
    known: dict[str, type[ActionNotAllowedForKeys | ProjectNotAllowed | PublicSharingDisabled]] = {
        "does not support personal API key access": ActionNotAllowedForKeys,
        "does not support project secret API key access": ActionNotAllowedForKeys,
        "does not have access to the requested": ProjectNotAllowed,
        "scoped projects are only supported": ProjectNotAllowed,
        "scoped organizations are only supported": ProjectNotAllowed,
        "Public sharing is disabled": PublicSharingDisabled,
    }
    for part, error in known.items():
        if part.lower() in words.lower():
            return error()
    return MissingScope(None) if "required scope" in words else PermissionDenied()


def _server_failure(status: int, said: dict[str, Any]) -> ServerFailed:
    if "recording_blocks_unavailable" in (said.get("code"), said.get("error")):
        return RecordingBlocksUnavailable()
    return Overloaded(status) if status in _OVERLOADED else ServerFailed(status)


def _error_object(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _words(said: dict[str, Any]) -> str:
    words = said.get("detail") or said.get("error")
    return words if isinstance(words, str) else ""


def _fields_named(said: dict[str, Any]) -> list[str]:
    """Return the fields that a 400 names: `detail` may be the JSON text of pydantic's errors."""
    try:
        problems = _PROBLEMS.validate_json(_words(said))
    except ValidationError:
        problems = [_Problem(loc=[said.get("attr")])]
    # The first known name in each path: pydantic's paths also hold indexes and names of variants.
    known = (
        [part for part in problem.loc if isinstance(part, str) and part in _FIELDS] for problem in problems
    )
    return list(dict.fromkeys(names[0] for names in known if names))[:_MOST_FIELDS_NAMED]


def _seconds_to_wait(header: str | None, words: str) -> float | None:
    """Return the seconds from `Retry-After` (a number or a date), else from the error's text, else None."""
    seconds = _header_seconds(header) if header else None
    if seconds is not None:
        return seconds
    in_words = _SECONDS_IN_WORDS.search(words)
    return float(in_words[1]) if in_words else None


def _header_seconds(header: str) -> float | None:
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()


def _moment(value: Any) -> datetime | None:
    try:
        return _MOMENT.validate_python(value)
    except ValidationError:
        return None
