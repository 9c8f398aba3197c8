"""Tool: a recording in short."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from mcp.server.mcpserver import Context
from pydantic import Field

from recordings_mcp import replay
from recordings_mcp.client import Recording
from recordings_mcp.reading.timelines import ReadRecording
from recordings_mcp.tools._arguments import RecordingArgument
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._digest_fields import ChapterField, EvidenceField, LinkTo, MomentField
from recordings_mcp.tools._digest_rows import fitting
from recordings_mcp.tools._next_calls import NextCall, next_calls
from recordings_mcp.tools._progress import block_progress
from recordings_mcp.tools._reading import READS_EVENTS, gap_sentences, values_of
from recordings_mcp.tools._result import (
    PersonValue,
    PersonValues,
    ResultText,
    Row,
    ToolResult,
    Trusted,
    TrustedCell,
)
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._wording import counted, length, when

if TYPE_CHECKING:
    from recordings_mcp.replay import Device, Digest

_TOKENS = 1_100
"""Tokens of a summary: 1,200, less what redaction may add."""

_FENCE = 60
"""Tokens of the fence, and of the line that says what was hidden."""

_MOST_LINKS = 3
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEVICE = ("device_type", "browser", "os")
_PLACE = ("geoip_country_code", "geoip_city_name")


class RecordingSummary(ToolResult):
    """A recording in short. Times and lengths are seconds; None is not known.

    `finding`, every `says` and every `reason` are trusted; `recorded` and `evidence` are untrusted text.
    `person_properties` are of the person's latest session, `session_device` is of this one.
    """

    recording: str
    link: Annotated[str, Trusted()]
    finding: Annotated[str, Trusted()]
    outcome: Annotated[str, Trusted()]
    outcome_evidence: list[EvidenceField]
    start_time: datetime | None
    duration: float
    active_seconds: float | None
    activity_score: float | None
    clicks: int
    fields_filled: int
    windows: int
    viewport: list[int] | None
    device: Annotated[str | None, Trusted()]
    counts: Annotated[dict[str, int], Trusted()]
    person: Annotated[str | None, PersonValue("name")]
    person_properties: dict[str, str]
    session_device: dict[str, str]
    pages: list[str]
    moments: list[MomentField]
    chapters: list[ChapterField]
    coverage: Annotated[str, Trusted()]
    gaps: Annotated[list[str], Trusted()]
    next_calls: list[NextCall]
    known: Annotated[PersonValues, Field(exclude=True)]

    def text(self) -> ResultText:
        """Return the finding, then the person, moments and pages, then gaps and what to call next."""
        answer = "\n".join(filter(None, [self.finding, self._facts(), self._outcome()]))
        who = self._who()
        closing = self._closing("")
        space = _TOKENS - _FENCE - replay.estimate_tokens(f"{answer}{closing}{who}")
        moments, chapters = fitting(self.moments, self.chapters, windows=self.windows, space=space)
        recorded: list[Row] = [[TrustedCell("person"), *who], *moments, *chapters]
        return ResultText(
            answer=answer, recorded=recorded, closing=self._closing(self._cut(moments, chapters))
        )

    def person_values(self) -> PersonValues:
        """Return the person's own values, which the strict privacy level hides."""
        return self.known

    def _who(self) -> Row:
        """Return the person, the device of this session or else of the latest one, and the place."""
        known = self.person_properties
        latest = [known[name] for name in _DEVICE if name in known]
        place = [known[name] for name in _PLACE if name in known]
        device = [*self.session_device.values()] or latest
        proviso = ["device of the latest visit"] if latest and not self.session_device else []
        return [PersonValue("name", self.person or "unknown person"), *device, *place, *proviso]

    def _facts(self) -> str:
        size = f"{self.viewport[0]} by {self.viewport[1]} pixels" if self.viewport else "unknown size"
        device = f" ({self.device})" if self.device else ""
        score = f", activity score {self.activity_score:g}" if self.activity_score is not None else ""
        lasted = f"{length(self.duration)} long, {length(self.active_seconds)} active"
        seen = f"{counted(len(self.pages), 'page')}, {counted(self.windows, 'window')} of {size}{device}"
        done = f"{counted(self.clicks, 'click')}, {counted(self.fields_filled, 'field')} filled in{score}"
        return f"Recorded {when(self.start_time)}, {lasted}; {seen}; {done}."

    def _outcome(self) -> str:
        """Return the outcome and when its evidence happened; the finding says what happened."""
        times = ", ".join(dict.fromkeys(length(piece.t) for piece in self.outcome_evidence))
        based = f", based on {times}" if times else ""
        return f"Outcome: {self.outcome.replace('_', ' ')}{based}."

    def _cut(self, moments: list[Row], chapters: list[Row]) -> str:
        left = [
            counted(len(self.moments) - len(moments), "moment") if len(moments) < len(self.moments) else "",
            counted(len(self.chapters) - len(chapters), "page") if len(chapters) < len(self.chapters) else "",
        ]
        said = " and ".join(filter(None, left))
        return f"Left out to stay short: {said}; watch_recording shows them." if said else ""

    def _closing(self, cut: str) -> str:
        links = [f"{length(moment.t)} {moment.link}" for moment in self.moments[:_MOST_LINKS]]
        watch = f"In PostHog: {', '.join(links) or self.link}"
        if len(self.moments) > _MOST_LINKS:
            watch += "; the other moments with their own ?t="
        calls = ["Next:", *(f"- {call.line()}" for call in self.next_calls)]
        return "\n".join([*filter(None, [cut, watch, self.coverage]), *self.gaps, *calls])


@tool(
    title="Summarize a recording",
    toolset="recordings",
    hints=READS,
    scopes=("session_recording:read",),
    optional_scopes=READS_EVENTS,
    seconds=300,
    guidance="what went wrong or well, with the moments that show it; call it before watching everything.",
)
async def summarize_recording(recording: RecordingArgument, context: Context[Services]) -> RecordingSummary:
    """A recording in short: outcome with its evidence, moments that matter, pages, and what to call next."""
    services = services_of(context)
    recording_id = await services.client.resolve(recording)
    found = await services.client.get(recording_id)
    read = await services.timelines.read(recording_id, block_progress(context))
    digest = await to_thread.run_sync(replay.digest_timeline, read.timeline, abandon_on_cancel=True)

    def link_to(t: float) -> str:
        return services.client.replay_url(recording_id, int(t))

    return _summary(found, read, digest, services.client.replay_url(recording_id), link_to)


def _summary(
    found: Recording, read: ReadRecording, digest: "Digest", link: str, link_to: LinkTo
) -> RecordingSummary:
    overview = digest.overview
    person = found.person
    named = found.id if _PLAIN_ID.fullmatch(found.id) else link
    return RecordingSummary(
        recording=found.id,
        link=link,
        finding=digest.finding,
        outcome=digest.outcome.status,
        outcome_evidence=[EvidenceField.of(piece, link_to) for piece in digest.outcome.evidence],
        start_time=found.start_time,
        duration=overview.duration,
        active_seconds=overview.active if found.active_seconds is None else found.active_seconds,
        activity_score=_activity(found),
        clicks=overview.counts.get("click", 0),
        fields_filled=sum(len(chapter.fields) for chapter in digest.chapters),
        windows=overview.windows,
        viewport=list(overview.viewport) if overview.viewport else None,
        device=overview.device,
        counts=dict[str, int](overview.counts.items()),
        person=(person.name if person else None) or found.distinct_id,
        person_properties=_person_properties(found),
        session_device=_device(read.timeline.device),
        pages=list(overview.pages),
        moments=[MomentField.of(moment, link_to) for moment in digest.moments],
        chapters=[ChapterField.of(chapter) for chapter in digest.chapters],
        coverage=replay.describe_coverage(read.timeline.coverage),
        gaps=gap_sentences(read.gaps),
        known=values_of(found),
        next_calls=next_calls(named, digest, person.uuid if person else None),
    )


def _activity(found: Recording) -> float | None:
    """Return PostHog's own score, which only lists include, or compute it from the recording's counts."""
    if found.activity_score is not None:
        return found.activity_score
    counts = {name: getattr(found, name) for name in replay.ActivityCounts.__dataclass_fields__}
    if any(count is None for count in counts.values()):
        return None
    return replay.activity_score(replay.ActivityCounts(**counts))


def _person_properties(found: Recording) -> dict[str, str]:
    properties = (found.person.properties if found.person else None) or {}
    return {name: str(properties[f"${name}"]) for name in (*_DEVICE, *_PLACE) if properties.get(f"${name}")}


def _device(device: "Device") -> dict[str, str]:
    values = zip(_DEVICE, (device.kind, device.browser, device.system), strict=True)
    return {name: value for name, value in values if value}
