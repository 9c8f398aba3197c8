"""The analytics events of one session."""

from collections.abc import Iterable
from typing import Annotated, Any

import orjson
from pydantic import BeforeValidator

from recordings_mcp.client._answers import read_model
from recordings_mcp.client._models import Lenient, Received, SessionEvent
from recordings_mcp.client._references import check_recording_id

MOST_EVENTS = 5_000
_COLUMNS = ("uuid", "event", "timestamp", "properties")


def events_query(recording_id: str, limit: int) -> dict[str, Any]:
    """Return the body of a query for the first events of a session, oldest first, and one more."""
    session = check_recording_id(recording_id).replace("\\", "\\\\").replace("'", "\\'")
    columns = ", ".join(_COLUMNS)
    question = (
        f"select {columns} from events where $session_id = '{session}' "  # noqa: S608 - the id is checked and quoted
        f"order by timestamp asc limit {limit + 1:d}"
    )
    return {"query": {"kind": "HogQLQuery", "query": question}}


class SessionEvents(list[SessionEvent]):
    """Events of a session, oldest first.

    Attributes:
        has_more: Whether the session has more events than these.
    """

    def __init__(self, events: Iterable[SessionEvent] = (), *, has_more: bool = False) -> None:
        super().__init__(events)
        self.has_more = has_more


def read_events(answer: Any, limit: int) -> SessionEvents:
    """Return the events in the answer to `events_query`.

    Raises:
        UnexpectedAnswer: They are not rows of its four columns.
    """
    rows = read_model(_Rows, answer)
    more = len(rows.results) > limit or rows.hasMore is True
    events = [read_model(SessionEvent, dict(zip(_COLUMNS, row, strict=True))) for row in rows.results[:limit]]
    return SessionEvents(events, has_more=more)


def _decoded(properties: Any) -> Any:
    """Return the properties, of which some servers give the JSON text."""
    return (orjson.loads(properties) if isinstance(properties, str) else properties) or {}


class _Rows(Received):
    hasMore: Lenient[bool] = None  # noqa: N815 - PostHog's name
    results: list[tuple[Any, Any, Any, Annotated[Any, BeforeValidator(_decoded)]]]
