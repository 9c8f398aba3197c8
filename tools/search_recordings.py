"""Tool: find recordings."""

from datetime import datetime
from typing import Annotated

from mcp.server.mcpserver import Context
from pydantic import BaseModel, ConfigDict

from recordings_mcp.client import Recording
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._echo import echo_line, echo_query
from recordings_mcp.tools._result import (
    AddressCell,
    PersonValue,
    ResultText,
    Row,
    ToolResult,
    Trusted,
    TrustedCell,
)
from recordings_mcp.tools._search_query import SearchQuery, explain_nothing
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._short_cursor import lengthen_cursor, shorten_cursor
from recordings_mcp.tools._wording import counted, length, when

_LAST_PAGE = "The page before was the last one. To see the first again, search without cursor."


class FoundRecording(BaseModel):
    """One row of a search. Durations are seconds; None is not known."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    start_time: datetime | None
    duration: float | None
    active_seconds: float | None
    clicks: int | None
    console_errors: int | None
    person: Annotated[str | None, PersonValue("name")]
    distinct_id: Annotated[str | None, PersonValue("name")]
    start_url: str | None

    @classmethod
    def of(cls, recording: Recording) -> "FoundRecording":
        """Return the row of a recording."""
        return cls(
            id=recording.id,
            start_time=recording.start_time,
            duration=recording.recording_duration,
            active_seconds=recording.active_seconds,
            clicks=recording.click_count,
            console_errors=recording.console_error_count,
            person=recording.person.name if recording.person else None,
            distinct_id=recording.distinct_id,
            start_url=recording.start_url,
        )

    def row(self) -> Row:
        """Return the row as text, cell by cell."""
        lasted = TrustedCell(f"{length(self.duration)} ({length(self.active_seconds)} active)")
        errors = "" if self.console_errors == 0 else f", {counted(self.console_errors, 'console error')}"
        counts = TrustedCell(f"{counted(self.clicks, 'click')}{errors}")
        who = PersonValue("name", self.person or self.distinct_id or "unknown person")
        start = TrustedCell(when(self.start_time, zone=""))
        return [self.id, start, lasted, counts, who, AddressCell(self.start_url or "-")]


class FoundRecordings(ToolResult):
    """Recordings found, the query as it was sent, and the cursor of the next page."""

    recordings: list[FoundRecording]
    next_cursor: Annotated[str | None, Trusted()]
    query: Annotated[dict[str, str], Trusted()]
    advice: Annotated[str | None, Trusted()] = None

    def text(self) -> ResultText:
        """Return how many there are, then one line each."""
        query = f"Query: {echo_line(self.query)}"
        if not self.recordings:
            return ResultText(answer="No recording found.", closing=f"{self.advice}\n{query}")
        more = f" More with cursor={self.next_cursor}" if self.next_cursor else " That is all."
        return ResultText(
            answer=f"{counted(len(self.recordings), 'recording')}, times in UTC.{more}",
            recorded=[recording.row() for recording in self.recordings],
            closing=query,
        )


@tool(
    title="Search recordings",
    toolset="recordings",
    hints=READS,
    scopes=("session_recording:read",),
    optional_scopes={"query:read": "searches with very many conditions fail"},
    seconds=60,
    guidance="finds recordings by page, person, friction, events, duration or device; start here.",
)
async def search_recordings(query: SearchQuery, context: Context[Services]) -> FoundRecordings:
    """Find session recordings, newest first. Rows: id | start | length | counts | person | first page."""
    client = services_of(context).client
    ids = [await client.resolve(recording) for recording in query.recordings]
    query = query.model_copy(update={"recordings": ids})
    filters = query.filters()
    page = await client.search(filters, cursor=lengthen_cursor(query.cursor))
    advice = None
    if not page.results:
        advice = _LAST_PAGE if query.cursor else await explain_nothing(client, query)
    return FoundRecordings(
        recordings=[FoundRecording.of(recording) for recording in page.results],
        next_cursor=shorten_cursor(page.next_cursor),
        query=echo_query(filters.query()),
        advice=advice,
    )
