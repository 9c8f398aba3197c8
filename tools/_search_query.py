"""A search: each filter is declared once, in `SearchQuery`, and compiled once, in its `filters`."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from recordings_mcp.client import (
    ConsoleLogFilter,
    EventFilter,
    Metric,
    MetricOperator,
    Operator,
    PropertyFilter,
    RecordingFilters,
    RecordingMetric,
    RecordingsClient,
    SortField,
)
from recordings_mcp.tools._arguments import Arguments, Cursor, Date, RecordingText

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, description="seconds")]
Count = Annotated[int, Field(ge=0)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Friction = Literal["rage_click", "dead_click", "console_error", "exception"]
Device = Literal["Desktop", "Mobile", "Tablet"]
Source = Literal["web", "mobile"]

_USUAL_ORDERS: list[JsonValue] = [
    "start_time",
    "duration",
    "active_seconds",
    "console_error_count",
    "click_count",
    "activity_score",
]
_DERIVED = 5
_FRICTION_EVENTS = {"rage_click": "$rageclick", "dead_click": "$dead_click", "exception": "$exception"}


@dataclass(frozen=True, slots=True)
class KeepsAll:
    """Marks an argument that excludes no recording of the period: the period itself, order and page."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What is worth knowing about an argument when a search with it found nothing."""

    text: str


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


class SearchQuery(Arguments):
    """The arguments of a search. An argument filters unless it is marked `KeepsAll`."""

    since: Annotated[Date, KeepsAll(), Field(description='"-7d", "-24h" or an ISO date')] = "-3d"
    until: Annotated[Date | None, KeepsAll(), Field(description="same form; default: now")] = None
    person: Annotated[
        Text | None,
        Field(description="e-mail, distinct id or person uuid"),
        Hint("person is an exact e-mail, distinct id or person uuid"),
    ] = None
    url: Annotated[
        Text | None,
        Field(description="part of a visited page's address"),
        Hint("url matches any part of a page's address"),
    ] = None
    events: Annotated[
        list[Text],
        Field(description="names of events that happened"),
        Hint("events are exact names; a page view is $pageview"),
    ] = []
    friction: Annotated[
        list[Friction],
        Hint("friction needs events that PostHog captures only when the project switched them on"),
    ] = []
    min_duration: Seconds | None = None
    max_duration: Seconds | None = None
    min_active_seconds: Seconds | None = None
    min_clicks: Annotated[Count | None, Field(description="total clicks")] = None
    min_console_errors: Annotated[Count | None, Field(description="total console errors")] = None
    device: Device | None = None
    country: Annotated[str | None, Field(pattern="^[A-Za-z]{2}$", description="two-letter code")] = None
    source: Source | None = None
    properties: Annotated[
        list[PropertyCondition], Field(description="conditions on properties of person or event")
    ] = []
    recordings: Annotated[
        list[RecordingText],
        Field(max_length=100, description="only these"),
        Hint("recordings finds only ids that this project still has; since does not apply to them"),
    ] = []
    match: Annotated[
        Literal["all", "any"],
        KeepsAll(),
        Field(description="combine filters with all or any; date, count and id filters always apply"),
        Hint("match='all' needs every condition at once; match='any' needs one of them"),
    ] = "all"
    hide_viewed: Annotated[
        bool,
        Field(description="exclude recordings the key's owner has viewed"),
        Hint("hide_viewed excludes what the key's owner has viewed"),
    ] = False
    exclude_test_accounts: Annotated[
        bool,
        Field(description="as the project defines them"),
        Hint("exclude_test_accounts excludes your own team"),
    ] = False
    order_by: Annotated[
        SortField,
        KeepsAll(),
        # The schema names the fields that people sort by; the others are taken too.
        Field(description="largest or newest first", json_schema_extra={"enum": _USUAL_ORDERS}),
    ] = "start_time"
    ascending: Annotated[bool, KeepsAll(), Field(description="smallest or oldest first")] = False
    limit: Annotated[int, KeepsAll(), Field(ge=1, le=100)] = 20
    cursor: Annotated[Cursor | None, KeepsAll()] = None

    def filters(self) -> RecordingFilters:
        """Return the query as filters of the API."""
        friction_events = [_FRICTION_EVENTS[kind] for kind in self.friction if kind in _FRICTION_EVENTS]
        person = self._person()
        return RecordingFilters(
            date_from=self.since,
            date_to=self.until,
            events=tuple(EventFilter(id=name) for name in (*self.events, *friction_events)),
            properties=(*person.conditions, *self._properties()),
            console_log_filters=(
                (ConsoleLogFilter(key="level", value=["error"]),) if "console_error" in self.friction else ()
            ),
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

    def narrowing(self) -> dict[str, str]:
        """Return the filters that were given, by name, each with what to know about it or ""."""
        return {
            name: next((mark.text for mark in field.metadata if isinstance(mark, Hint)), "")
            for name, field in type(self).model_fields.items()
            if KeepsAll() not in field.metadata and getattr(self, name) != field.default
        }

    def _properties(self) -> list[PropertyFilter]:
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

    def _person(self) -> "_PersonFilters":
        if not self.person:
            return _PersonFilters()
        if "@" in self.person:
            email = PropertyFilter(key="email", value=[self.person], type="person")
            return _PersonFilters(conditions=(email,))
        if _is_person_uuid(self.person):
            return _PersonFilters(uuid=self.person)
        return _PersonFilters(distinct_ids=(self.person,))


async def explain_nothing(client: RecordingsClient, query: SearchQuery) -> str:
    """Return why nothing was found, from one more search of the same period without filters.

    Raises:
        RecordingsError: That search failed.
    """
    narrowing = query.narrowing()
    period = RecordingFilters(date_from=query.since, date_to=query.until, limit=1)
    if not narrowing or not (await client.search(period)).results:
        until, order = (f" until {query.until}", ", which must be before until") if query.until else ("", "")
        return (
            f"No recordings exist in this project since {query.since}{until}. "
            f'Widen since (e.g. "-30d"){order}. If that is empty too: '
            "recording may be off, the recordings may have expired, or it is the wrong project."
        )
    hints = [hint for hint in narrowing.values() if hint]
    if len(narrowing) > 1 and query.match == "all":
        hints += [mark.text for mark in SearchQuery.model_fields["match"].metadata if isinstance(mark, Hint)]
    return "\n".join(
        [
            f"Recordings exist in this period, but none match: {', '.join(narrowing)}.",
            "Leave out one at a time, or widen since.",
            *(f"- {hint}." for hint in hints),
        ]
    )


def _as_recorded(address: str) -> str:
    """Return an address as it was recorded; it may be copied from an answer, which breaks links."""
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
