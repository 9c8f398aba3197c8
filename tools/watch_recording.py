"""Tool: what happened in a recording."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, cast

from anyio import to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ConfigDict, Field, WithJsonSchema, with_config
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

_RESERVED = 250
"""Tokens reserved for what is around the timeline beside coverage and gaps: first line, fence, notices."""

_LEAST_SHARE = 0.3
"""The timeline's minimum share of a small budget."""

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
    good_web_vitals_left_out: int
    next_cursor: Annotated[str | None, Trusted()]
    notice: Annotated[str | None, Trusted()]
    coverage: Annotated[str, Trusted()]
    gaps: Annotated[list[str], Trusted()]
    person: Annotated[PersonValues, Field(exclude=True)]

    def text(self) -> ResultText:
        """Return how much there is, the timeline, what was cut, and what could not be read."""
        return ResultText(
            answer=self.answer,
            recorded="\n".join(self.lines),
            closing="\n".join([*filter(None, [self.notice]), self.coverage, *self.gaps]),
        )

    def person_values(self) -> PersonValues:
        """Return the person's own values, which the strict privacy level hides."""
        return self.person


@tool(
    title="Watch a recording",
    toolset="recordings",
    hints=READS,
    scopes=("session_recording:read",),
    optional_scopes=READS_EVENTS,
    seconds=300,
    guidance="what the person did, second by second; narrow it with start, end, kinds and without.",
)
async def watch_recording(
    recording: RecordingArgument,
    context: Context[Services],
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    kinds: Annotated[list[Kind], Field(description="only these kinds")] = [],
    without: Annotated[
        list[Kind],
        Field(description="leave these kinds out"),
        # The kinds are in the schema of `kinds`; a second time they would cost 90 tokens.
        WithJsonSchema({"type": "array", "items": {"type": "string"}}),
    ] = [],
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
    coverage = replay.describe_coverage(read.timeline.coverage)
    around = _RESERVED + replay.estimate_tokens("\n".join([coverage, *gap_sentences(read.gaps)]))
    budget = max(most - around, int(most * _LEAST_SHARE))
    try:
        render = partial(
            replay.render,
            read.timeline,
            start=start,
            end=end,
            kinds=kinds,
            without=without,
            cursor=cursor,
            max_tokens=budget,
        )
        # The longest timelines take more than a second, in which other calls go on and this one may end.
        rendered = await to_thread.run_sync(render, abandon_on_cancel=True)
    except replay.InvalidCursorError as error:
        raise ToolError(f"cursor: {error}") from error
    limits = [
        *(["of these kinds"] if kinds or without else []),
        *(["in this span"] if (start, end, cursor) != (None, None, None) else []),
    ]
    answer = _answer(read.timeline, rendered, " and ".join(limits))
    notices = [
        rendered.notice,
        _NOT_AS_CONSOLE_ERRORS if _misses_console_errors(read.timeline, kinds) else None,
    ]
    notice = " ".join(filter(None, notices)) or None
    person = await person_values(services, recording_id)
    return _watched(
        recording_id, read, rendered, answer=answer, notice=notice, coverage=coverage, person=person
    )


def _misses_console_errors(timeline: "Timeline", kinds: list[Kind]) -> bool:
    """Return whether console errors are requested, and some may be shown as another kind."""
    others = replay.REPLACES_CONSOLE.difference(kinds)
    return "console_error" in kinds and any(seen.kind in others for seen in timeline.observations)


def _answer(timeline: "Timeline", rendered: "TimelineText", limits: str) -> str:
    """Return the recording's length, and how much of it is rendered."""
    everything = len(timeline.observations) - rendered.left_out
    if rendered.total == everything:
        much = f", {counted(everything, 'observation')}"
    elif rendered.total:
        much = f", {rendered.total} of its {everything} observations"
    else:
        much = f"; none of its {counted(everything, 'observation')} is {limits}"
    one_by_one = "" if rendered.shown == rendered.total else f", {rendered.shown} of them one by one"
    vitals = counted(rendered.left_out, "web vital")
    quiet = f"; {vitals}, none poor, left out" if rendered.left_out else ""
    return f"{length(timeline.duration)} long{much}{one_by_one}{quiet}."


def _watched(
    recording_id: str,
    read: ReadRecording,
    rendered: "TimelineText",
    *,
    answer: str,
    notice: str | None,
    coverage: str,
    person: PersonValues,
) -> WatchedRecording:
    return WatchedRecording(
        answer=answer,
        recording=recording_id,
        duration=read.timeline.duration,
        observations=[
            cast("ObservationData", replay.observation_as_dict(seen)) for seen in rendered.observations
        ],
        lines=rendered.lines,
        shown=rendered.shown,
        total=rendered.total,
        good_web_vitals_left_out=rendered.left_out,
        next_cursor=rendered.next_cursor,
        notice=notice,
        coverage=coverage,
        gaps=gap_sentences(read.gaps),
        person=person,
    )
