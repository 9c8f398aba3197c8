"""The checks of `doctor` that ask PostHog, in order: each needs what those before it found."""

from collections.abc import AsyncGenerator, Sequence

from recordings_mcp.client import (
    ActionNotAllowedForKeys,
    MissingScope,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    ProjectNotChosen,
    Recording,
    RecordingDeleted,
    RecordingFilters,
    RecordingNotFound,
    RecordingsClient,
    RecordingsError,
    RequestRefused,
    SnapshotsUnavailable,
    Throttled,
)
from recordings_mcp.server.configuration import REGIONS, name_region
from recordings_mcp.server.doctor.finding import Finding
from recordings_mcp.server.doctor.key_scopes import (
    READ_RECORDINGS,
    scope_findings,
    scopes_by_trial,
)
from recordings_mcp.tools import ToolDefinition, has_scope

_WHERE_IDS_ARE = "the number is in the address of each of its pages, /project/ID/"
_LAST_DAYS = 30


class Checkup:
    """Asks PostHog whether the tools will work. Changes nothing and shows no personal data.

    Args:
        client: The client of the configured account.
        tools: The exposed tools.
        personal: Whether the key is a personal one (phx_), whose scopes PostHog reports.
        sandbox: Whether PostHog is the embedded one.
    """

    def __init__(
        self, client: RecordingsClient, tools: Sequence[ToolDefinition], *, personal: bool, sandbox: bool
    ) -> None:
        self._client = client
        self._tools = tools
        self._personal = personal
        self._sandbox = sandbox
        self._scopes: frozenset[str] | None = None
        self._recording: Recording | None = None
        self._throttled = False
        self._stopped = False

    async def findings(self) -> AsyncGenerator[Finding]:
        """Yield what each check found, until one fails that the rest depends on."""
        for check in (self._contact, self._project, self._key_scopes, self._recordings, self._snapshots):
            for finding in await check():
                yield finding
            if self._stopped:
                return
        yield self._rate_limit()

    def _stop(self, *found: Finding) -> list[Finding]:
        self._stopped = True
        return list(found)

    async def _contact(self) -> list[Finding]:
        host = self._client.host
        place = "embedded sandbox" if self._sandbox else f"{host} ({name_region(host)})"
        answers = Finding("ok", f"host: {place} answers")
        try:
            self._scopes = await self._client.scopes()
        except NotAuthenticated:
            if self._personal:
                return self._stop(answers, _unknown_key(host))
            return [answers]  # PostHog reports scopes of personal keys only; the next check will show
        except (PermissionDenied, Throttled) as error:
            self._throttled = isinstance(error, Throttled)  # PostHog says either to known keys only
        except RequestRefused:
            return [answers]
        except RecordingsError as error:
            return self._stop(Finding("fail", f"host: {error}"))
        return [answers, Finding("ok", "key: accepted")]

    async def _project(self) -> list[Finding]:
        try:
            number = await self._client.project_id()
        except ProjectNotChosen as error:
            return self._stop(Finding("fail", f"project: {str(error).rstrip('.')}", "Add --project ID."))
        except MissingScope:
            what = "project: none is configured, and the key lacks user:read to look it up"
            return self._stop(Finding("fail", what, f"Add --project ID: {_WHERE_IDS_ARE}."))
        except RecordingsError as error:
            return self._stop(self._failed("project", error))
        return await self._project_there(number)

    async def _project_there(self, number: int) -> list[Finding]:
        try:
            await self._client.project()
        except NotFound:
            what = f"project: this host has no project {number}"
            return self._stop(Finding("fail", what, f"Correct --project: {_WHERE_IDS_ARE}."))
        except (MissingScope, ActionNotAllowedForKeys):
            pass  # the key cannot see the project's name, but perhaps its recordings
        except RecordingsError as error:
            return self._stop(self._failed("project", error))
        return [Finding("ok", f"project: {number}")]

    async def _key_scopes(self) -> list[Finding]:
        held = await scopes_by_trial(self._client) if self._scopes is None else self._scopes
        found = scope_findings(held, self._tools, listed=self._scopes is not None)
        return found if has_scope(held, READ_RECORDINGS) else self._stop(*found)

    async def _recordings(self) -> list[Finding]:
        try:
            page = await self._client.search(RecordingFilters(date_from=f"-{_LAST_DAYS}d", limit=1))
        except RecordingsError as error:
            return [self._failed("recordings", error)]
        if not page.results:
            what = f"recordings: readable, but none in the last {_LAST_DAYS} days"
            fix = "Switch on session replay in the project's settings, or choose another one: --project ID."
            return [Finding("warn", what, fix)]
        self._recording = page.results[0]
        return [Finding("ok", "recordings: readable")]

    async def _snapshots(self) -> list[Finding]:
        if self._recording is None:
            return []
        try:
            download = await self._client.snapshots(self._recording.id)
        except (SnapshotsUnavailable, RecordingDeleted, RecordingNotFound) as error:
            return [Finding("warn", f"snapshots of the newest recording: {error}")]
        except RecordingsError as error:
            return [self._failed("snapshots", error)]
        blocks = f"{download.total_blocks} block{'s' * (download.total_blocks != 1)}"
        return [Finding("ok", f"snapshots: readable ({blocks} in the newest recording)")]

    def _rate_limit(self) -> Finding:
        if self._sandbox:
            return Finding("ok", "rate limit: none in the sandbox")
        if self._throttled:
            return Finding("warn", "rate limit: reached; plan unknown, since PostHog does not report it")
        return Finding("ok", "rate limit: not reached; plan unknown, since PostHog does not report it")

    def _failed(self, subject: str, error: RecordingsError) -> Finding:
        self._throttled = self._throttled or isinstance(error, Throttled)
        return Finding("fail", f"{subject}: {error}")


def _unknown_key(host: str) -> Finding:
    fix = "Check that it was made there and has not been deleted or rolled since."
    if host in REGIONS:
        other = next(region for region in REGIONS if region != host)
        fix = f"If it was made in the other region, add --host {other}; otherwise make a new one."
    return Finding("fail", f"key: unknown to {host}, the only host it was sent to", fix)
