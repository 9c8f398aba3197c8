"""PostHog's answers, as models.

The fields of a recording come and go between versions of PostHog. So only an id is required; a field that
is missing, or has an unexpected type, is None; a field that this client does not know is ignored.
All times are aware and in UTC.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

Value = TypeVar("Value")


def _none_if_unreadable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


def _empty_if_unreadable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return read([])


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the moment is outside the calendar") from None


def _one_as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _text_of_number(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Lenient = Annotated[Value | None, WrapValidator(_none_if_unreadable)]
"""A value, or None when it is missing or unreadable."""

Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""An aware time in UTC; a server that omits the zone means UTC."""

Texts = Annotated[list[str], BeforeValidator(_one_as_list), WrapValidator(_empty_if_unreadable)]
Id = Annotated[str, BeforeValidator(_text_of_number), Field(min_length=1)]


class Received(BaseModel):
    """An answer of PostHog."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True)


class Person(Received):
    """A person whose sessions are recorded. The application or the person wrote all of it.

    Attributes:
        uuid: PostHog's id of the person; None when only a distinct id is known.
        name: The name that PostHog shows: by default the e-mail address, else a distinct id.
        distinct_ids: Ids that the person had. With a recording PostHog gives only the one of that recording;
            to find all recordings of a person, search by `uuid`.
        properties: All properties of the person.
    """

    uuid: Lenient[str] = None
    name: Lenient[str] = None
    distinct_ids: Texts = []
    properties: Lenient[dict[str, Any]] = None
    created_at: Lenient[Moment] = None
    last_seen_at: Lenient[Moment] = None


class Recording(Received):
    """A recorded session: metadata, never the recording itself.

    Attributes:
        id: The session id.
        distinct_id: The person's id during the session.
        viewed: Whether the owner of the API key has watched it.
        viewers: E-mail addresses of others who have watched it.
        recording_duration: Seconds from the first to the last event.
        active_seconds: Seconds in which the person was active, summed over tabs: may exceed the duration.
        inactive_seconds: The rest of the duration; 0 where `active_seconds` exceeds it.
        start_url: The address of the first page.
        snapshot_source: `web` or `mobile`.
        ongoing: Whether data arrived within the last five minutes.
        activity_score: PostHog's own measure of how much happened.
        recording_ttl: Days until it expires.
        matches_filters: False when it is listed only because its id was requested.
        external_references: Issues linked to it; always empty in a list.
    """

    id: Id
    distinct_id: Lenient[str] = None
    person: Lenient[Person] = None
    viewed: Lenient[bool] = None
    viewers: Texts = []
    start_time: Lenient[Moment] = None
    end_time: Lenient[Moment] = None
    recording_duration: Lenient[float] = None
    active_seconds: Lenient[float] = None
    inactive_seconds: Lenient[float] = None
    click_count: Lenient[int] = None
    keypress_count: Lenient[int] = None
    mouse_activity_count: Lenient[int] = None
    console_log_count: Lenient[int] = None
    console_warn_count: Lenient[int] = None
    console_error_count: Lenient[int] = None
    start_url: Lenient[str] = None
    snapshot_source: Lenient[str] = None
    snapshot_library: Lenient[str] = None
    ongoing: Lenient[bool] = None
    activity_score: Lenient[float] = None
    retention_period_days: Lenient[int] = None
    expiry_time: Lenient[Moment] = None
    recording_ttl: Lenient[int] = None
    has_summary: Lenient[bool] = None
    summary_outcome: Lenient[dict[str, Any]] = None
    external_references: Lenient[list[dict[str, Any]]] = None
    matches_filters: Lenient[bool] = None


class RecordingPage(Received):
    """One page of a search.

    Attributes:
        results: The recordings, in the requested order.
        next_cursor: The `cursor` for the next page, with the same filters; None on the last page.
        has_next: Whether PostHog says that there are more.
        count: How many there are on all pages; only in the envelope that PostHog's API documentation shows
            (count, next, previous), which servers of today do not send.
    """

    results: list[Recording]
    count: Lenient[int] = None
    next_cursor: Lenient[str] = None
    has_next: Annotated[
        bool, WrapValidator(lambda value, read: _none_if_unreadable(value, read) or False)
    ] = False

    @model_validator(mode="before")
    @classmethod
    def _next_address_means_more(cls, answer: Any) -> Any:
        if not isinstance(answer, dict) or "has_next" in answer:
            return cast("object", answer)
        fields = cast("dict[str, Any]", answer)
        return {**fields, "has_next": bool(fields.get("next"))}


class SnapshotSource(Received):
    """A part of a recording's data that PostHog lists.

    Attributes:
        source: `blob_v2`, `blob_v2_lts`, or one of the old formats `blob` and `realtime`.
        blob_key: Number of the block (`blob_v2`) or storage path (`blob_v2_lts`).
        start_timestamp: Time of its first event.
        end_timestamp: Time of its last event.
    """

    source: str
    blob_key: Annotated[Lenient[str], BeforeValidator(_text_of_number)] = None
    start_timestamp: Lenient[Moment] = None
    end_timestamp: Lenient[Moment] = None


class SessionEvent(Received):
    """An analytics event of a session. The application wrote its name and properties.

    Attributes:
        properties: All properties of the event.
    """

    uuid: Lenient[str] = None
    event: str
    timestamp: Moment
    properties: dict[str, Any]


class Sharing(Received):
    """Whether a recording can be watched by anyone who has its link.

    Attributes:
        enabled: Whether the link works.
        access_token: The link's secret. None unless `enabled`: PostHog invents a useless token at each read
            of a recording that was never shared.
        shared_url: The link; None unless `enabled`.
        created_at: When sharing was first set; None when it never was.
        password_required: Whether the link requires a password.
        settings: How the shared page looks.
    """

    enabled: bool
    access_token: Lenient[SecretStr] = None
    shared_url: Lenient[str] = Field(default=None, repr=False)
    created_at: Lenient[Moment] = None
    password_required: Lenient[bool] = None
    settings: Lenient[dict[str, Any]] = None

    @model_validator(mode="before")
    @classmethod
    def _no_token_unless_enabled(cls, answer: Any) -> Any:
        if not isinstance(answer, dict):
            return answer
        fields = cast("dict[str, Any]", answer)
        if fields.get("enabled") is True:
            return fields
        return {name: value for name, value in fields.items() if name not in {"access_token", "shared_url"}}


class Project(Received):
    """A PostHog project."""

    id: int
    name: Lenient[str] = None


class Organization(Received):
    """The current organization of the user, with the projects that the user can open."""

    name: Lenient[str] = None
    projects: Annotated[list[Project], WrapValidator(_empty_if_unreadable)] = []
    teams: Annotated[list[Project], WrapValidator(_empty_if_unreadable)] = []


class User(Received):
    """The owner of the API key.

    Attributes:
        team: The project that is open in the user's browser.
    """

    uuid: Lenient[str] = None
    email: Lenient[str] = None
    first_name: Lenient[str] = None
    team: Lenient[Project] = None
    organization: Lenient[Organization] = None


class BulkDeletion(Received):
    """PostHog's answer to a bulk deletion. It does not mention recordings that it did not find.

    Attributes:
        deleted_count: Recordings that were found and deleted.
        failed_ids: Recordings that were found and could not be deleted.
    """

    deleted_count: int
    failed_ids: Texts = []


class DeletionOutcome(BaseModel):
    """The outcome of the deletion of one recording.

    Attributes:
        id: The recording.
        status: `deleted` now; `already_gone` before; `failed`: it still exists, or that is not known;
            `not_tried`: no request was sent for it.
        reason: Why it was not deleted, or what is not known.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    status: Literal["deleted", "already_gone", "failed", "not_tried"]
    reason: str | None = None
