"""The conditions in the filters of a search."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    "is_date_before",
    "is_date_after",
    "is_date_exact",
    "in",
    "not_in",
]
"""How a property is compared. `in` and `not_in` are for cohorts."""

PropertyOperator = (
    Operator
    | Literal[
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
)
"""The same with those that only servers from 2026 on know; `flag_evaluates_to` is for flags."""

MetricOperator = Literal["exact", "is_not", "gt", "gte", "lt", "lte"]

Metric = Literal[
    "duration",
    "active_seconds",
    "inactive_seconds",
    "click_count",
    "keypress_count",
    "mouse_activity_count",
    "console_log_count",
    "console_warn_count",
    "console_error_count",
    "activity_score",
    "snapshot_source",
]
"""What PostHog measures of a recording. `snapshot_source` is compared with `["web"]` or `["mobile"]`."""

_UNARY = frozenset({"is_set", "is_not_set"})

Scalar = str | int | float | bool
Text = Annotated[str, Field(min_length=1, max_length=1000)]


class Sent(BaseModel):
    """A part of a query; unknown names and wrong types are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False, defer_build=True
    )


class PropertyFilter(Sent):
    """A condition on a property of the person, an event, or something else that PostHog knows.

    Example:
        >>> PropertyFilter(key="$current_url", value="/checkout", operator="icontains", type="event")

    Attributes:
        key: The property's name; for `hogql` the expression; for `cohort` always `id`; for `recording`
            `visited_page`; for `flag` the flag's key; for `element` `text`, `selector`, `href` or `tag_name`.
        value: What to compare with; a list matches any of its values. None with `is_set` and `is_not_set`.
        operator: How to compare.
        type: What has the property.
        group_type_index: The number of the group type, for `group`.
    """

    key: Text
    value: Scalar | list[Scalar] | None = None
    operator: PropertyOperator = "exact"
    type: Literal[
        "person",
        "event",
        "group",
        "cohort",
        "session",
        "hogql",
        "recording",
        "flag",
        "element",
        "feature",
        "log_entry",
    ] = "event"
    group_type_index: Annotated[int, Field(ge=0, le=9)] | None = None

    @model_validator(mode="after")
    def _has_what_it_compares_with(self) -> Self:
        if self.value is None and self.operator not in _UNARY and self.type != "hogql":
            raise ValueError("a value is needed unless the operator is is_set or is_not_set")
        if self.type == "cohort" and self.operator not in {"in", "not_in", "exact"}:
            raise ValueError("a cohort is compared with in or not_in")
        if (self.type == "flag") != (self.operator == "flag_evaluates_to"):
            raise ValueError("a flag is compared with flag_evaluates_to, and nothing else is")
        return self

    def compiled(self) -> dict[str, Any]:
        """Return the condition as PostHog writes it."""
        parts = self.model_dump(exclude_none=True)
        if self.type == "hogql":
            del parts["operator"]
        return parts


class EventFilter(Sent):
    """The session has an event of this name.

    Attributes:
        id: The event's name, such as `$rageclick` or `$pageview`.
        properties: Conditions that the event must all meet.
    """

    id: Text
    properties: tuple[PropertyFilter, ...] = ()


class ActionFilter(Sent):
    """The session has an event that matches an action (a saved definition in PostHog).

    Attributes:
        id: The action's number.
        properties: Conditions that the event must all meet.
    """

    id: int
    properties: tuple[PropertyFilter, ...] = ()


class RecordingMetric(Sent):
    """A condition on what PostHog measures of a recording. It must match, whatever `operand` is."""

    key: Metric
    operator: MetricOperator
    value: int | float | list[str]

    def compiled(self) -> dict[str, Any]:
        """Return the condition as PostHog writes it."""
        return {"type": "recording", **self.model_dump()}


class ConsoleLogFilter(Sent):
    """The console has a line of this level, or with this text."""

    key: Literal["level", "message"]
    value: list[Text]
    operator: Operator = "exact"

    def compiled(self) -> dict[str, Any]:
        """Return the condition as PostHog writes it."""
        return {"type": "log_entry", **self.model_dump()}


class CommentFilter(Sent):
    """The recording has a comment, or one with this text."""

    operator: Literal["is_set", "exact", "icontains"] = "is_set"
    value: Text | None = None

    def compiled(self) -> dict[str, Any]:
        """Return the condition as PostHog writes it."""
        return {"type": "recording", "key": "comment_text", **self.model_dump(exclude_none=True)}
