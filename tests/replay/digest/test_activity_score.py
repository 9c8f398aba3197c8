"""PostHog's activity score, by hand."""

import math

import pytest

from recordings_mcp.replay import ActivityCounts, activity_score


def test_the_score_is_activity_over_everything_recorded() -> None:
    counts = ActivityCounts(
        recording_duration=60,
        active_seconds=20,
        click_count=3,
        keypress_count=2,
        mouse_activity_count=10,
        console_log_count=4,
        console_warn_count=1,
        console_error_count=5,
    )

    assert activity_score(counts) == round(100 * (20 + 3 + 2 + 5) / (10 + 60 + 5 + 4 + 1), 2) == 37.5


@pytest.mark.parametrize(
    "counts", [ActivityCounts(), ActivityCounts(click_count=5), ActivityCounts(recording_duration=math.nan)]
)
def test_the_score_is_0_if_the_denominator_is_0(counts: ActivityCounts) -> None:
    assert activity_score(counts) == 0
