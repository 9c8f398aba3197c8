"""Filters are checked here and compiled to what PostHog reads."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from pydantic import ValidationError

from recordings_mcp.client import (
    ActionFilter,
    CommentFilter,
    ConsoleLogFilter,
    EventFilter,
    PropertyFilter,
    RecordingFilters,
    RecordingMetric,
)


def test_every_filter_compiles_to_its_parameter() -> None:
    page = PropertyFilter(key="$current_url", value="/checkout", operator="icontains")
    filters = RecordingFilters(
        date_from="-7d",
        date_to=datetime(2026, 3, 1, 12, tzinfo=UTC),
        events=(EventFilter(id="$rageclick", properties=(page,)), EventFilter(id="$pageview")),
        actions=(ActionFilter(id=42),),
        properties=(
            page,
            PropertyFilter(key="email", operator="is_set", type="person"),
            PropertyFilter(key="id", value=42, operator="in", type="cohort"),
            PropertyFilter(key="properties.$lib = 'web'", type="hogql"),
            PropertyFilter(key="name", value=["a", "b"], type="group", group_type_index=0),
            PropertyFilter(key="new-cart", value=True, operator="flag_evaluates_to", type="flag"),
            PropertyFilter(key="text", value=["Pay"], type="element"),
            PropertyFilter(key="price", value=[1, 2], operator="between", type="event"),
        ),
        console_log_filters=(ConsoleLogFilter(key="level", value=["error"]),),
        having_predicates=(
            RecordingMetric(key="duration", operator="gt", value=60),
            RecordingMetric(key="snapshot_source", operator="exact", value=["web"]),
        ),
        comment_text=CommentFilter(operator="icontains", value="look"),
        filter_test_accounts=True,
        operand="OR",
        session_recording_id="123",
        distinct_ids=("jane", "123"),
        order="activity_score",
        order_direction="ASC",
        limit=20,
        hide_viewed_recordings="current-user",
    )
    assert {name: read_as_posthog_does(text) for name, text in filters.query().items()} == snapshot(
        {
            "date_from": "-7d",
            "date_to": "2026-03-01T12:00:00+00:00",
            "events": [
                {
                    "id": "$rageclick",
                    "name": "$rageclick",
                    "type": "events",
                    "order": 0,
                    "properties": [
                        {
                            "key": "$current_url",
                            "value": "/checkout",
                            "operator": "icontains",
                            "type": "event",
                        }
                    ],
                },
                {"id": "$pageview", "name": "$pageview", "type": "events", "order": 1, "properties": []},
            ],
            "actions": [{"id": 42, "type": "actions", "order": 0, "properties": []}],
            "properties": [
                {"key": "$current_url", "value": "/checkout", "operator": "icontains", "type": "event"},
                {"key": "email", "operator": "is_set", "type": "person"},
                {"key": "id", "value": 42, "operator": "in", "type": "cohort"},
                {"key": "properties.$lib = 'web'", "type": "hogql"},
                {
                    "key": "name",
                    "value": ["a", "b"],
                    "operator": "exact",
                    "type": "group",
                    "group_type_index": 0,
                },
                {"key": "new-cart", "value": True, "operator": "flag_evaluates_to", "type": "flag"},
                {"key": "text", "value": ["Pay"], "operator": "exact", "type": "element"},
                {"key": "price", "value": [1, 2], "operator": "between", "type": "event"},
            ],
            "console_log_filters": [
                {"type": "log_entry", "key": "level", "value": ["error"], "operator": "exact"}
            ],
            "having_predicates": [
                {"type": "recording", "key": "duration", "operator": "gt", "value": 60},
                {"type": "recording", "key": "snapshot_source", "operator": "exact", "value": ["web"]},
            ],
            "comment_text": {
                "type": "recording",
                "key": "comment_text",
                "operator": "icontains",
                "value": "look",
            },
            "filter_test_accounts": True,
            "operand": "OR",
            "session_recording_id": "123",
            "distinct_ids": ["jane", "123"],
            "order": "activity_score",
            "order_direction": "ASC",
            "limit": 20,
            "hide_viewed_recordings": "current-user",
        }
    )


def test_no_filters_compile_to_no_parameters() -> None:
    assert RecordingFilters().query() == {}


def test_explicit_recordings_come_with_five_years_for_servers_that_apply_their_default_dates() -> None:
    assert RecordingFilters(session_ids=("b", "1")).query() == snapshot(
        {"session_ids": '["b","1"]', "date_from": "-1825d"}
    )
    assert RecordingFilters(session_ids=("b",), date_from="-1d").query()["date_from"] == "-1d"


def test_no_recordings_at_all_can_be_asked_for() -> None:
    assert RecordingFilters(session_ids=()).query()["session_ids"] == "[]"


@pytest.mark.parametrize(
    ("bound", "parameter"),
    [
        ("all", "all"),
        ("-24h", "-24h"),
        ("-1mStart", "-1mStart"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1), "2026-03-01T00:00:00+00:00"),  # noqa: DTZ001 — a naive time is what is tested
    ],
)
def test_dates_are_iso_or_relative(bound: Any, parameter: str) -> None:
    assert RecordingFilters(date_from=bound).query() == {"date_from": parameter}


@pytest.mark.parametrize(
    "filters",
    [
        {"colour": "red"},
        {"date_from": "last week"},
        {"session_ids": ["../x"]},
        {"limit": 0},
        {"order": "id; drop"},
        {"events": [{"id": "a", "extra": 1}]},
        {"person_uuid": "a", "distinct_ids": ["b"]},
        {"properties": [{"key": "a", "operator": "exact"}]},
        {"properties": [{"key": "id", "value": 1, "operator": "gt", "type": "cohort"}]},
        {"having_predicates": [{"key": "duration", "operator": "gt", "value": float("nan")}]},
        {"having_predicates": [{"key": "start_url", "operator": "exact", "value": ["x"]}]},
    ],
)
def test_what_posthog_would_misunderstand_is_refused_without_repeating_the_input(
    filters: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError) as error:
        RecordingFilters.model_validate(filters)
    assert "input_value" not in str(error.value)


def read_as_posthog_does(parameter: str) -> Any:
    try:
        return json.loads(parameter)
    except json.JSONDecodeError:
        return parameter


@given(st.one_of(st.text(min_size=1), st.integers().map(str), st.just("9" * 5000), st.just("[" * 5000)))
def test_posthog_reads_every_text_back_as_that_text(text: str) -> None:
    compiled = RecordingFilters(person_uuid=text[:1000]).query()["person_uuid"]
    assert read_as_posthog_does(compiled) == text[:1000]
