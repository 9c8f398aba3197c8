"""Filters of a listing by metrics, console lines and comments."""

from typing import Any

import pytest

from tests.sandbox.api import error, list_recordings, listed_ids
from tests.sandbox.conditions import days, hours, log, metric
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import Recording, console

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("key", "recorded"),
    [
        ("duration", "recording_duration"),
        ("recording_duration", "recording_duration"),
        ("active_seconds", "active_seconds"),
        ("inactive_seconds", "inactive_seconds"),
        ("click_count", "click_count"),
        ("keypress_count", "keypress_count"),
        ("mouse_activity_count", "mouse_activity_count"),
        ("console_log_count", "console_log_count"),
        ("console_warn_count", "console_warn_count"),
        ("console_error_count", "console_error_count"),
    ],
)
async def test_recordings_can_be_filtered_by_each_metric(
    open_sandbox: OpenSandbox, key: str, recorded: str
) -> None:
    client = open_sandbox(
        *(Recording(f"{value}", hours(1 + value), metadata={recorded: value}) for value in (4, 5, 6))
    )
    for operator, found in {
        "gt": ["6"], "gte": ["5", "6"], "lt": ["4"], "lte": ["4", "5"], "exact": ["5"], "is_not": ["4", "6"],
    }.items():  # fmt: skip
        assert await listed_ids(client, having_predicates=[metric(key, 5, operator)]) == found, operator


async def test_recordings_can_be_filtered_by_activity_score_and_source(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(
        Recording("web", hours(1), metadata={"click_count": 50}),
        Recording("app", hours(2), metadata={"snapshot_source": "mobile"}),
    )
    assert await listed_ids(client, having_predicates=[metric("activity_score", 90, "gt")]) == ["web"]
    assert await listed_ids(client, having_predicates=[metric("snapshot_source", ["mobile"])]) == ["app"]
    assert await listed_ids(client, having_predicates=[metric("snapshot_library", ["web"])]) == ["web", "app"]


async def test_a_metric_that_does_not_exist_is_refused(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(open_sandbox(), having_predicates=[metric("mood", 1)])
    assert response.status_code == 400
    assert response.json() == error("validation_error", "invalid_input", "Unable to resolve field: mood")


async def test_the_start_url_as_a_metric_matches_nothing(open_sandbox: OpenSandbox) -> None:
    predicate = metric("start_url", "shop", "icontains")
    assert await listed_ids(open_sandbox(Recording("a")), having_predicates=[predicate]) == []


async def test_console_lines_are_found_by_level_and_message(open_sandbox: OpenSandbox) -> None:
    start = Recording("x").start
    client = open_sandbox(
        Recording("error", lines=[console(start, "error", "payment", "declined")]),
        Recording("warn", hours(2), lines=[console(start, "warn", "payment is slow"), "{torn"]),
        Recording("info", hours(3), lines=[console(start, "log", "payment started")]),
        Recording("silent", hours(4)),
    )
    assert await listed_ids(client, console_log_filters=[log("level", ["error"])]) == ["error"]
    assert await listed_ids(client, console_log_filters=[log("level", ["error", "warn"])]) == [
        "error",
        "warn",
    ]
    assert await listed_ids(client, console_log_filters=[log("level", ["info"])]) == ["info"]
    said = log("message", "payment declined", "icontains")
    assert await listed_ids(client, console_log_filters=[said]) == ["error"]


async def test_level_and_message_must_match_one_line_unless_the_operand_is_or(
    open_sandbox: OpenSandbox,
) -> None:
    start = Recording("x").start
    apart = [console(start, "error", "something else"), console(start, "log", "payment")]
    client = open_sandbox(
        Recording("together", lines=[console(start, "error", "payment")]),
        Recording("apart", hours(2), lines=apart),
    )
    filters = [log("level", ["error"]), log("message", "payment", "icontains")]
    assert await listed_ids(client, console_log_filters=filters) == ["together"]
    assert await listed_ids(client, console_log_filters=filters, operand="OR") == ["together", "apart"]


async def test_console_lines_have_only_level_and_message(open_sandbox: OpenSandbox) -> None:
    response = await list_recordings(open_sandbox(), console_log_filters=[log("colour", ["red"])])
    assert response.json()["detail"] == "Unable to resolve field: colour"


async def test_comments_are_found_by_their_text(open_sandbox: OpenSandbox) -> None:
    comments = [
        {"recording_id": "old", "content": "Look at the Checkout"},
        {"recording_id": "a", "content": "Bug"},
    ]
    client = open_sandbox(
        Recording("a"), Recording("b", hours(2)), Recording("old", days(30)), comments=comments
    )

    def about(operator: str, value: Any = None) -> dict[str, Any]:
        return {"type": "recording", "key": "comment_text", "operator": operator, "value": value}

    assert await listed_ids(client, comment_text=about("icontains", "checkout")) == ["old"]
    assert await listed_ids(client, comment_text=about("exact", "Bug")) == ["a"]
    assert await listed_ids(client, comment_text=about("exact", ["Bug", "Look"])) == []
    assert sorted(await listed_ids(client, comment_text=about("is_set"))) == ["a", "old"]
    assert await listed_ids(client, comment_text=about("icontains", "nothing like it")) == []
    assert await listed_ids(client, comment_text=about("is_set"), session_ids=["b", "a"]) == ["a"]
    assert await listed_ids(client, comment_text=about("icontains", "")) == ["a", "b"]


async def test_other_operators_on_comments_are_a_500(open_sandbox: OpenSandbox) -> None:
    regex = {"type": "recording", "key": "comment_text", "operator": "regex", "value": "a"}
    assert (await list_recordings(open_sandbox(), comment_text=regex)).status_code == 500
