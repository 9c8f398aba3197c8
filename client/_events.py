"""The analytics events of one session."""

from typing import Annotated, Any

import orjson
from pydantic import BeforeValidator

from recordings_mcp.client._answers import read_model
from recordings_mcp.client._models import Received, SessionEvent
from recordings_mcp.client._references import check_recording_id

MOST_EVENTS = 5_000
_COLUMNS = ("uuid", "event", "timestamp", "properties")


def events_query(recording_id: str, limit: int) -> dict[str, Any]:
    """Give the body that asks PostHog for the first events of a session, oldest first."""
    session = check_recording_id(recording_id).replace("\\", "\\\\").replace("'", "\\'")
    columns = ", ".join(_COLUMNS)
    question = (
        f"select {columns} from events where $session_id = '{session}' "  # noqa: S608 — the id is checked and quoted
        f"order by timestamp asc limit {limit:d}"
    )
    return {"query": {"kind": "HogQLQuery", "query": question}}


def read_events(answer: Any) -> list[SessionEvent]:
    """Read the rows that answer `events_query`.

    Raises:
        UnexpectedAnswer: They are not rows of its four columns.
    """
    return [_event(*row) for row in read_model(_Rows, answer).results]


def _event(uuid: Any, event: Any, timestamp: Any, properties: Any) -> SessionEvent:
    return read_model(
        SessionEvent, {"uuid": uuid, "event": event, "timestamp": timestamp, "properties": properties}
    )


def _decoded(properties: Any) -> Any:
    """Some servers answer with the JSON text of the properties."""
    return (orjson.loads(properties) if isinstance(properties, str) else properties) or {}


class _Rows(Received):
    results: list[tuple[Any, Any, Any, Annotated[Any, BeforeValidator(_decoded)]]]
