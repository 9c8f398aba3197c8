"""The operators of property filters, each on event properties."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.api import RECORDINGS, list_recordings, listed_ids
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import NOW, Event, Recording

pytestmark = pytest.mark.anyio

RICH = {
    "text": "Card declined",
    "whole": 42,
    "decimal": 2.5,
    "numeric_text": "42",
    "yes": True,
    "nothing": None,
    "list": ["red", "blue"],
    "moment": "2026-03-09T10:00:00Z",
    "seconds": 1773050400,
    "milliseconds": 1773050400000,
}
HIT: list[tuple[str, str, Any]] = [
    ("text", "exact", "Card declined"),
    ("text", "exact", ["other", "Card declined"]),
    ("whole", "exact", "42"),
    ("whole", "exact", 42),
    ("numeric_text", "exact", 42),
    ("decimal", "exact", 2.5),
    ("yes", "exact", ["true"]),
    ("yes", "exact", True),
    ("list", "exact", "blue"),
    ("text", "icontains", "DECLINED"),
    ("text", "icontains", ["nothing", "card"]),
    ("text", "regex", "^Card (declined|lost)$"),
    ("whole", "regex", "^4"),
    ("whole", "gt", 41),
    ("whole", "gt", "41.5"),
    ("numeric_text", "gte", 42),
    ("decimal", "lt", 10),
    ("decimal", "lte", 2.5),
    ("text", "gt", "B"),
    ("text", "is_set", None),
    ("moment", "is_date_before", "2026-03-10"),
    ("moment", "is_date_after", "2026-03-09T09:59:00Z"),
    ("moment", "is_date_after", "-2d"),
    ("moment", "is_date_exact", "2026-03-09"),
    ("seconds", "is_date_exact", "2026-03-09"),
    ("milliseconds", "is_date_exact", "2026-03-09"),
    ("whole", "between", [41, 42]),
    ("decimal", "not_between", [3, 4]),
    ("missing", "not_between", [3, 4]),
    ("whole", "min", 42),
    ("whole", "max", 42),
    ("text", "icontains_multi", ["nothing", "declined"]),
    ("text", "not_icontains_multi", ["nothing", "paid"]),
    ("text", "is_not", "other"),
    ("missing", "is_not", "anything"),
    ("text", "not_icontains", "paid"),
    ("missing", "not_icontains", "paid"),
    ("text", "not_regex", "^paid"),
    ("missing", "not_regex", "x"),
    ("missing", "is_not_set", None),
    ("nothing", "is_not_set", None),
]
MISS: list[tuple[str, str, Any]] = [
    ("whole", "between", [43, 50]),
    ("whole", "between", [41]),
    ("missing", "between", [0, 50]),
    ("whole", "not_between", [41, 42]),
    ("whole", "min", 43),
    ("whole", "max", 41),
    ("text", "icontains_multi", ["paid", "lost"]),
    ("text", "not_icontains_multi", ["paid", "card"]),
    ("text", "exact", "card declined"),
    ("text", "exact", []),
    ("missing", "exact", "null"),
    ("text", "icontains", "paid"),
    ("missing", "icontains", ""),
    ("text", "regex", "^declined"),
    ("missing", "regex", ".*"),
    ("whole", "gt", 42),
    ("numeric_text", "gt", 100),
    ("missing", "gt", 0),
    ("missing", "lt", 0),
    ("decimal", "lte", 2.4),
    ("missing", "is_set", None),
    ("nothing", "is_set", None),
    ("moment", "is_date_before", "2026-03-09T10:00:00Z"),
    ("moment", "is_date_after", "-1d"),
    ("text", "is_date_before", "2026-03-10"),
    ("missing", "is_date_exact", "2026-03-10"),
    ("text", "is_not", ["Card declined", "x"]),
    ("list", "is_not", "red"),
    ("text", "not_icontains", "card"),
    ("text", "not_regex", "declined$"),
    ("text", "is_not_set", None),
]


@pytest.mark.parametrize(("key", "operator", "value"), HIT)
async def test_an_operator_holds(open_sandbox: OpenSandbox, key: str, operator: str, value: Any) -> None:
    client = open_sandbox(Recording("a", events=[Event("e", RICH)]))
    condition = {"type": "event", "key": key, "operator": operator, "value": value}
    assert await listed_ids(client, properties=[condition]) == ["a"]


@pytest.mark.parametrize(("key", "operator", "value"), MISS)
async def test_an_operator_does_not_hold(
    open_sandbox: OpenSandbox, key: str, operator: str, value: Any
) -> None:
    client = open_sandbox(Recording("a", events=[Event("e", RICH)]))
    condition = {"type": "event", "key": key, "operator": operator, "value": value}
    assert await listed_ids(client, properties=[condition]) == []


async def test_the_operators_of_cohorts_are_refused_elsewhere(open_sandbox: OpenSandbox) -> None:
    condition = {"type": "event", "key": "plan", "operator": "in", "value": ["pro"]}
    assert (await list_recordings(open_sandbox(), properties=[condition])).status_code == 400


@pytest.mark.parametrize("operator", ["semver_gte", "is_cleaned_path_exact", "flag_evaluates_to"])
async def test_an_operator_that_is_not_evaluated_here_is_refused_in_words(
    open_sandbox: OpenSandbox, operator: str
) -> None:
    condition = {"type": "event", "key": "plan", "operator": operator, "value": "1.0"}
    refused = await list_recordings(open_sandbox(), properties=[condition])
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        f"The operator {operator} is not supported in the sandbox.",
    )


async def test_an_unknown_operator_is_refused(open_sandbox: OpenSandbox) -> None:
    condition = {"type": "event", "key": "plan", "operator": "sounds_like", "value": "pro"}
    assert (await list_recordings(open_sandbox(), properties=[condition])).status_code == 400


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "(?:a{1000}){1000}"])
async def test_a_pattern_that_re2_does_not_support_is_refused(
    open_sandbox: OpenSandbox, pattern: str
) -> None:
    condition = {"type": "event", "key": "text", "operator": "regex", "value": pattern}
    response = await list_recordings(open_sandbox(Recording("a")), properties=[condition])
    assert response.status_code == 400
    assert response.json()["code"] == "cannot_compile_regexp"


@pytest.mark.alone
async def test_no_pattern_can_hang_the_server(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", events=[Event("e", {"text": "a" * 20_000 + "!"})]))
    started = time.perf_counter()
    for pattern in ("(a+)+$", "(a|a)+$", "(a|aa)+$", "^(.*a){20}$"):
        condition = {"type": "event", "key": "text", "operator": "regex", "value": pattern}
        assert await listed_ids(client, properties=[condition]) == []
    assert time.perf_counter() - started < 5


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
OPERATORS = st.sampled_from([operator for _, operator, _ in HIT] + ["in", "not_in"])
TYPES = st.sampled_from(["event", "person", "session", "recording", "cohort", "group", "log_entry", "hogql"])
KEYS = st.sampled_from([*RICH, "id", "visited_page", "level", "duration", "$lib"])
CONDITIONS = st.fixed_dictionaries(
    {"type": TYPES, "key": KEYS, "operator": OPERATORS, "value": SCALARS | st.lists(SCALARS, max_size=2)}
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "properties": st.lists(CONDITIONS, max_size=2) | JSON,
        "having_predicates": st.lists(CONDITIONS, max_size=2) | JSON,
        "console_log_filters": st.lists(CONDITIONS, max_size=2) | JSON,
        "comment_text": CONDITIONS | JSON,
        "events": st.lists(st.fixed_dictionaries({"id": SCALARS}), max_size=2) | JSON,
        "date_from": st.text(max_size=12) | JSON,
        "date_to": st.from_regex(r"-?\d{0,12}[hdwmqyM](Start|End)?", fullmatch=True),
        "order": JSON,
        "limit": JSON,
        "offset": JSON,
        "after": JSON,
        "session_ids": JSON,
        "operand": st.sampled_from(["AND", "OR"]),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS)
async def test_every_query_gets_a_list_or_an_error_in_one_of_the_two_shapes(
    open_sandbox: OpenSandbox, filters: dict[str, Any]
) -> None:
    client = open_sandbox()
    response = await client.get(
        f"{RECORDINGS}/", params={key: json.dumps(value) for key, value in filters.items()}
    )
    body = response.json()
    assert response.status_code in (200, 400, 500)
    assert {200: "results", 400: "detail", 500: "error"}[response.status_code] in body


@pytest.mark.alone
async def test_a_deeply_nested_parameter_is_only_a_text(open_sandbox: OpenSandbox) -> None:
    response = await open_sandbox().get(f"{RECORDINGS}/", params={"properties": "[" * 16_000})
    assert response.status_code == 400


async def test_a_moment_of_a_property_moves_with_its_recording(open_sandbox: OpenSandbox) -> None:
    ago = timedelta(days=400)
    seconds = (NOW - ago).timestamp() + 1.5
    recording = Recording("a", ago, events=[Event("e", {"$time": seconds})])
    client = open_sandbox(recording, keep_times=False)
    lately = {"type": "event", "key": "$time", "operator": "is_date_after", "value": "-1h"}
    assert await listed_ids(client, properties=[lately]) == ["a"]
