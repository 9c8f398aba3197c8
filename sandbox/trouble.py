"""What the database behind the API may fail with: it is too busy, or a query takes too much of it."""

from typing import Literal

from starlette.responses import Response

from recordings_mcp.sandbox.errors import ApiError, plain_error

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
    """Let a query through, or fail as the database does.

    Raises:
        ApiError: 503, 504 or 512.
    """
    if trouble:
        status, detail = _FAILURES[trouble]
        raise ApiError(status, "error", detail)


def check_listing(trouble: Trouble | None) -> None:
    """The same for the listing, which turns two of the failures into a 429 that does not say how long.

    Raises:
        ApiError: 429, 504 or 512.
    """
    if trouble in _THROTTLED:
        raise ApiError(429, "throttled", _THROTTLED[trouble])
    check_query(trouble)


def snapshots_failure(trouble: Trouble) -> Response:
    """The answer of the snapshots endpoint, in the second shape."""
    if trouble == "at_capacity":
        return plain_error(503, "ClickHouse over capacity. Please retry")
    return plain_error(500, "An unexpected error has occurred. Please try again later.")
