"""Errors in their two shapes, and what the database behind the API may fail with.

Most errors have the shape of drf-exceptions-hog: type, code, detail and attr. A few handlers of the real
server answer in a second, older shape: an object with only `error` (and sometimes more).
"""

from typing import Any, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_TYPES = {
    400: "validation_error",
    401: "authentication_error",
    403: "authentication_error",
    404: "invalid_request",
    405: "invalid_request",
    429: "throttled_error",
}


class ApiError(Exception):
    """An error in the first shape. Its type follows from its status."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        attr: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.attr = attr
        self.headers = headers


def invalid(detail: str, *, code: str = "invalid_input", attr: str | None = None) -> ApiError:
    """Return the error for a request that does not validate: 400."""
    return ApiError(400, code, detail, attr=attr)


def unreadable_body(detail: str) -> ApiError:
    """Return the error for a body that is not JSON: 400, of another type than `invalid`."""
    return ApiError(400, "parse_error", detail)


def not_authenticated() -> ApiError:
    """Return the error for a request without a key: 401."""
    return ApiError(401, "not_authenticated", "Authentication credentials were not provided.")


def authentication_failed(detail: str) -> ApiError:
    """Return the error for a key that does not exist: 401."""
    return ApiError(401, "authentication_failed", detail)


def permission_denied(detail: str = "You do not have permission to perform this action.") -> ApiError:
    """Return the error for a key that lacks permission: 403."""
    return ApiError(403, "permission_denied", detail)


def not_found(detail: str = "Not found.") -> ApiError:
    """Return the error for something that does not exist: 404."""
    return ApiError(404, "not_found", detail)


def plain_error(status: int, error: str, **more: Any) -> JSONResponse:
    """Return an error in the second shape."""
    return JSONResponse({"error": error, **more}, status_code=status)


def server_error() -> JSONResponse:
    """Return the error of the listing for anything unexpected, including an invalid cursor: 500."""
    return plain_error(500, "An internal server error occurred. Please try again later.")


def respond_to_api_error(_request: Request, error: Exception) -> Response:
    """Return an `ApiError` as a response in the first shape."""
    assert isinstance(error, ApiError)  # noqa: S101 (Starlette's handlers are typed for any exception)
    kind = "invalid_request" if error.code == "parse_error" else _TYPES.get(error.status, "server_error")
    body = {"type": kind, "code": error.code, "detail": error.detail, "attr": error.attr}
    return JSONResponse(body, status_code=error.status, headers=error.headers)


def respond_to_http_error(request: Request, error: Exception) -> Response:
    """Return the response for an unknown path, or an unknown method of a path, in the first shape."""
    assert isinstance(error, HTTPException)  # noqa: S101 (as above)
    if error.status_code == 405:  # noqa: PLR2004 (the status is its own name)
        refusal = ApiError(405, "method_not_allowed", f'Method "{request.method}" not allowed.')
    else:
        refusal = not_found("Endpoint not found.")
    return respond_to_api_error(request, refusal)


Trouble = Literal["at_capacity", "timed_out", "out_of_memory", "too_long"]

_FAILURES: dict[Trouble, tuple[int, str]] = {
    "at_capacity": (503, "Too many queries are running at the moment. Please try again later."),
    "timed_out": (504, "The query took longer than it may."),
    "out_of_memory": (504, "The query needed more memory than it may."),
    "too_long": (512, "The query is estimated to take too long. Reduce its time range."),
}
_THROTTLED: dict[Trouble, str] = {
    "at_capacity": "ClickHouse is at capacity. Try again later.",
    "timed_out": "Query timeout exceeded. Try again later.",
}


def check_query(trouble: Trouble | None) -> None:
    """Raise the error of the database, if it is in trouble.

    Raises:
        ApiError: 503, 504 or 512.
    """
    if trouble:
        status, detail = _FAILURES[trouble]
        raise ApiError(status, "error", detail)


def check_listing(trouble: Trouble | None) -> None:
    """Raise the error of the listing, which turns two of the failures into a 429 without a waiting time.

    Raises:
        ApiError: 429, 504 or 512.
    """
    if trouble in _THROTTLED:
        raise ApiError(429, "throttled", _THROTTLED[trouble])
    check_query(trouble)


def snapshots_failure(trouble: Trouble) -> Response:
    """Return the error of the snapshots endpoint, in the second shape."""
    if trouble == "at_capacity":
        return plain_error(503, "ClickHouse over capacity. Please retry")
    return plain_error(500, "An unexpected error has occurred. Please try again later.")
