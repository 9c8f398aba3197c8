"""The query of recordings, from the parameters of the listing or the body of the query endpoint."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recordings_mcp.sandbox.errors import invalid

Operator = Literal[
    "exact",
    "is_not",
    "icontains",
    "not_icontains",
    "regex",
    "not_regex",
    "gt",
    "gte",
    "lt",
    "lte",
    "is_set",
    "is_not_set",
    "is_date_exact",
    "is_date_before",
    "is_date_after",
    "in",
    "not_in",
    "between",
    "not_between",
    "min",
    "max",
    "icontains_multi",
    "not_icontains_multi",
    "is_cleaned_path_exact",
    "semver_eq",
    "semver_neq",
    "semver_gt",
    "semver_gte",
    "semver_lt",
    "semver_lte",
    "flag_evaluates_to",
]
Scalar = str | int | float | bool
Order = Literal[
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

_IGNORED_PARAMETERS = ("as_query", "version", "hogql_filtering", "add_events_to_property_queries")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PropertyFilter(_Strict):
    """One condition on a property. The default type is `event`, as on the real server."""

    type: Literal[
        "event",
        "person",
        "group",
        "cohort",
        "session",
        "recording",
        "log_entry",
        "hogql",
        "flag",
        "element",
        "feature",
    ] = "event"
    key: str
    operator: Operator = "exact"
    value: list[Scalar] | Scalar | None = None
    label: str | None = None
    cohort_name: str | None = None
    group_type_index: int | None = None


class Entity(BaseModel):
    """An event or an action in the older form of a filter; fields unrelated to matching are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int | None = None
    name: str | None = None
    type: Literal["events", "actions"] = "events"
    properties: list[PropertyFilter] = Field(default_factory=list[PropertyFilter])


class RecordingsQuery(_Strict):
    """The filters, the order and the page of a listing."""

    kind: Literal["RecordingsQuery"] = "RecordingsQuery"
    date_from: str | None = "-3d"
    date_to: str | None = None
    events: list[Entity] | None = None
    actions: list[Entity] | None = None
    properties: list[PropertyFilter] | None = None
    console_log_filters: list[PropertyFilter] | None = None
    having_predicates: list[PropertyFilter] | None = None
    comment_text: PropertyFilter | None = None
    filter_test_accounts: bool | None = None
    operand: Literal["AND", "OR"] = "AND"
    session_ids: list[str] | None = None
    session_recording_id: str | None = None
    person_uuid: str | None = None
    distinct_ids: list[str] | None = None
    order: Order = "start_time"
    order_direction: Literal["ASC", "DESC"] = "DESC"
    limit: int | None = None
    offset: int | None = None
    after: str | None = None
    hide_viewed_recordings: Literal["current-user", "any-user"] | None = None
    user_modified_filters: dict[str, Any] | None = None


def query_from_parameters(parameters: Mapping[str, str]) -> RecordingsQuery:
    """Return the query in the parameters of a listing. A parameter that is not JSON is taken as text.

    Raises:
        ApiError: 400, with the validation errors as a JSON string, for an unknown parameter or an invalid
            value.
    """
    decoded = {key: _decoded(value) for key, value in parameters.items() if key not in _IGNORED_PARAMETERS}
    return validated_query(decoded)


def validated_query(query: Mapping[str, Any]) -> RecordingsQuery:
    """Return a validated query.

    Raises:
        ApiError: 400, with the validation errors as a JSON string.
    """
    try:
        return RecordingsQuery.model_validate(query)
    except ValidationError as error:
        raise invalid(json.dumps(error.errors(include_context=False), default=str)) from error


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
