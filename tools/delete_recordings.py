"""Tool: delete recordings permanently."""

from collections import Counter
from typing import Annotated

from mcp.server.mcpserver import Context

from recordings_mcp.client import DeletionOutcome, RecordingFilters
from recordings_mcp.tools._arguments import RecordingsArgument
from recordings_mcp.tools._definition import DESTROYS, tool
from recordings_mcp.tools._result import ResultText
from recordings_mcp.tools._services import Services, services_of
from recordings_mcp.tools._wording import counted
from recordings_mcp.tools.confirmation import (
    ConfirmationToken,
    NotExecuted,
    Operation,
    OperationResult,
    Permit,
    Preview,
    Wording,
    confirmed,
)

_WORDS = Wording(
    question="Delete {recordings} for good?",
    consequence="PostHog destroys the data at once: this cannot be undone, by anyone.",
    nothing_done="Nothing was deleted.",
)
_STATUS_IN_WORDS = {"already_gone": "not in this project", "not_tried": "not tried"}
_GONE = "This project has no such recording: deleted before, expired, or of another project."


class DeletedRecordings(OperationResult):
    """What became of each recording. Status: deleted, already_gone, failed or not_tried."""

    outcomes: tuple[DeletionOutcome, ...] = ()

    def text(self) -> ResultText:
        """Return how many of each outcome, then one line for each recording."""
        if not self.outcomes:
            return super().text()
        rows = [[one.id, one.status, *([one.reason] if one.reason else [])] for one in self.outcomes]
        return ResultText(answer=self.message, recorded=rows, closing=self.advice or "")


async def _deletion(recordings: RecordingsArgument, context: Context[Services]) -> Operation:
    services = services_of(context)
    client = services.client
    await services.scopes.require(*delete_recordings.scopes)
    ids = list(dict.fromkeys([await client.resolve(recording) for recording in recordings]))

    async def look() -> Preview:
        page = await client.search(RecordingFilters(session_ids=tuple(ids), limit=len(ids)))
        found = tuple(recording for recording in page.results if recording.id in ids)
        preview = Preview(found, named=tuple(ids))
        if not found:
            raise NotExecuted(_deleted(recordings, preview, []))
        return preview

    return Operation(
        tool="delete_recordings",
        arguments={"recordings": sorted(ids)},
        project=f"{client.host} {await client.project_id()}",
        wording=_WORDS,
        links=[client.replay_url(recording_id) for recording_id in ids[:3]],
        look=look,
    )


@tool(
    title="Delete recordings",
    toolset="manage",
    hints=DESTROYS,
    scopes=("session_recording:read", "session_recording:write"),
    guidance="deletes permanently, after the user has agreed to exactly these recordings.",
)
async def delete_recordings(
    recordings: RecordingsArgument,
    permit: Annotated[Permit, confirmed(_deletion)],
    context: Context[Services],
    *,
    confirmation: ConfirmationToken | None = None,
) -> DeletedRecordings:
    """Delete recordings permanently. Asks the user first, or returns a preview to show to them."""
    services = services_of(context)
    with permit.attempt() as attempt:
        outcomes = await services.client.delete_many(permit.preview.ids)
        attempt.outcome = _summary(outcomes)
    for outcome in outcomes:
        services.timelines.forget(outcome.id)
    return _deleted(recordings, permit.preview, outcomes)


def _deleted(asked: list[str], preview: Preview, outcomes: list[DeletionOutcome]) -> DeletedRecordings:
    known = {outcome.id: outcome for outcome in outcomes}
    everything = [
        known.get(one) or DeletionOutcome(id=one, status="already_gone", reason=_GONE)
        for one in preview.named
    ]
    twice = len(asked) - len(everything)
    # What failed may be gone all the same, so this is certain only of those that were not there.
    nothing = all(outcome.status == "already_gone" for outcome in everything)
    return DeletedRecordings(
        done=any(outcome.status == "deleted" for outcome in everything),
        message=f"{'Nothing was deleted: ' if nothing else ''}{_summary(everything)}.",
        advice=f"Named more than once: {counted(twice, 'recording')}." if twice else None,
        outcomes=tuple(everything),
    )


def _summary(outcomes: list[DeletionOutcome]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    return ", ".join(f"{number} {_STATUS_IN_WORDS.get(status, status)}" for status, number in counts.items())
