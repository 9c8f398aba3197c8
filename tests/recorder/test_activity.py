"""What is counted in a recording, and how long somebody was active."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from recorder._activity import Activity, count_activity, count_clicks


def test_each_kind_of_event_is_counted_as_posthog_counts_it() -> None:
    events: list[dict[str, Any]] = [
        *(_interaction(t, kind) for t, kind in enumerate((0, 1, 2, 3, 4, 5, 6, 7, 9))),
        _incremental(20, source=1, positions=[]),
        _incremental(21, source=3, id=1, x=0, y=10),
        _incremental(22, source=5, id=2, text="*", isChecked=False),
        _incremental(23, source=6, positions=[]),
        _incremental(24, source=0, adds=[], removes=[], texts=[], attributes=[]),
        *(
            _console(30 + t, level)
            for t, level in enumerate(("log", "info", "warn", "error", "assert", "debug"))
        ),
        {"type": 5, "timestamp": 40, "data": {"tag": "$pageview", "payload": {}}},
    ]

    assert count_activity([events]) == snapshot(
        Activity(
            click_count=4,
            keypress_count=1,
            mouse_activity_count=11,
            console_log_count=3,
            console_warn_count=1,
            console_error_count=2,
            active_milliseconds=40,
        )
    )


def test_only_clicks_are_clicks_in_the_narrow_sense() -> None:
    assert count_clicks([_interaction(t, kind) for t, kind in enumerate((1, 0, 2, 4, 3, 9, 2))]) == 2


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], 0),
        ([100], 1),
        ([0, 5_000], 5_000),
        ([0, 5_001], 2),
        ([0, 3_000, 6_000, 20_000, 21_000], 7_000),
        ([6_000, 0, 3_000], 6_000),
    ],
)
def test_active_time_ends_five_seconds_after_the_last_act(times: list[int], expected: int) -> None:
    assert count_activity([[_interaction(t, 2) for t in times]]).active_milliseconds == expected


def test_an_event_without_activity_extends_active_time_but_does_not_begin_it() -> None:
    def mutation(t: int) -> dict[str, Any]:
        return _incremental(t, source=0, adds=[], removes=[], texts=[], attributes=[])

    block = [mutation(0), mutation(1_000), _interaction(2_000, 2), mutation(4_000), mutation(7_500)]

    assert count_activity([block]).active_milliseconds == 2_000


def test_active_time_is_added_up_over_blocks() -> None:
    blocks = [[_interaction(0, 2), _interaction(1_000, 2)], [_interaction(2_000, 2), _interaction(4_500, 2)]]

    assert count_activity(blocks).active_milliseconds == 3_500


def _incremental(t: int, **data: Any) -> dict[str, Any]:
    return {"type": 3, "timestamp": t, "data": data}


def _interaction(t: int, kind: int) -> dict[str, Any]:
    return _incremental(t, source=2, type=kind, id=1)


def _console(t: int, level: str) -> dict[str, Any]:
    payload: dict[str, Any] = {"level": level, "trace": [], "payload": []}
    return {"type": 6, "timestamp": t, "data": {"plugin": "rrweb/console@1", "payload": payload}}
