"""The errors of this client, as one tree.

RecordingsError
├── ConfigurationError              the settings cannot work; nothing was sent
│   ├── InvalidHost
│   ├── InvalidKey
│   ├── InvalidProject
│   └── ProjectNotChosen            no project was configured and the key's account has none or several
├── InvalidInput                    an argument cannot work; nothing was sent
│   ├── InvalidRecordingId
│   ├── InvalidReference
│   ├── InvalidCursor
│   └── InvalidUpdate
├── RequestRefused                  PostHog refused (4xx); these are in `_refusals`
│   ├── InvalidRequest              400
│   ├── NotAuthenticated            401
│   ├── PermissionDenied            403
│   │   ├── MissingScope
│   │   ├── ActionNotAllowedForKeys
│   │   ├── ProjectNotAllowed
│   │   └── PublicSharingDisabled
│   ├── NotFound                    404
│   │   ├── RecordingNotFound
│   │   └── SharedLinkNotFound
│   ├── RecordingDeleted            410
│   └── Throttled                   429
├── ServerFailed                    5xx
│   ├── Overloaded                  503, 504, 512
│   └── RecordingBlocksUnavailable  502 of the snapshots endpoint
├── Unreachable                     no answer, or only a part of one
│   ├── DeadlineExceeded            the call timed out
│   └── CircuitOpen                 PostHog failed so often that nothing is sent for a while
├── SharedLinkLocked                a shared link asks for a password
├── UnexpectedAnswer                an answer that PostHog's API never gives
│   └── WebPageAnswered             a web page in place of data
└── SnapshotsUnavailable            the recording cannot be watched
    ├── NoSnapshots
    └── LegacySnapshots

Every text says what happened and what to do next. No text holds the API key, a request's URL,
a body, or words of the server, other than names that match a strict pattern.
"""

from collections.abc import Sequence
from typing import ClassVar

HOST_IS_PROBABLY_WRONG = "The host setting is probably wrong, or a proxy or login page answers in its place."
OUTCOME_UNKNOWN = "It is not known whether the change was made: check before trying again."


class RecordingsError(Exception):
    """Anything this client raises on purpose.

    Attributes:
        outcome_unknown: A change was sent and no answer says whether it was made.
    """

    text: ClassVar[str] = "The request failed."

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or self.text)
        self.outcome_unknown = False

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} {OUTCOME_UNKNOWN}" if self.outcome_unknown else text


class ConfigurationError(RecordingsError):
    """The settings cannot work."""


class InvalidHost(ConfigurationError):
    """This client must not send requests to the host."""


class InvalidKey(ConfigurationError):
    """The API key cannot be one that PostHog accepts here."""


class InvalidProject(ConfigurationError):
    """The project id is not a number."""

    text = (
        "The project id must be a positive whole number. It is in the address of every page "
        "of the project in PostHog: /project/<number>/…"
    )


class ProjectNotChosen(ConfigurationError):
    """No project was configured, and the key reaches none or several.

    Attributes:
        project_ids: The projects the key's user can open.
    """

    def __init__(self, project_ids: Sequence[int]) -> None:
        self.project_ids = tuple(project_ids)
        if self.project_ids:
            listed = ", ".join(str(project_id) for project_id in self.project_ids[:20])
            text = f"The account of this API key has several projects ({listed}): configure which one to use."
        else:
            text = "The account of this API key has no visible project: configure the project id."
        super().__init__(text)


class InvalidInput(RecordingsError, ValueError):
    """An argument cannot work, whatever the server."""


class InvalidRecordingId(InvalidInput):
    """The text cannot be the id of a recording."""


class InvalidReference(InvalidInput):
    """The text does not refer to a recording of the configured project."""


class InvalidCursor(InvalidInput):
    """The cursor does not come from an earlier page."""

    text = "This cursor does not come from an earlier page. Start again without a cursor."


class InvalidUpdate(InvalidInput):
    """An API key cannot make this change to a recording."""


class ServerFailed(RecordingsError):
    """5xx: PostHog itself failed.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, status: int, text: str | None = None) -> None:
        self.status = status
        super().__init__(
            text
            or f"PostHog failed with status {status}. "
            "Try again in a minute; if it persists, check PostHog's status."
        )


class Overloaded(ServerFailed):
    """503, 504 or 512: PostHog has no capacity for this request, or expects it to take too long."""

    def __init__(self, status: int) -> None:
        super().__init__(
            status,
            f"PostHog has no capacity for this request now (status {status}). Try again in a minute, "
            "or ask for less: a shorter time span or fewer filters.",
        )


class RecordingBlocksUnavailable(ServerFailed):
    """502: PostHog knows the recording and could read none of the requested blocks."""

    def __init__(self) -> None:
        super().__init__(
            502,
            "PostHog could not read the recording's data from its storage. Try again in a few minutes; "
            "the recording's metadata can still be read.",
        )


class Unreachable(RecordingsError):
    """The server gave no answer, or only a part of one.

    Attributes:
        may_have_arrived: The request may have reached the server.
        timed_out: The time for it was up.
    """

    def __init__(self, text: str, *, may_have_arrived: bool, timed_out: bool = False) -> None:
        super().__init__(text)
        self.may_have_arrived = may_have_arrived
        self.timed_out = timed_out


class DeadlineExceeded(Unreachable):
    """The call timed out.

    Attributes:
        seconds: How long it was allowed to take.
    """

    def __init__(self, seconds: float, reached: str, *, may_have_arrived: bool = True) -> None:
        self.seconds = seconds
        super().__init__(
            f"This call timed out after {seconds:.3g} seconds: {reached}. "
            "Ask for less at a time, or try again later.",
            may_have_arrived=may_have_arrived,
            timed_out=True,
        )


class CircuitOpen(Unreachable):
    """PostHog failed several times in a row: nothing was sent.

    Attributes:
        retry_after: Seconds until the next request is sent.
    """

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(
            "PostHog failed or did not answer several times in a row, so this request was not sent. "
            "Try again in half a minute; if it persists, check PostHog's status.",
            may_have_arrived=False,
        )


class UnexpectedAnswer(RecordingsError):
    """The server answered with something that PostHog's API never answers."""

    def __init__(self, problem: str, advice: str | None = None) -> None:
        super().__init__(
            f"The server's answer {problem}. "
            + (
                advice
                or "Check the host setting; the server may also be older or newer than this client supports."
            )
        )


class WebPageAnswered(UnexpectedAnswer):
    """The server answered with a web page."""

    def __init__(self) -> None:
        super().__init__("is a web page, not JSON", HOST_IS_PROBABLY_WRONG)


class SharedLinkLocked(RecordingsError):
    """A shared link gives a web page instead of its recording: PostHog's page that asks for a password."""

    text = (
        "This shared link asks for a password, so it cannot be read here. "
        "Use the recording's id or its replay address."
    )


class SnapshotsUnavailable(RecordingsError):
    """The recording exists and cannot be watched."""


class NoSnapshots(SnapshotsUnavailable):
    """PostHog lists no snapshot data for this recording."""

    text = (
        "PostHog holds no snapshot data for this recording, so it cannot be watched. It may be too recent "
        "(try again in a few minutes) or its data has expired; its metadata and events may still exist."
    )


class LegacySnapshots(SnapshotsUnavailable):
    """All of the recording's data is in a format that PostHog no longer serves."""

    text = (
        "This recording is stored in an old format (realtime or blob) that PostHog's API no longer serves. "
        "It may still play in PostHog itself; a file exported there can be watched."
    )
