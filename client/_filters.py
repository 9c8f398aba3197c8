"""The filters of a search, and the query parameters that they compile to."""

import json
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from recordings_mcp.client._conditions import (
    ActionFilter,
    CommentFilter,
    ConsoleLogFilter,
    EventFilter,
    PropertyFilter,
    RecordingMetric,
    Sent,
    Text,
)
from recordings_mcp.client._references import check_recording_id

SortField = Literal[
    "start_time",
    "duration",
    "recording_duration",
    "active_seconds",
    "inactive_seconds",
    "console_error_count",
    "click_count",
    "keypress_count",
    "mouse_activity_count",
    "activity_score",
    "recording_ttl",
    "surfacing_score",
]
"""The fields that a search can be sorted by. Servers without `surfacing_score` use `start_time` instead."""

LONGEST_RETENTION = "-1825d"
"""Five years: the longest PostHog keeps a recording."""

_RELATIVE_DATE = re.compile(r"all|-?[0-9]{0,5}[hdwmqyHDWMQY](?:Start|End)?")


def _iso_or_relative(text: str) -> str:
    if _RELATIVE_DATE.fullmatch(text):
        return text
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("use an ISO date or time, or a relative one such as -7d or -24h") from None
    return text


DateBound = Annotated[str, AfterValidator(_iso_or_relative)] | datetime | date
RecordingId = Annotated[str, AfterValidator(check_recording_id)]


class RecordingFilters(Sent):
    """Which recordings to find, and in which order. Everything given must match, unless `operand` is `OR`.

    Example:
        >>> RecordingFilters(
        ...     date_from="-7d",
        ...     events=[EventFilter(id="$rageclick")],
        ...     having_predicates=[RecordingMetric(key="duration", operator="gt", value=60)],
        ... ).query()["date_from"]
        '-7d'

    Attributes:
        date_from: Earliest start of a recording; PostHog's default is the last three days.
            An ISO date or time, or relative: `-7d`, `-24h`, `all`.
        date_to: Latest start; now when not given.
        events: Events that the session has.
        actions: Actions that the session has.
        properties: Conditions on persons, events and more.
        console_log_filters: Console lines that were written.
        having_predicates: Conditions on durations and counts; not subject to `operand`.
        comment_text: Comments on the recording.
        filter_test_accounts: Exclude the project's internal and test users.
        operand: `AND` (PostHog's default) or `OR` between events, properties and console lines.
        session_ids: Only these recordings, in this order; no recording when empty. Without `date_from`,
            five years are searched, because older servers apply their default of three days.
        session_recording_id: A recording to put first even when it does not match.
        person_uuid: Only this person.
        distinct_ids: Only people with one of these ids.
        order: What to order by; PostHog's default is `start_time`.
        order_direction: `DESC` (PostHog's default) or `ASC`.
        limit: Recordings on a page; PostHog's default is 50.
        hide_viewed_recordings: Exclude what the key's owner, or anybody, has watched; not with
            `session_ids`.
    """

    date_from: DateBound | None = None
    date_to: DateBound | None = None
    events: tuple[EventFilter, ...] = ()
    actions: tuple[ActionFilter, ...] = ()
    properties: tuple[PropertyFilter, ...] = ()
    console_log_filters: tuple[ConsoleLogFilter, ...] = ()
    having_predicates: tuple[RecordingMetric, ...] = ()
    comment_text: CommentFilter | None = None
    filter_test_accounts: bool | None = None
    operand: Literal["AND", "OR"] | None = None
    session_ids: tuple[RecordingId, ...] | None = None
    session_recording_id: RecordingId | None = None
    person_uuid: Text | None = None
    distinct_ids: tuple[Text, ...] = ()
    order: SortField | None = None
    order_direction: Literal["ASC", "DESC"] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    hide_viewed_recordings: Literal["current-user", "any-user"] | None = None

    @model_validator(mode="after")
    def _names_one_kind_of_person(self) -> Self:
        if self.person_uuid and self.distinct_ids:
            raise ValueError(
                "give person_uuid or distinct_ids; PostHog ignores the first when both are given"
            )
        return self

    def query(self) -> dict[str, str]:
        """Return query parameters: lists and objects as JSON text, the rest unchanged."""
        return {name: parameter(value) for name, value in self.compiled().items()}

    def compiled(self) -> dict[str, Any]:
        """Return the fields of PostHog's `RecordingsQuery`, without those that were not given."""
        fields = {
            "date_from": _date_text(self.date_from),
            "date_to": _date_text(self.date_to),
            "events": [_entity(event, "events", place) for place, event in enumerate(self.events)],
            "actions": [_entity(action, "actions", place) for place, action in enumerate(self.actions)],
            "properties": [condition.compiled() for condition in self.properties],
            "console_log_filters": [condition.compiled() for condition in self.console_log_filters],
            "having_predicates": [condition.compiled() for condition in self.having_predicates],
            "comment_text": self.comment_text.compiled() if self.comment_text else None,
            "filter_test_accounts": self.filter_test_accounts,
            "operand": self.operand,
            "session_recording_id": self.session_recording_id,
            "person_uuid": self.person_uuid,
            "distinct_ids": list(self.distinct_ids),
            "order": self.order,
            "order_direction": self.order_direction,
            "limit": self.limit,
            "hide_viewed_recordings": self.hide_viewed_recordings,
        }
        compiled = {name: value for name, value in fields.items() if value is not None and value != []}
        if self.session_ids is not None:
            compiled["session_ids"] = list(self.session_ids)
            compiled.setdefault("date_from", LONGEST_RETENTION)
        return compiled


def parameter(value: Any) -> str:
    """Return a value as a query parameter that PostHog decodes to the same value.

    PostHog decodes each parameter as JSON if it can, and else takes it as text. So a text is sent unchanged
    unless it happens to be JSON, such as an id made of digits, which is then quoted.
    """
    if not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False) if _is_json(value) else value


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except RecursionError:
        return True
    except ValueError:
        # A number of thousands of digits is JSON too, and the one kind that Python refuses to read.
        return text.strip().lstrip("-").isdigit()
    return True


def _date_text(bound: str | datetime | date | None) -> str | None:
    if isinstance(bound, datetime):
        return (bound if bound.tzinfo else bound.replace(tzinfo=UTC)).isoformat()
    return bound.isoformat() if isinstance(bound, date) else bound


def _entity(
    entity: EventFilter | ActionFilter, kind: Literal["events", "actions"], place: int
) -> dict[str, Any]:
    name = {"name": entity.id} if kind == "events" else {}
    conditions = [condition.compiled() for condition in entity.properties]
    return {"id": entity.id, **name, "type": kind, "order": place, "properties": conditions}
