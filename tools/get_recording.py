"""Tool: the metadata of one recording."""

from datetime import datetime
from typing import Annotated

from mcp.server.mcpserver import Context

from recordings_mcp.client import Recording
from recordings_mcp.tools._arguments import RecordingArgument
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._result import (
    AddressCell,
    PersonValue,
    ResultText,
    Row,
    ToolResult,
    Trusted,
    TrustedCell,
)
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._wording import counted, length, text_property, when

_SHOWN_PROPERTIES = (
    "$browser",
    "$os",
    "$device_type",
    "$geoip_country_code",
    "$geoip_city_name",
    "plan",
)


class RecordingDetails(ToolResult):
    """One recording's metadata. Times are UTC; durations are seconds; None is not known.

    Counts are PostHog's, where a tap or double click is several clicks. `person_properties` are the person's
    latest, which may be of another device than this recording's.
    """

    id: str
    link: Annotated[str, Trusted()]
    start_time: datetime | None
    duration: float | None
    active_seconds: float | None
    clicks: int | None
    keypresses: int | None
    console_errors: int | None
    console_warnings: int | None
    source: str | None
    viewed: bool | None
    ongoing: bool | None
    start_url: str | None
    person: Annotated[str | None, PersonValue("name")]
    person_uuid: str | None
    distinct_id: Annotated[str | None, PersonValue("name")]
    email: Annotated[str | None, PersonValue("email")]
    person_properties: dict[str, str]

    def text(self) -> ResultText:
        """Return when, how long and how much; then what the browser and the application reported."""
        counts = [
            counted(self.clicks, "click"),
            counted(self.keypresses, "keypress", "keypresses"),
            counted(self.console_errors, "console error"),
            counted(self.console_warnings, "console warning"),
        ]
        lasted = f"{length(self.duration)} long, {length(self.active_seconds)} active"
        state = " Still being recorded." if self.ongoing else ""
        viewed = " Viewed by the API key's owner." if self.viewed else ""
        email = self.email if self.email != self.person else None
        recorded: dict[str, str | PersonValue | None] = {
            "id": self.id,
            "person": self.person and PersonValue("name", self.person),
            "e-mail": email and PersonValue("email", email),
            "distinct id": self.distinct_id and PersonValue("name", self.distinct_id),
            "person uuid": self.person_uuid,
            "first page": self.start_url and AddressCell(self.start_url),
        }
        rows: list[Row] = [[TrustedCell(name), value] for name, value in recorded.items() if value]
        if self.person_properties:
            latest = [f"{name} {value}" for name, value in self.person_properties.items()]
            rows.append([TrustedCell("person's latest"), *latest])
        counted_there = f"PostHog counts {', '.join(counts)}."
        return ResultText(
            answer=f"Recorded {when(self.start_time)}, {lasted}; {counted_there}{state}{viewed}",
            recorded=rows,
            closing=f"In PostHog: {self.link}",
        )


@tool(
    title="Get a recording",
    toolset="recordings",
    hints=READS,
    scopes=("session_recording:read",),
    seconds=60,
    guidance="who, when, how long and how much activity.",
)
async def get_recording(recording: RecordingArgument, context: Context[Services]) -> RecordingDetails:
    """One recording's metadata: person, start, length, active time, counts, first page, link.

    PostHog counts a tap or double click as several clicks.
    """
    client = services_of(context).client
    recording_id = await client.resolve(recording)
    found = await client.get(recording_id)
    return _details(found, client.replay_url(recording_id))


def _details(found: Recording, link: str) -> RecordingDetails:
    person = found.person
    properties = (person.properties if person else None) or {}
    return RecordingDetails(
        id=found.id,
        link=link,
        start_time=found.start_time,
        duration=found.recording_duration,
        active_seconds=found.active_seconds,
        clicks=found.click_count,
        keypresses=found.keypress_count,
        console_errors=found.console_error_count,
        console_warnings=found.console_warn_count,
        source=found.snapshot_source,
        viewed=found.viewed,
        ongoing=found.ongoing,
        start_url=found.start_url,
        person=person.name if person else None,
        person_uuid=person.uuid if person else None,
        distinct_id=found.distinct_id,
        email=text_property(properties, "email"),
        person_properties={
            name.removeprefix("$"): value
            for name in _SHOWN_PROPERTIES
            if (value := text_property(properties, name))
        },
    )
