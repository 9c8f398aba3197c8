"""Tool: several recordings side by side."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ConfigDict, Field

from recordings_mcp import replay
from recordings_mcp.client import Recording, RecordingFilters, RecordingsClient, RecordingsError, deadline
from recordings_mcp.reading.read_many import DigestedRecording, ManyRecordings, UnreadRecording
from recordings_mcp.tools._arguments import RecordingText
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._progress import report_progress
from recordings_mcp.tools._reading import READS_EVENTS, gap_sentences, values_of
from recordings_mcp.tools._result import (
    CountsByName,
    PersonValue,
    PersonValues,
    ResultText,
    Row,
    ToolResult,
    Trusted,
    TrustedCell,
)
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._wording import counted, length

if TYPE_CHECKING:
    from recordings_mcp.privacy import PiiKind
    from recordings_mcp.replay import Branch, Moment

_FEWEST = 2
_MOST_TROUBLES = 6
_MOST_LINES = 6
_MOST_MOMENTS = 4
_SECONDS_FOR_NAMES = 4
"""Seconds for the names of the people, found while recordings are read; the answer is complete without."""


class _Field(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class ComparedRecording(_Field):
    """One recording; `number` is its position in this answer. Times are seconds."""

    number: int
    recording: str
    person: Annotated[str | None, PersonValue("name")]
    link: Annotated[str, Trusted()]
    duration: float
    outcome: Annotated[str, Trusted()]
    finding: Annotated[str, Trusted()]
    gaps: Annotated[list[str], Trusted()]


class Glimpse(_Field):
    """A moment of one of the recordings, in seconds from its start."""

    number: int
    t: float
    link: Annotated[str, Trusted()]


class SharedTrouble(_Field):
    """What went wrong in more than one recording, and a moment of each that has it."""

    says: Annotated[str, Trusted()]
    evidence: str
    moments: list[Glimpse]


class SharedLine(_Field):
    """A line on the console of more than one recording, with the first of each in seconds from its start."""

    kind: Annotated[str, Trusted()]
    line: str
    moments: list[Glimpse]


class Parting(_Field):
    """Where recordings went after the last shared page; None if the recording ended."""

    page: str | None
    numbers: list[int]


class UnreadableRecording(_Field):
    """A requested recording that could not be read."""

    reference: str
    reason: Annotated[str, Trusted()]


class ComparedRecordings(ToolResult):
    """Recordings side by side; `number` refers to `recordings`."""

    finding: Annotated[str, Trusted()]
    recordings: list[ComparedRecording]
    shared_path: list[str]
    partings: list[Parting]
    popular_pages: Annotated[dict[str, int], CountsByName()]
    troubles: list[SharedTrouble]
    console: list[SharedLine]
    unreadable: list[UnreadableRecording]
    known: Annotated[PersonValues, Field(exclude=True)]

    def text(self) -> ResultText:
        """Return what they have in common, a line for each, and what was not read."""
        return ResultText(answer=self._answer(), recorded=self._recorded(), closing=self._closing())

    def person_values(self) -> PersonValues:
        """Return the persons' own values, which the strict privacy level hides."""
        return self.known

    def _answer(self) -> str:
        unread = f" {counted(len(self.unreadable), 'recording')} not read." if self.unreadable else ""
        lines = [f"{one.number}. {length(one.duration)} long. {one.finding}" for one in self.recordings]
        return "\n".join([f"{self.finding}{unread}", *lines])

    def _recorded(self) -> list[Row]:
        ids: list[Row] = [
            [
                TrustedCell(f"{one.number}."),
                one.recording,
                *([PersonValue("name", one.person)] if one.person else []),
            ]
            for one in self.recordings
        ]
        path: list[Row] = (
            [[TrustedCell("shared path"), " > ".join(self.shared_path)]] if self.shared_path else []
        )
        partings: list[Row] = [
            [
                TrustedCell("then"),
                parting.page or "the recording ends",
                TrustedCell(_numbers(parting.numbers)),
            ]
            for parting in self.partings
        ]
        popular: list[Row] = [
            [TrustedCell("visited by most"), page, TrustedCell(f"{count} of {len(self.recordings)}")]
            for page, count in self.popular_pages.items()
        ]
        troubles = [_trouble_row(trouble) for trouble in self.troubles[:_MOST_TROUBLES]]
        console = [_line_row(line) for line in self.console[:_MOST_LINES]]
        unread: list[Row] = [[TrustedCell("not read"), unread.reference] for unread in self.unreadable]
        return [*ids, *path, *partings, *popular, *troubles, *console, *unread]

    def _closing(self) -> str:
        unread = [f"Not read, {place}. {one.reason}" for place, one in enumerate(self.unreadable, 1)]
        gaps = [f"Of {one.number}: {gap}" for one in self.recordings for gap in one.gaps]
        more = len(self.troubles) - _MOST_TROUBLES
        cut = [f"{counted(more, 'more thing')} in common, not shown."] if more > 0 else []
        lines = len(self.console) - _MOST_LINES
        cut += [f"{counted(lines, 'more console line')} in common, not shown."] if lines > 0 else []
        pattern = f"In PostHog: {self.recordings[0].link.rpartition('/')[0]}/<id>?t=<seconds>"
        return "\n".join([*cut, *gaps, *unread, pattern])


@tool(
    title="Compare recordings",
    toolset="recordings",
    hints=READS,
    scopes=("session_recording:read",),
    optional_scopes=READS_EVENTS,
    seconds=600,
    guidance="what 2 to 20 recordings have in common, where they differ, what went wrong in several.",
)
async def compare_recordings(
    recordings: Annotated[
        list[RecordingText], Field(min_length=2, max_length=20, description="ids or links")
    ],
    context: Context[Services],
) -> ComparedRecordings:
    """Several recordings side by side: shared path, where they part, errors and friction in common."""
    services = services_of(context)
    references = list(dict.fromkeys(reference.strip() for reference in recordings))

    async def report(done: int) -> None:
        await report_progress(context, done, len(references), f"{done} of {len(references)} recordings read")

    people: dict[str, Recording] = {}
    results: list[DigestedRecording | UnreadRecording] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_find_people, services.client, references, people)
        results = await ManyRecordings(services.client, services.timelines, report).read(references)
    readable = {result.id: result for result in results if isinstance(result, DigestedRecording)}
    unread = [result for result in results if isinstance(result, UnreadRecording)]
    if not readable:
        raise ToolError(_nothing_read(unread))
    if len(readable) + len(unread) < _FEWEST:
        raise ToolError("recordings: these are all the same recording; name at least two different ones.")
    return _compared(services.client, list(readable.values()), unread, people)


async def _find_people(
    client: RecordingsClient, references: Sequence[str], people: dict[str, Recording]
) -> None:
    """Add the recordings' metadata to `people` by id, from one request; nothing if PostHog takes too long."""
    ids: list[str] = []
    with suppress(RecordingsError), deadline(_SECONDS_FOR_NAMES):
        for reference in references:
            with suppress(RecordingsError):  # the reading says what is wrong with it
                ids.append(await client.resolve(reference))
        page = await client.search(RecordingFilters(session_ids=tuple(ids), limit=len(ids)))
        people.update({recording.id: recording for recording in page.results})


def _nothing_read(unread: Sequence[UnreadRecording]) -> str:
    reasons = list(dict.fromkeys(one.reason for one in unread))
    return f"None of the {len(unread)} recordings could be read. {' '.join(reasons)}"


def _compared(
    client: RecordingsClient,
    readable: Sequence[DigestedRecording],
    unread: Sequence[UnreadRecording],
    people: Mapping[str, Recording],
) -> ComparedRecordings:
    comparison = replay.compare_digests([one.digest for one in readable])

    def glimpses(times: Mapping[int, float]) -> list[Glimpse]:
        return [
            Glimpse(number=index + 1, t=t, link=client.replay_url(readable[index].id, int(t)))
            for index, t in times.items()
        ]

    return ComparedRecordings(
        finding=comparison.finding,
        recordings=[_line(client, number, one, people.get(one.id)) for number, one in enumerate(readable, 1)],
        shared_path=list(comparison.way.pages),
        partings=[_parting(branch) for branch in comparison.way.branches],
        popular_pages=dict(comparison.way.popular),
        troubles=[
            SharedTrouble(says=one.says, evidence=one.evidence, moments=glimpses(_times(one.moments)))
            for one in comparison.troubles
        ],
        console=[
            SharedLine(kind=one.kind, line=one.text, moments=glimpses(one.times))
            for one in comparison.console
        ],
        unreadable=[UnreadableRecording(reference=one.reference, reason=one.reason) for one in unread],
        known=_known([people[one.id] for one in readable if one.id in people]),
    )


def _times(moments: "Mapping[int, Moment]") -> dict[int, float]:
    return {index: moment.t for index, moment in moments.items()}


def _known(people: Iterable[Recording]) -> PersonValues:
    values: dict[PiiKind, list[str]] = {}
    for recording in people:
        for kind, known in values_of(recording).items():
            values.setdefault(kind, []).extend(known)
    return values


def _line(
    client: RecordingsClient, number: int, one: DigestedRecording, about: Recording | None
) -> ComparedRecording:
    person = about.person if about else None
    return ComparedRecording(
        number=number,
        recording=one.id,
        person=(person.name if person else None) or (about.distinct_id if about else None),
        link=client.replay_url(one.id),
        duration=one.digest.overview.duration,
        outcome=one.digest.outcome.status,
        finding=one.digest.finding,
        gaps=gap_sentences(one.gaps),
    )


def _parting(branch: "Branch") -> Parting:
    return Parting(page=branch.page, numbers=[index + 1 for index in branch.recordings])


def _trouble_row(trouble: SharedTrouble) -> Row:
    says = TrustedCell(f"in {len(trouble.moments)}: {trouble.says}")
    return [says, _where(trouble.moments), trouble.evidence]


def _line_row(line: SharedLine) -> Row:
    return [TrustedCell(f"in {len(line.moments)}: {line.kind}"), _where(line.moments), line.line]


def _where(moments: Sequence[Glimpse]) -> TrustedCell:
    shown = ", ".join(f"{one.number} at {length(one.t)}" for one in moments[:_MOST_MOMENTS])
    more = len(moments) - _MOST_MOMENTS
    return TrustedCell(f"{shown} and {more} more" if more > 0 else shown)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)
