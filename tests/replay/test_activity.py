"""How long the person was active, as PostHog separates stretches of activity."""

import pytest

from recordings_mcp.replay import ActiveStretch, active_seconds, read_timeline, timeline_as_dict
from tests.replay._building import Recording, element


def moving(*times: float, window: str = "tab") -> Recording:
    recording = Recording(window).open("/", element(10, "p"))
    for seconds in times:
        recording.at(seconds).change(1, positions=[])
    return recording


@pytest.mark.parametrize(
    ("times", "stretches", "seconds"),
    [
        ((), [], 0.0),
        ((1.0,), [(1.0, 1.0)], 0.001),
        ((1.0, 3.0, 8.0), [(1.0, 8.0)], 7.0),
        ((1.0, 3.0, 8.001, 9.0), [(1.0, 3.0), (8.001, 9.0)], 2.999),
    ],
)
def test_activity_continues_over_gaps_of_at_most_5_seconds(
    times: tuple[float, ...], stretches: list[tuple[float, float]], seconds: float
) -> None:
    timeline = moving(*times).timeline()

    assert timeline.activity == [ActiveStretch("tab", start, end) for start, end in stretches]
    assert active_seconds(timeline.activity) == seconds


@pytest.mark.parametrize(
    ("source", "active"),
    [
        (0, False),
        (1, True),
        (2, True),
        (3, True),
        (4, True),
        (5, True),
        (6, True),
        (7, True),
        (12, True),
        (14, False),
    ],
)
def test_activity_is_what_a_person_does_and_not_what_a_page_does(source: int, *, active: bool) -> None:
    recording = Recording().open("/", element(10, "video"))
    recording.at(3).change(source, id=10, type=1, x=0, y=0, text="", isChecked=False, width=1, height=1)

    assert bool(recording.timeline().activity) is active


def test_activity_in_two_windows_at_once_is_counted_once() -> None:
    timeline = read_timeline([*moving(1, 4).lines(), *moving(3, 7, window="other").lines()])

    assert timeline.activity == [ActiveStretch("tab", 1.0, 4.0), ActiveStretch("other", 3.0, 7.0)]
    assert active_seconds(timeline.activity) == 6.0
    assert active_seconds(timeline.activity, 2.0, 5.0) == 3.0
    assert timeline_as_dict(timeline)["recording"]["active"] == 6.0
