"""Delete many recordings and report the outcome of each."""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from recordings_mcp.client._errors import RecordingsError, ServerFailed, Unreachable
from recordings_mcp.client._filters import RecordingFilters
from recordings_mcp.client._models import BulkDeletion, DeletionOutcome, Recording, RecordingPage
from recordings_mcp.client._refusals import (
    InvalidRequest,
    MissingScope,
    NotFound,
    PermissionDenied,
    ProjectNotAllowed,
    RecordingDeleted,
    RecordingNotFound,
    RequestRefused,
)

MOST_AT_ONCE = 100
"""Recordings in one bulk request at most; 20 on servers from before July 2026."""

MOST_AT_ONCE_BEFORE = 20

Status = Literal["deleted", "already_gone", "failed", "not_tried"]

_METHOD_NOT_ALLOWED = 405


class _Client(Protocol):
    async def search(self, filters: RecordingFilters | None = None) -> RecordingPage: ...
    async def get(self, recording_id: str) -> Recording: ...
    async def delete(self, recording_id: str) -> None: ...
    async def bulk_delete(self, recording_ids: Sequence[str]) -> BulkDeletion: ...


class Deletion:
    """One call of `delete_many`.

    PostHog's bulk request silently skips what it does not find, and only counts what it deleted. So the
    recordings are listed before, and again afterwards when the count leaves open what happened.

    Args:
        client: Sends the requests.
    """

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._outcomes: dict[str, DeletionOutcome] = {}
        self._stopped: str | None = None

    async def run(self, recording_ids: Sequence[str]) -> list[DeletionOutcome]:
        """Delete recordings; return one outcome for each different id, in order.

        Raises:
            RecordingsError: Nothing was deleted, for a reason that applies to all of them.
        """
        unique = list(dict.fromkeys(recording_ids))
        for group in _groups(unique, MOST_AT_ONCE):
            await self._guarded(group)
        return [self._outcomes[recording_id] for recording_id in unique]

    async def _guarded(self, group: Sequence[str]) -> None:
        """Delete a group. After the first outcome, an error stops the work and keeps the outcomes."""
        if self._stopped is None:
            try:
                await self._delete(group)
            except RecordingsError as error:
                if not self._outcomes:
                    raise
                self._stopped = str(error)
        left = [recording_id for recording_id in group if recording_id not in self._outcomes]
        self._note(left, "not_tried", self._stopped)

    async def _delete(self, group: Sequence[str]) -> None:
        existing = await self._existing(group)
        try:
            answer = await self._client.bulk_delete(group)
        except RequestRefused as error:
            await self._delete_otherwise(group, existing, error)
        except RecordingsError as error:
            if not error.outcome_unknown:
                raise
            await self._list_again(group, existing, error)
        else:
            await self._reconcile(group, existing, answer)

    async def _delete_otherwise(
        self, group: Sequence[str], existing: set[str], error: RequestRefused
    ) -> None:
        """Delete on a server that refuses the bulk request, or one of this size."""
        if _refuses_bulk(error):
            await self._delete_one_by_one(group, existing)
        elif isinstance(error, InvalidRequest) and len(group) > MOST_AT_ONCE_BEFORE:
            for smaller in _groups(group, MOST_AT_ONCE_BEFORE):
                await self._delete(smaller)
        else:
            raise error

    async def _reconcile(self, group: Sequence[str], existing: set[str], answer: BulkDeletion) -> None:
        failed = set(answer.failed_ids)
        deleted = set(group) - failed
        if answer.deleted_count != len(deleted):
            deleted &= existing
        if answer.deleted_count != len(deleted):
            await self._list_again(group, existing, None)
            return
        self._note(deleted, "deleted")
        self._note(failed & set(group), "failed", "PostHog could not delete it. Try again later.")
        self._note(set(group) - deleted - failed, "already_gone", "PostHog had no such recording.")

    async def _list_again(
        self, group: Sequence[str], existing: set[str], error: RecordingsError | None
    ) -> None:
        try:
            remaining = await self._existing(group)
        except RecordingsError:
            self._note(group, "failed", "It is not known whether it was deleted: check before trying again.")
            self._stopped = str(error) if error else None
            return
        why = str(error) if error else "PostHog did not delete it and gave no reason."
        self._note(remaining, "failed", f"It still exists. {why}")
        self._note(existing - remaining, "deleted")
        self._note(set(group) - existing - remaining, "already_gone", "PostHog had no such recording.")

    async def _delete_one_by_one(self, group: Sequence[str], existing: set[str]) -> None:
        for recording_id in group:
            if recording_id not in existing and not await self._exists(recording_id):
                self._note([recording_id], "already_gone", "PostHog had no such recording.")
                continue
            try:
                await self._client.delete(recording_id)
            except RecordingNotFound:
                self._note([recording_id], "already_gone", "It was gone before it could be deleted.")
            except (ServerFailed, Unreachable) as error:
                self._note([recording_id], "failed", str(error))
                if isinstance(error, Unreachable):
                    raise
            else:
                self._note([recording_id], "deleted")

    async def _existing(self, group: Sequence[str]) -> set[str]:
        page = await self._client.search(RecordingFilters(session_ids=tuple(group), limit=len(group)))
        return {recording.id for recording in page.results} & set(group)

    async def _exists(self, recording_id: str) -> bool:
        try:
            await self._client.get(recording_id)
        except (RecordingNotFound, RecordingDeleted):
            return False
        return True

    def _note(self, recording_ids: Iterable[str], status: Status, reason: str | None = None) -> None:
        for recording_id in recording_ids:
            self._outcomes[recording_id] = DeletionOutcome(id=recording_id, status=status, reason=reason)


def _refuses_bulk(error: RequestRefused) -> bool:
    if isinstance(error, MissingScope | ProjectNotAllowed):
        return False
    return isinstance(error, PermissionDenied | NotFound) or error.status == _METHOD_NOT_ALLOWED


def _groups(recording_ids: Sequence[str], size: int) -> list[Sequence[str]]:
    return [recording_ids[start : start + size] for start in range(0, len(recording_ids), size)]
