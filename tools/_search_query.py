"""What a search asks for, and how the recordings API is asked."""

import re
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from recordings_mcp.client import (
    ConsoleLogFilter,
    EventFilter,
    Metric,
    MetricOperator,
    Operator,
    PropertyFilter,
    RecordingFilters,
    RecordingMetric,
    SortField,
)

Friction = Literal["rage_click", "dead_click", "console_error", "exception"]

_DERIVED = 5
_FRICTION_EVENTS = {"rage_click": "$rageclick", "dead_click": "$dead_click", "exception": "$exception"}


def _truth_as_text(value: object) -> object:
    # PostHog compares with the words; as a number it would find nothing.
    return str(value).lower() if isinstance(value, bool) else value


class PropertyCondition(BaseModel):
    """A condition on a property of the person or of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    key: Annotated[str, Field(min_length=1, max_length=200)]
    value: Annotated[str | float | list[str] | None, BeforeValidator(_truth_as_text)] = None
    operator: Operator = "exact"
    type: Literal["event", "person", "session"] = "event"

    @model_validator(mode="after")
    def _has_what_it_compares_with(self) -> Self:
        if self.value is None and self.operator not in {"is_set", "is_not_set"}:
            raise ValueError("value is required unless operator is is_set or is_not_set")
        return self


class SearchQuery(BaseModel):
    """The arguments of a search, as they were given."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    since: str
    until: str | None
    person: str | None
    url: str | None
    events: list[str]
    friction: list[Friction]
    min_duration: float | None
    max_duration: float | None
    min_active_seconds: float | None
    min_clicks: int | None
    min_console_errors: int | None
    device: str | None
    country: str | None
    source: Literal["web", "mobile"] | None
    properties: list[PropertyCondition]
    recordings: list[str]
    match: Literal["all", "any"]
    hide_viewed: bool
    exclude_test_accounts: bool
    order_by: SortField
    ascending: bool
    limit: int

    def filters(self) -> RecordingFilters:
        """The same as filters of the API."""
        person = self._person_filters()
        return RecordingFilters(
            date_from=self.since,
            date_to=self.until,
            events=tuple(EventFilter(id=name) for name in self._event_names()),
            properties=(*person.conditions, *self._property_filters()),
            console_log_filters=self._console_filters(),
            having_predicates=tuple(self._metrics()),
            filter_test_accounts=self.exclude_test_accounts or None,
            operand="OR" if self.match == "any" else None,
            session_ids=tuple(self.recordings) or None,
            person_uuid=person.uuid,
            distinct_ids=person.distinct_ids,
            order=self.order_by,
            order_direction="ASC" if self.ascending else "DESC",
            limit=self.limit,
            hide_viewed_recordings="current-user" if self.hide_viewed else None,
        )

    def window_only(self) -> RecordingFilters:
        """One recording of the same time span, whatever it is: to tell an empty span from narrow filters."""
        return RecordingFilters(date_from=self.since, date_to=self.until, limit=1)

    def narrowing(self) -> list[str]:
        """Names of the arguments that leave recordings out."""
        names = (
            "person", "url", "events", "friction", "min_duration", "max_duration", "min_active_seconds",
            "min_clicks", "min_console_errors", "device", "country", "source", "properties", "recordings",
            "hide_viewed", "exclude_test_accounts",
        )  # fmt: skip
        return [name for name in names if getattr(self, name)]

    def _event_names(self) -> list[str]:
        return [*self.events, *(_FRICTION_EVENTS[kind] for kind in self.friction if kind in _FRICTION_EVENTS)]

    def _console_filters(self) -> tuple[ConsoleLogFilter, ...]:
        return (ConsoleLogFilter(key="level", value=["error"]),) if "console_error" in self.friction else ()

    def _property_filters(self) -> list[PropertyFilter]:
        filters = [PropertyFilter(**condition.model_dump()) for condition in self.properties]
        if self.url:
            page = _as_recorded(self.url)
            filters.append(
                PropertyFilter(key="visited_page", value=page, operator="icontains", type="recording")
            )
        if self.device:
            filters.append(PropertyFilter(key="$device_type", value=[self.device]))
        if self.country:
            filters.append(
                PropertyFilter(key="$geoip_country_code", value=[self.country.upper()], type="person")
            )
        return filters

    def _metrics(self) -> list[RecordingMetric]:
        bounds: list[tuple[Metric, MetricOperator, float | None]] = [
            ("duration", "gte", self.min_duration),
            ("duration", "lte", self.max_duration),
            ("active_seconds", "gte", self.min_active_seconds),
            ("click_count", "gte", self.min_clicks),
            ("console_error_count", "gte", self.min_console_errors),
        ]
        metrics = [
            RecordingMetric(key=key, operator=operator, value=bound)
            for key, operator, bound in bounds
            if bound is not None
        ]
        if self.source:
            metrics.append(RecordingMetric(key="snapshot_source", operator="exact", value=[self.source]))
        return metrics

    def _person_filters(self) -> "_PersonFilters":
        if not self.person:
            return _PersonFilters()
        if "@" in self.person:
            email = PropertyFilter(key="email", value=[self.person], type="person")
            return _PersonFilters(conditions=(email,))
        if _is_person_uuid(self.person):
            return _PersonFilters(uuid=self.person)
        return _PersonFilters(distinct_ids=(self.person,))


def _as_recorded(address: str) -> str:
    """An address that may be copied from an answer, where it was made unfit for clicking."""
    return re.sub(r"\Ahxxp(?=s?://)", "http", address).replace("[.]", ".")


def _is_person_uuid(text: str) -> bool:
    # PostHog derives a person's uuid from a distinct id (version 5). A visitor who never logged in has a
    # distinct id that is a uuid too, but one made from the time (version 7), so the version tells them apart.
    try:
        return UUID(text).version == _DERIVED
    except ValueError:
        return False


class _PersonFilters(BaseModel):
    """A person is named by e-mail, by PostHog's uuid, or by a distinct id; each is its own filter."""

    uuid: str | None = None
    distinct_ids: tuple[str, ...] = ()
    conditions: tuple[PropertyFilter, ...] = ()
