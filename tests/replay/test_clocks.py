"""Times on another clock than the recording's, in another unit, or from another day."""

from dataclasses import replace

import hypothesis.strategies as st
import orjson
import pytest
from hypothesis import given

from recordings_mcp.replay import AnalyticsEvent, Timeline, describe_coverage, read_timeline
from tests.replay._building import START, Recording, event, form, sentences

HOUR = 3600.0
DAY = 24 * HOUR


def failed(recording: Recording, clock: float, **fields: object) -> Recording:
    """A request that failed, reported 10 ms after it ended, whose clock differs by some seconds."""
    began = START + round((recording.now + clock) * 1000) - 310
    return recording.request("/api/pay", responseStatus=500, duration=300, timestamp=began, **fields)


@pytest.mark.parametrize("clock", [-2 * HOUR, 2 * HOUR])
def test_a_request_is_put_on_the_recordings_clock(clock: float) -> None:
    timeline = failed(form().at(5).click(23).at(6), clock).at(20).click(23).timeline()

    assert [(round(seen.t), seen.kind) for seen in timeline.observations if seen.t > 0] == [
        (5, "click"),
        (5, "dead_click"),
        (6, "network_error"),
        (20, "click"),
    ]
    assert timeline.coverage.requests_moved == (7200.01 if clock < 0 else 0)
    assert ("Requests were timed by a clock 120 min 0 s behind" in describe_coverage(timeline.coverage)) == (
        clock < 0
    )


def test_requests_from_before_the_recorder_started_are_not_moved() -> None:
    recording = form().at(1)
    failed(recording, -HOUR, isInitial=True)
    failed(recording.at(6), 0, method="POST")

    assert [seen.t for seen in recording.timeline().observations if seen.kind == "network_error"] == [0, 5.99]


def test_a_slow_report_of_one_request_moves_none() -> None:
    recording = form().at(10)
    failed(recording, -8)
    failed(recording.at(20), 0, method="POST")

    assert [seen.t for seen in recording.timeline().observations if seen.kind == "network_error"] == [
        1.99,
        19.99,
    ]


def tour() -> Recording:
    """Three pages in twenty seconds."""
    recording = Recording().open("/")
    for at, path in ((5, "/tour"), (9, "/cart")):
        recording.at(at).tag("$pageview", {"href": "https://shop.example" + path})
    return recording.at(20).console("log", "end")


def events_of_tour(clock: float) -> list[AnalyticsEvent]:
    views = [(0.1, "/"), (5.01, "/tour"), (9.02, "/cart")]
    return [
        *(
            event("$pageview", at + clock, dollar_current_url=f"https://shop.example{path}")
            for at, path in views
        ),
        event("order failed", 12 + clock),
    ]


@pytest.mark.parametrize("clock", [-2 * HOUR, -600, 0, 600, 2 * HOUR, 300 * DAY])
def test_events_on_another_clock_are_moved_by_what_brings_all_pageviews_to_their_pages(clock: float) -> None:
    timeline = tour().timeline(*events_of_tour(clock))

    assert sentences(timeline, "page", "custom") == [
        "page shop.example/",
        "page /tour",
        "page /cart",
        "custom order failed",
    ]
    assert [round(seen.t) for seen in timeline.observations if seen.kind == "custom"] == [12]
    assert (round(timeline.duration), timeline.coverage.analytics_left_out) == (20, 0)
    assert timeline.coverage.analytics_moved == pytest.approx(-clock, abs=0.1)


def test_one_pageview_that_does_not_fit_does_not_prevent_the_correction() -> None:
    views = [f"/step/{number}" for number in range(20)]
    recording = Recording()
    for number, path in enumerate(views):
        recording.at(10 * number).open(path)
    events = [
        event("$pageview", 10 * number - HOUR, dollar_current_url="https://shop.example" + path)
        for number, path in enumerate(views)
    ]
    events[7] = replace(events[7], timestamp=events[7].timestamp - 50_000)

    assert recording.timeline(*events).coverage.analytics_moved == HOUR


def test_events_that_no_shift_brings_to_their_pages_are_left_out() -> None:
    events = events_of_tour(-2 * HOUR)
    events[1].timestamp += 60_000
    timeline = tour().timeline(*events)

    assert "custom" not in {seen.kind for seen in timeline.observations}
    assert (timeline.coverage.analytics_events, timeline.coverage.analytics_left_out) == (0, 4)
    assert describe_coverage(timeline.coverage).endswith(
        " 4 analytics events before, after or not on the clock of the recording, left out."
    )


def test_events_that_several_shifts_would_fit_are_left_out() -> None:
    recording = Recording().open("/").at(60).add(0, {}).open("/").at(120).console("log", "end")
    timeline = recording.timeline(event("$pageview", -HOUR, dollar_current_url="https://shop.example/"))

    assert (timeline.coverage.analytics_moved, timeline.coverage.analytics_left_out) == (0, 1)


def test_events_within_the_recording_are_moved_only_if_several_pageviews_say_so() -> None:
    recording = Recording()
    for number in range(5):
        recording.at(600 * number).open(f"/step/{number}")
    views = [
        event("$pageview", 600 * number + 300, dollar_current_url=f"https://shop.example/step/{number}")
        for number in range(5)
    ]
    paid = event("paid", 1000)

    moved, kept = recording.timeline(*views, paid), recording.timeline(views[0], paid)

    assert (moved.coverage.analytics_moved, kept.coverage.analytics_moved) == (-300, 0)
    assert [seen.t for seen in moved.observations if seen.kind == "custom"] == [700]
    assert [seen.t for seen in kept.observations if seen.kind == "custom"] == [1000]


def test_the_duration_lasts_to_the_last_observation_and_events_of_another_time_are_left_out() -> None:
    events = [event("early", -HOUR), event("paid", 40), event("shipped", DAY)]
    timeline = tour().timeline(*events_of_tour(0)[:3], *events)

    assert sentences(timeline, "custom") == ["custom paid"]
    assert (timeline.duration, timeline.observations[-1].t) == (40, 40)
    assert timeline.coverage.analytics_left_out == 2


def scaled(recording: Recording, factor: float) -> Timeline:
    lines = [
        orjson.dumps([recording.window, {**seen, "timestamp": seen["timestamp"] * factor}])
        for seen in recording.events
    ]
    return read_timeline(lines)


@pytest.mark.parametrize("factor", [1e-3, 1000, 1_000_000])
def test_times_in_another_unit_are_converted(factor: float) -> None:
    recording = form().at(1).click(23).at(9).click(23)
    timeline = scaled(recording, factor)

    assert timeline.observations == recording.timeline().observations
    assert (timeline.duration, timeline.coverage.times_scaled) == (9, len(recording.events))
    assert "8 not timed in milliseconds, converted." in describe_coverage(timeline.coverage)


@pytest.mark.parametrize("place", [0, 3, -1])
@pytest.mark.parametrize("away", [-3 * DAY, -25 * HOUR, 25 * HOUR, 3 * DAY, 400 * DAY])
def test_an_event_days_away_does_not_stretch_the_recording(place: int, away: float) -> None:
    recording = form().at(1).click(23).at(9).click(23)
    lines = recording.lines()
    lines.insert(place, Recording().at(away).console("log", "far").lines()[0])
    timeline = read_timeline(lines)

    assert timeline.observations == recording.timeline().observations
    assert (timeline.duration, timeline.coverage.far_events) == (9, 1)
    assert "1 dated more than 24 hours from the others, left out" in describe_coverage(timeline.coverage)


def test_a_recording_may_last_a_day() -> None:
    timeline = form().at(DAY).click(23).timeline()

    assert (timeline.duration, timeline.coverage.far_events) == (DAY, 0)


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=400))
def test_no_recording_is_longer_than_a_day(hours: list[int]) -> None:
    recording = form()
    for at in hours:
        recording.at(at * HOUR).console("warn", at)
    timeline = recording.timeline(event("paid", 30 * HOUR))

    assert timeline.duration <= DAY + 300
    assert max((seen.until for seen in timeline.observations), default=0) <= timeline.duration


@pytest.mark.parametrize("clock", [0, -2 * HOUR, 2 * HOUR])
def test_a_pause_that_the_recorder_noticed_begins_at_the_last_activity(clock: float) -> None:
    recording = form().at(10).click(23).at(310)
    since = START + (10 + clock) * 1000
    recording.tag("sessionIdle", {"lastActivityTimestamp": since, "threshold": 300_000})

    assert [(seen.t, seen.until) for seen in recording.timeline().observations if seen.kind == "idle"] == [
        (10, 310)
    ]


def test_a_pause_from_before_the_recording_is_not_reported() -> None:
    recording = Recording().tag("sessionIdle", {"lastActivityTimestamp": START - 9_000_000})

    assert "idle" not in {seen.kind for seen in form(recording).at(20).click(23).timeline().observations}
