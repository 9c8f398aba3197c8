"""Compile a query of recordings into SQL conditions on the `recording` table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from recordings_mcp.sandbox.clock import DAY, milliseconds, parse_date
from recordings_mcp.sandbox.errors import invalid
from recordings_mcp.sandbox.operators import OPPOSITES, check_pattern
from recordings_mcp.sandbox.query import Entity, PropertyFilter, RecordingsQuery
from recordings_mcp.sandbox.settings import SandboxSettings

METRICS = {
    name: name
    for name in (
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
        "snapshot_library",
    )
} | {"recording_duration": "duration", "start_url": "NULL"}
"""The column of each metric of a recording. On the real server, a filter on `start_url` matches nothing."""

_PERSON_PROPERTIES = (
    "(SELECT properties FROM person_distinct_id JOIN person ON person.id = person_id"
    " WHERE person_distinct_id.project_id = recording.project_id"
    " AND person_distinct_id.distinct_id = recording.distinct_id)"
)

_PROPERTIES_OF = {"person": _PERSON_PROPERTIES, "session": "session_properties", "group": "NULL"}
"""The SQL expression for each type of properties. In the sandbox no recording belongs to a group."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL condition and the parameters for its question marks."""

    sql: str
    parameters: tuple[Any, ...] = ()


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return a condition that is true if all are."""
    return _joined("AND", conditions, "1")


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return a condition that is true if at least one is."""
    return _joined("OR", conditions, "0")


def one_of(column: str, values: Sequence[Any]) -> Condition:
    """Return a condition that is true if a column has one of the values."""
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


class RecordingFilter:
    """Compiles queries for one project at one time."""

    def __init__(self, settings: SandboxSettings, project: int, now: datetime) -> None:
        self._settings = settings
        self._project = project
        self._now = now

    def available(self) -> Condition:
        """Return the condition for recordings that are not deleted, expired or in the future."""
        now = milliseconds(self._now)
        return Condition(
            "project_id = ? AND deleted_at IS NULL AND start_time >= ? AND start_time <= ?",
            (self._project, now - self._settings.retention_days * DAY, now),
        )

    def matching(self, query: RecordingsQuery) -> Condition:
        """Return the condition for recordings that match all filters of the query.

        Raises:
            ApiError: 400 for an unknown property, cohort or action, or an invalid pattern.
        """
        conditions = [self.available(), *self._by_identity(query), *self._by_date(query)]
        conditions += [self._having(predicate) for predicate in query.having_predicates or ()]
        if query.filter_test_accounts:
            conditions += [
                self._property(condition, "AND") for condition in self._settings.test_account_filters
            ]
        clauses = self._clauses(query)
        if clauses:
            conditions.append(all_of(clauses) if query.operand == "AND" else any_of(clauses))
        return all_of(conditions)

    def _by_identity(self, query: RecordingsQuery) -> Iterable[Condition]:
        if query.session_ids is not None:
            yield one_of("recording.id", query.session_ids)
        if query.distinct_ids:
            yield one_of("recording.distinct_id", query.distinct_ids)
        elif query.person_uuid:
            yield Condition(
                "recording.distinct_id IN (SELECT distinct_id FROM person_distinct_id JOIN person"
                " ON person.id = person_id WHERE uuid = ?)",
                (query.person_uuid,),
            )

    def _by_date(self, query: RecordingsQuery) -> Iterable[Condition]:
        if query.session_ids:
            return
        if query.date_from != "all":
            today = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
            week_before = today - timedelta(days=7)
            start = week_before if query.date_from is None else parse_date(query.date_from, self._now)
            yield Condition("start_time >= ?", (milliseconds(start),))
        if query.date_to:
            yield Condition("start_time <= ?", (milliseconds(parse_date(query.date_to, self._now)),))

    def _clauses(self, query: RecordingsQuery) -> list[Condition]:
        clauses = [self._event(entity, self._events_of_action(entity)) for entity in query.actions or ()]
        for entity in query.events or ():
            names = None if entity.id is None else [entity.name or str(entity.id)]
            clauses.append(self._event(entity, names))
        clauses += [self._property(condition, query.operand) for condition in query.properties or ()]
        if query.console_log_filters:
            clauses.append(self._console(query.console_log_filters, query.operand))
        return clauses

    def _event(self, entity: Entity, names: Sequence[str] | None) -> Condition:
        conditions = [] if names is None else [one_of("event", names)]
        conditions += [self._on(condition, "event.properties") for condition in entity.properties]
        return _exists("event", all_of(conditions))

    def _events_of_action(self, entity: Entity) -> Sequence[str]:
        action = next((a for key, a in self._settings.actions.items() if str(key) == str(entity.id)), None)
        if action is None:
            raise invalid(f"Action ID {entity.id} does not exist!")
        return action.events

    def _property(self, condition: PropertyFilter, operand: str) -> Condition:
        if condition.type in _PROPERTIES_OF:
            return self._on(condition, _PROPERTIES_OF[condition.type])
        match condition.type:
            case "event":
                return self._event_property(condition, operand)
            case "recording":
                return self._recording_property(condition)
            case "cohort":
                return self._cohort(condition)
            case "log_entry":
                return self._console([condition], operand)
            case "flag":
                return self._flag(condition)
            case _:
                raise invalid(f"Filters of the type {condition.type} are not supported in the sandbox.")

    def _flag(self, condition: PropertyFilter) -> Condition:
        """Return the condition that an event carried this value of a feature flag."""
        if condition.operator != "flag_evaluates_to":
            raise invalid("Flags are compared with flag_evaluates_to.")
        carried = condition.model_copy(update={"key": f"$feature/{condition.key}", "operator": "exact"})
        return _exists("event", self._on(carried, "event.properties"))

    def _event_property(self, condition: PropertyFilter, operand: str) -> Condition:
        if condition.key == "$lib":
            return self._value(condition, "snapshot_library")
        if operand == "AND" and condition.operator in OPPOSITES:
            return _negated(_exists("event", self._on(_positive(condition), "event.properties")))
        return _exists("event", self._on(condition, "event.properties"))

    def _recording_property(self, condition: PropertyFilter) -> Condition:
        if condition.key != "visited_page":
            return self._having(condition)
        test = self._value(_positive(condition), "page.value")
        sql = f"EXISTS (SELECT 1 FROM json_each(visited_pages) page WHERE {test.sql})"  # noqa: S608 (the names are ours)
        visited = Condition(sql, test.parameters)
        return _negated(visited) if condition.operator in OPPOSITES else visited

    def _cohort(self, condition: PropertyFilter) -> Condition:
        cohort = next((c for key, c in self._settings.cohorts.items() if key == condition.value), None)
        if cohort is None:
            raise invalid(f"Could not find cohort with ID {condition.value}")
        members = all_of(self._on(one, _PERSON_PROPERTIES) for one in cohort.properties)
        return _negated(members) if condition.operator in ("not_in", "is_not") else members

    def _having(self, condition: PropertyFilter) -> Condition:
        if condition.key not in METRICS:
            raise invalid(f"Unable to resolve field: {condition.key}")
        return self._value(condition, METRICS[condition.key])

    def _console(self, filters: Sequence[PropertyFilter], operand: str) -> Condition:
        for condition in filters:
            if condition.key not in ("level", "message"):
                raise invalid(f"Unable to resolve field: {condition.key}")
        tests = [self._value(condition, f"console_line.{condition.key}") for condition in filters]
        return _exists("console_line", all_of(tests) if operand == "AND" else any_of(tests))

    def _on(self, condition: PropertyFilter, properties: str) -> Condition:
        parameters = (condition.key, condition.operator, self._filter_value(condition))
        return Condition(f"property_matches({properties}, ?, ?, ?)", parameters)

    def _value(self, condition: PropertyFilter, column: str) -> Condition:
        return Condition(
            f"value_matches({column}, ?, ?)", (condition.operator, self._filter_value(condition))
        )

    def _filter_value(self, condition: PropertyFilter) -> str:
        """Return the value of a filter as JSON, after checking it."""
        value: Any = condition.value
        if condition.operator in ("in", "not_in"):
            raise invalid(f"Property operator {condition.operator} is for cohorts only")
        if condition.operator.startswith(("semver_", "is_cleaned_path", "flag_")):
            raise invalid(f"The operator {condition.operator} is not supported in the sandbox.")
        if condition.operator in ("regex", "not_regex"):
            patterns = condition.value if isinstance(condition.value, list) else [condition.value]
            for pattern in patterns:
                if problem := check_pattern(str(pattern)):
                    raise invalid(
                        f"Cannot compile the regular expression: {problem}", code="cannot_compile_regexp"
                    )
        if condition.operator.startswith("is_date") and isinstance(value, str):
            value = parse_date(value, self._now).isoformat()
        return orjson.dumps(value).decode()


def _joined(word: str, conditions: Iterable[Condition], neutral: str) -> Condition:
    parts = list(conditions)
    sql = f" {word} ".join(f"({part.sql})" for part in parts) or neutral
    return Condition(sql, tuple(parameter for part in parts for parameter in part.parameters))


def _exists(table: str, condition: Condition) -> Condition:
    sql = f"EXISTS (SELECT 1 FROM {table} WHERE {table}.session_id = recording.id AND ({condition.sql}))"  # noqa: S608 (the names are ours)
    return Condition(sql, condition.parameters)


def _negated(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.sql})", condition.parameters)


def _positive(condition: PropertyFilter) -> PropertyFilter:
    operator = OPPOSITES.get(condition.operator, condition.operator)
    return condition.model_copy(update={"operator": operator})
