"""Tool: mark recordings as viewed or analyzed."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from recordings_mcp.client import RecordingDeleted, RecordingNotFound, RecordingsClient, RecordingsError
from recordings_mcp.tools._arguments import RecordingsArgument
from recordings_mcp.tools._definition import MARKS, tool
from recordings_mcp.tools._progress import report_progress
from recordings_mcp.tools._reconcile import reconcile_unknown_outcome
from recordings_mcp.tools._result import ResultText, Row, ToolResult, Trusted
from recordings_mcp.tools._services import Services, services_of

_ONLY_FORWARD = "an API key can set this mark but not remove it; a person can remove viewed in PostHog"
_NOTHING_TO_MARK = (
    "Nothing to mark: set viewed or analyzed to true. An API key can change nothing else of a recording."
)
_IN_WORDS = {"not_found": "not in this project", "not_tried": "not tried"}

MarkStatus = Literal["marked", "not_found", "failed", "unknown", "not_tried"]


def _must_be_true(mark: bool) -> bool:  # noqa: FBT001 - a validator's value
    if not mark:
        raise ValueError(_ONLY_FORWARD)
    return mark


def _one_as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Mark = Annotated[bool, AfterValidator(_must_be_true), Field(description="only true; cannot be removed")]


class MarkOutcome(BaseModel):
    """What became of one recording; `reason` says why it was not marked, or what is not known."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    recording: str
    status: Annotated[MarkStatus, Trusted()]
    link: Annotated[str, Trusted()]
    reason: Annotated[str | None, Trusted()] = None


def _row(one: MarkOutcome) -> Row:
    """Return what became of a recording; why, unless it is not there, of which the reason says no more."""
    reason = one.reason if one.status != "not_found" else None
    return [one.recording, _in_words(one.status), *([reason] if reason else [])]


class MarkedRecordings(ToolResult):
    """The marks that were set, and what became of each recording."""

    marks: Annotated[list[str], Trusted()]
    outcomes: list[MarkOutcome]

    def text(self) -> ResultText:
        """Return what was set, then a line for each recording that was not marked."""
        rest = [one for one in self.outcomes if one.status != "marked"]
        rows = [_row(one) for one in rest]
        summary = _summary(self.marks, self.outcomes)
        return ResultText(
            answer=f"{summary[0].upper()}{summary[1:]}.",
            recorded=rows,
            closing="The others are marked." if 0 < len(rest) < len(self.outcomes) else "",
        )


@tool(
    title="Mark recordings",
    toolset="manage",
    hints=MARKS,
    scopes=("session_recording:read", "session_recording:write"),
    guidance="marks recordings as viewed or analyzed; nothing else can be changed.",
    former_name="update_recording",
    former_arguments={"recording": "recordings"},
)
async def update_recordings(
    recordings: Annotated[RecordingsArgument, BeforeValidator(_one_as_list)],
    context: Context[Services],
    *,
    viewed: Mark | None = None,
    analyzed: Mark | None = None,
) -> MarkedRecordings:
    """Mark recordings as viewed by the API key's owner, or as analyzed, which PostHog only counts.

    An API key can remove neither mark.
    """
    marks = [name for name, mark in {"viewed": viewed, "analyzed": analyzed}.items() if mark]
    if not marks:
        raise ToolError(_NOTHING_TO_MARK)
    services = services_of(context)
    client = services.client
    await services.scopes.require(*update_recordings.scopes)
    ids = list(dict.fromkeys([await client.resolve(recording) for recording in recordings]))
    outcomes: list[MarkOutcome] = []
    caller = services.caller
    with services.audit.attempt(update_recordings.name, ids, caller=caller, policy="none") as attempt:
        for recording_id in ids:
            outcomes.append(await _marked(client, recording_id, outcomes, alone=len(ids) == 1, marks=marks))
            attempt.outcome = f"interrupted after: {_summary(marks, outcomes)}"
            await report_progress(context, len(outcomes), len(ids), f"{len(outcomes)} of {len(ids)} done")
        attempt.outcome = _summary(marks, outcomes)
    if all(one.status == "not_found" for one in outcomes):
        raise ToolError(f"Nothing was marked: none of the {len(ids)} recordings is in this project.")
    return MarkedRecordings(marks=marks, outcomes=outcomes)


async def _marked(
    client: RecordingsClient,
    recording_id: str,
    before: Sequence[MarkOutcome],
    *,
    alone: bool,
    marks: Sequence[str],
) -> MarkOutcome:
    """Mark a recording. What stops one of several stops the rest, except that it is not there.

    Raises:
        RecordingsError: Nothing was marked, for a reason that applies to all recordings.
    """
    link = client.replay_url(recording_id)
    if any(one.status in {"failed", "unknown", "not_tried"} for one in before):
        return MarkOutcome(recording=recording_id, status="not_tried", link=link)

    async def mark() -> bool:
        await client.update(recording_id, **dict.fromkeys(marks, True))
        return True

    async def look() -> bool | None:
        return (await client.get(recording_id)).viewed or None

    try:
        # Only the mark of having viewed can be read.
        await (mark() if "analyzed" in marks else reconcile_unknown_outcome(mark(), look))
    except (RecordingNotFound, RecordingDeleted) as error:
        if alone:
            raise
        return MarkOutcome(recording=recording_id, status="not_found", link=link, reason=str(error))
    except RecordingsError as error:
        if not before:
            raise
        status: MarkStatus = "unknown" if error.outcome_unknown else "failed"
        return MarkOutcome(recording=recording_id, status=status, link=link, reason=str(error))
    return MarkOutcome(recording=recording_id, status="marked", link=link)


def _summary(marks: Sequence[str], outcomes: Sequence[MarkOutcome]) -> str:
    """Return what was set, and how many of each outcome where there are several: trusted words only."""
    counts: Counter[MarkStatus] = Counter(one.status for one in outcomes)
    done = f"marked as {' and '.join(marks)}"
    if len(outcomes) == 1 and counts["marked"]:
        return done
    said = [f"{counts['marked']} {done}"]
    said += [f"{number} {_in_words(status)}" for status, number in counts.items() if status != "marked"]
    return ", ".join(said)


def _in_words(status: MarkStatus) -> str:
    return _IN_WORDS.get(status, status)
