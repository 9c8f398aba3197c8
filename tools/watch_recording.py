"""Tool: what happened in a recording."""

from typing import TYPE_CHECKING, Annotated, Literal, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from recordings_mcp import replay
from recordings_mcp.reading.timelines import ReadRecording
from recordings_mcp.replay import Kind, clock
from recordings_mcp.tools._arguments import Cursor, Moment, RecordingArgument, TokenBudget
from recordings_mcp.tools._definition import READS, tool
from recordings_mcp.tools._progress import block_progress
from recordings_mcp.tools._reading import READS_EVENTS, gap_sentences, person_values
from recordings_mcp.tools._result import PersonValues, ResultText, ToolResult, Trusted
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._wording import counted, length

if TYPE_CHECKING:
    from recordings_mcp.replay import Timeline, TimelineText

_OWN_WORDS = 700
"""Tokens left for what stands around the timeline: first line, fence, coverage, cut, gaps."""

_LEAST_SHARE = 0.4
"""Part of a small budget that the timeline gets all the same; what stands around it seldom takes 300."""

_NOT_AS_CONSOLE_ERRORS = (
    "Console errors about an uncaught exception or a failed request are shown as exception and "
    "network_error: ask for those kinds too."
)


class TargetData(TypedDict):
    """What something happened to, as the page named it."""

    role: str | None
    name: str | None
    attribute: str | None


@with_config(ConfigDict(extra="allow"))
class ObservationData(TypedDict):
    """One thing that happened, with the fields of its kind. `t` and `last` are seconds from the start."""

    t: float
    window: str
    kind: Kind
    target: TargetData | None
    line: str
    count: int
    last: float | None
    source: Literal["replay", "event"]
    derived: bool


class WatchedRecording(ToolResult):
    """What happened, in the order it happened."""

    answer: Annotated[str, Field(exclude=True)]
    recording: str
    duration: float
    observations: list[ObservationData]
    lines: Annotated[list[str], Field(exclude=True)]
    shown: int
    total: int
    next_cursor: Annotated[str | None, Trusted()]
    notice: Annotated[str | None, Trusted()]
    coverage: Annotated[str, Trusted()]
    gaps: Annotated[list[str], Trusted()]
    person: Annotated[PersonValues, Field(exclude=True)]

    def text(self) -> ResultText:
        """How much there is, the timeline, then what was cut and what could not be seen."""
        return ResultText(
            answer=self.answer,
            recorded="\n".join(self.lines),
            closing="\n".join([*filter(None, [self.notice]), self.coverage, *self.gaps]),
        )

    def person_values(self) -> PersonValues:
        """Who it was, to be hidden when the privacy level is strict."""
        return self.person


@tool(
    title="Watch a recording",
    toolset="recordings",
    hints=READS,
    scopes=("session_recording:read",),
    optional_scopes=READS_EVENTS,
    seconds=300,
    guidance="what the person saw and did, second by second; narrow it with start, end and kinds.",
)
async def watch_recording(
    recording: RecordingArgument,
    context: Context[Services],
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    kinds: Annotated[list[Kind], Field(description="only these kinds")] = [],
    cursor: Cursor | None = None,
    max_tokens: TokenBudget | None = None,
) -> WatchedRecording:
    """What happened in a recording: pages, clicks by name, typing, errors, failed requests, with times."""
    if start is not None and end is not None and start > end:
        raise ToolError(f"start ({clock(start)}) must not be after end ({clock(end)}).")
    services = services_of(context)
    recording_id = await services.client.resolve(recording)
    read = await services.timelines.read(recording_id, block_progress(context))
    most = max_tokens or services.max_tokens
    budget = max(most - _OWN_WORDS, int(most * _LEAST_SHARE))
    try:
        told = replay.render(
            read.timeline, start=start, end=end, kinds=kinds, cursor=cursor, max_tokens=budget
        )
    except replay.InvalidCursorError as error:
        raise ToolError(f"cursor: {error}") from error
    limits = [
        *(["of these kinds"] if kinds else []),
        *(["in this span"] if (start, end, cursor) != (None, None, None) else []),
    ]
    answer = _answer(read.timeline, told, " and ".join(limits))
    notices = [told.notice, _NOT_AS_CONSOLE_ERRORS if _passes_over_errors(read.timeline, kinds) else None]
    notice = " ".join(filter(None, notices)) or None
    person = await person_values(services, recording_id)
    return _watched(recording_id, read, told, answer=answer, notice=notice, person=person)


def _passes_over_errors(timeline: "Timeline", kinds: list[Kind]) -> bool:
    """Whether console errors are asked for, and the recording has some that are told as something else."""
    others = replay.REPLACES_CONSOLE.difference(kinds)
    return "console_error" in kinds and any(seen.kind in others for seen in timeline.observations)


def _answer(timeline: "Timeline", told: "TimelineText", limits: str) -> str:
    """How long, and how much of what there is."""
    everything = len(timeline.observations)
    if told.total == everything:
        much = f", {counted(everything, 'observation')}"
    elif told.total:
        much = f", {told.total} of its {everything} observations"
    else:
        much = f"; none of its {counted(everything, 'observation')} is {limits}"
    one_by_one = "" if told.shown == told.total else f", {told.shown} of them one by one"
    return f"{length(timeline.duration)} long{much}{one_by_one}."


def _watched(
    recording_id: str,
    read: ReadRecording,
    told: "TimelineText",
    *,
    answer: str,
    notice: str | None,
    person: PersonValues,
) -> WatchedRecording:
    return WatchedRecording(
        answer=answer,
        recording=recording_id,
        duration=read.timeline.duration,
        observations=[
            cast("ObservationData", replay.observation_as_dict(seen)) for seen in told.observations
        ],
        lines=told.lines,
        shown=told.shown,
        total=told.total,
        next_cursor=told.next_cursor,
        notice=notice,
        coverage=replay.describe_coverage(read.timeline.coverage),
        gaps=gap_sentences(read.gaps),
        person=person,
    )
