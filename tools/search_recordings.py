"""Tool: find recordings."""

from datetime import datetime
from typing import Annotated, Literal

from mcp.server.mcpserver import Context
from pydantic import BaseModel, ConfigDict, Field

from recordings_mcp.client import Recording, SortField
from recordings_mcp.tools._advice import explain_nothing
from recordings_mcp.tools._arguments import Cursor, Date, RecordingText
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._echo import echo_line, echo_query
from recordings_mcp.tools._result import OwnCell, OwnWords, PersonValue, ResultText, Row, ToolResult
from recordings_mcp.tools._search_query import Friction, PropertyCondition, SearchQuery
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._wording import counted, length, when

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, description="seconds")]
Count = Annotated[int, Field(ge=0)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Device = Literal["Desktop", "Mobile", "Tablet"]
Source = Literal["web", "mobile"]


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
        """The row of a recording."""
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
        """The row as text, cell by cell."""
        lasted = OwnCell(f"{length(self.duration)} ({length(self.active_seconds)} active)")
        counts = OwnCell(f"{counted(self.clicks, 'click')}, {counted(self.console_errors, 'console error')}")
        who = PersonValue("name", self.person or self.distinct_id or "unknown person")
        return [self.id, OwnCell(when(self.start_time)), lasted, counts, who, self.start_url or "-"]


class FoundRecordings(ToolResult):
    """Recordings found, the query as it was sent, and the cursor of the next page."""

    recordings: list[FoundRecording]
    next_cursor: Annotated[str | None, OwnWords()]
    query: Annotated[dict[str, str], OwnWords()]
    advice: Annotated[str | None, OwnWords()] = None

    def text(self) -> ResultText:
        """How many, then one line each."""
        if not self.recordings:
            return ResultText(answer="No recording found.", closing=f"{self.advice}\n{self._query_line()}")
        more = f" More with cursor={self.next_cursor}" if self.next_cursor else " That is all."
        return ResultText(
            answer=f"{counted(len(self.recordings), 'recording')}.{more}",
            recorded=[recording.row() for recording in self.recordings],
            closing=f"Next: watch_recording with one of these ids.\n{self._query_line()}",
        )

    def _query_line(self) -> str:
        return f"Query: {echo_line(self.query)}"


@tool(
    title="Search recordings",
    toolset="recordings",
    hints=READS,
    seconds=60,
    guidance="start here: find recordings by page, person, friction, events, duration, device.",
)
async def search_recordings(
    context: Context[Services],
    *,
    since: Annotated[Date, Field(description='"-7d", "-24h" or an ISO date')] = "-3d",
    until: Annotated[Date | None, Field(description="the same; left out: now")] = None,
    person: Annotated[Text | None, Field(description="e-mail, distinct id or person uuid")] = None,
    url: Annotated[Text | None, Field(description="part of a visited page's address")] = None,
    events: Annotated[list[Text], Field(description="names of events that happened")] = [],
    friction: Annotated[list[Friction], Field(description="what went wrong")] = [],
    min_duration: Seconds | None = None,
    max_duration: Seconds | None = None,
    min_active_seconds: Seconds | None = None,
    min_clicks: Annotated[Count | None, Field(description="in all")] = None,
    min_console_errors: Annotated[Count | None, Field(description="in all")] = None,
    device: Annotated[Device | None, Field(description="kind of device")] = None,
    country: Annotated[str | None, Field(pattern="^[A-Za-z]{2}$", description="two-letter code")] = None,
    source: Annotated[Source | None, Field(description="web page or mobile app")] = None,
    properties: Annotated[list[PropertyCondition], Field(description="further conditions")] = [],
    recordings: Annotated[list[RecordingText], Field(max_length=100, description="only these")] = [],
    match: Annotated[Literal["all", "any"], Field(description="dates, counts and ids always hold")] = "all",
    hide_viewed: Annotated[bool, Field(description="leave out what the key's owner watched")] = False,
    exclude_test_accounts: Annotated[bool, Field(description="as the project defines them")] = False,
    order_by: Annotated[SortField, Field(description="largest or newest first")] = "start_time",
    ascending: Annotated[bool, Field(description="smallest or oldest first")] = False,
    limit: Annotated[int, Field(ge=1, le=100, description="rows")] = 20,
    cursor: Cursor | None = None,
) -> FoundRecordings:
    """Find session recordings, newest first. Rows: id | start | length | counts | person | first page."""
    client = services_of(context).client
    query = SearchQuery(
        since=since, until=until, person=person, url=url, events=events, friction=friction,
        min_duration=min_duration, max_duration=max_duration, min_active_seconds=min_active_seconds,
        min_clicks=min_clicks, min_console_errors=min_console_errors, device=device, country=country,
        source=source, properties=properties,
        recordings=[await client.resolve(recording) for recording in recordings], match=match,
        hide_viewed=hide_viewed, exclude_test_accounts=exclude_test_accounts,
        order_by=order_by, ascending=ascending, limit=limit,
    )  # fmt: skip
    filters = query.filters()
    page = await client.search(filters, cursor=cursor)
    return FoundRecordings(
        recordings=[FoundRecording.of(recording) for recording in page.results],
        next_cursor=page.next_cursor,
        query=echo_query(filters.query()),
        advice=None if page.results else _LAST_PAGE if cursor else await explain_nothing(client, query),
    )
