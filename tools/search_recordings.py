"""Tool: find recordings."""

import re
from datetime import datetime
from typing import Annotated

from mcp.server.mcpserver import Context
from pydantic import BaseModel, ConfigDict

from recordings_mcp.client import Recording
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._echo import echo_line, echo_query
from recordings_mcp.tools._result import (
    AddressCell,
    PathCell,
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
from recordings_mcp.tools._wording import counted, length, text_property, when

_UP_TO_THE_PATH = re.compile(r"[a-z]+://[^/?#]+", re.IGNORECASE)
_LAST_PAGE = "The page before was the last one. To see the first again, search without cursor."


class FoundRecording(BaseModel):
    """One row of a search. Durations are seconds; None is not known.

    Counts are PostHog's, where a tap or double click is several clicks. Device and country are of the
    person's latest visit.
    """

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
    device_type: str | None
    country_code: str | None
    viewed: bool | None

    @classmethod
    def of(cls, recording: Recording) -> "FoundRecording":
        """Return the row of a recording."""
        person = recording.person
        properties = (person.properties if person else None) or {}
        return cls(
            id=recording.id,
            start_time=recording.start_time,
            duration=recording.recording_duration,
            active_seconds=recording.active_seconds,
            clicks=recording.click_count,
            console_errors=recording.console_error_count,
            person=person.name if person else None,
            distinct_id=recording.distinct_id,
            start_url=recording.start_url,
            device_type=text_property(properties, "$device_type"),
            country_code=text_property(properties, "$geoip_country_code"),
            viewed=recording.viewed,
        )

    def row(self, *, year: bool, host: bool) -> Row:
        """Return the row as text, with its year and the host of its page or without."""
        lasted = TrustedCell(f"{length(self.duration)}/{length(self.active_seconds)}")
        errors = "" if self.console_errors == 0 else f", {counted(self.console_errors, 'console error')}"
        counts = TrustedCell(f"{counted(self.clicks, 'click')}{errors}")
        who = PersonValue("name", self.person or self.distinct_id or "unknown person")
        start = TrustedCell(when(self.start_time, zone="", year=year))
        page = (AddressCell if host else PathCell)(self.start_url or "-")
        place = " ".join(filter(None, [self.device_type, self.country_code]))
        rest = [*([place] if place else []), *([TrustedCell("viewed")] if self.viewed else [])]
        return [self.id, start, lasted, counts, who, page, *rest]


class FoundRecordings(ToolResult):
    """Recordings found, the query as it was sent, and the cursor of the next page."""

    recordings: list[FoundRecording]
    next_cursor: Annotated[str | None, Trusted()]
    query: Annotated[dict[str, str], Trusted()]
    link_pattern: Annotated[str, Trusted()]
    advice: Annotated[str | None, Trusted()] = None

    def text(self) -> ResultText:
        """Return how many there are, then one line each."""
        query = f"Query: {echo_line(self.query)}"
        if not self.recordings:
            return ResultText(answer="No recording found.", closing=f"{self.advice}\n{query}")
        more = f" More with cursor={self.next_cursor}" if self.next_cursor else " That is all."
        years = {one.start_time.year for one in self.recordings if one.start_time}
        year = f" ({min(years)})" if len(years) == 1 else ""
        hosts = [_host(one.start_url) for one in self.recordings]
        rows = [
            one.row(year=not year, host=host is None or host != before)
            for one, host, before in zip(self.recordings, hosts, [None, *hosts], strict=False)
        ]
        return ResultText(
            answer=f"{counted(len(rows), 'recording')}{self._span()}, times in UTC{year}. "
            f"PostHog counts a tap as two clicks.{more}",
            recorded=rows,
            closing=f"In PostHog: {self.link_pattern}\n{query}",
            separator="|",
        )

    def _span(self) -> str:
        """Return the span that was searched; it does not apply to recordings that were named."""
        if "session_ids" in self.query:
            return ""
        until = self.query.get("date_to")
        return f" since {self.query['date_from']}" + (f" until {until}" if until else "")


def _host(address: str | None) -> str | None:
    """Return an address up to its path; None if it has none."""
    found = _UP_TO_THE_PATH.match(address or "")
    return found[0].lower() if found else None


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
    """Find session recordings, newest first.

    Rows: id|start|length/active|counts|person|first page|device, country of the person's latest visit|viewed.
    """
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
        link_pattern=f"{client.replay_url('id').rpartition('/')[0]}/<id>",
        advice=advice,
    )
