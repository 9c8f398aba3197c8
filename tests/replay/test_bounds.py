"""Limits on what a recording may cost: sizes, depths, counts, times. What exceeds them is counted."""

import gc
import gzip
import tracemalloc
from collections.abc import Callable
from typing import Any

import cramjam
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recordings_mcp.replay import AnalyticsEvent, Walker, read_timeline
from recordings_mcp.replay.intake.thinning import thinned
from recordings_mcp.replay.shapes import is_fields, is_items
from tests.replay._building import START, Recording, busy, check, compress, element, sentences, text

pytestmark = pytest.mark.alone


def page() -> Recording:
    return Recording().open("/", element(10, "button", text(11, "Pay")))


def compressed(value: str) -> Recording:
    data = {"source": 0, "adds": value, "removes": "", "texts": "", "attributes": ""}
    return page().add(3, data, cv="2024-10").click(10)


BOMBS: dict[str, Callable[[], str]] = {
    "gzip": lambda: gzip.compress(bytes(66 << 20)).decode("latin-1"),
    "zstd": lambda: bytes(cramjam.zstd.compress(bytes(66 << 20))).decode("latin-1"),
    "brackets": lambda: gzip.compress(b"[" + b"[]," * 5_000_000 + b"0]").decode("latin-1"),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_decompression_bomb_in_a_field_is_not_expanded(bomb: Callable[[], str]) -> None:
    lines = compressed(bomb()).lines()
    tracemalloc.start()
    timeline = read_timeline(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sentences(timeline, "click") == ['click button "Pay"']
    assert timeline.coverage.undecodable >= 1
    assert timeline.coverage.limits_reached == ["Compressed fields beyond 64 MB were not read: 1"]
    assert peak < 300 << 20


def test_nesting_beyond_what_json_allows_is_counted() -> None:
    deep = b'["tab",' + b'{"data":[' * 100_000 + b"]}" * 100_000 + b"]"

    assert read_timeline([*page().lines(), deep]).coverage.undecodable == 1


def test_a_line_beyond_the_limit_is_counted() -> None:
    long = b'["tab",{"type":3,"timestamp":1795000000000,"data":"' + b"x" * (65 << 20) + b'"}]'
    timeline = read_timeline([long, *page().lines()])

    assert timeline.coverage.undecodable == 1
    assert timeline.coverage.limits_reached == ["Lines longer than 64 MB were not read: 1"]


def test_a_line_of_far_too_many_objects_is_not_decoded() -> None:
    timeline = read_timeline([b'["tab",' + b"[]," * 1_200_000 + b"0]"])

    assert timeline.coverage.undecodable == 1
    assert timeline.coverage.limits_reached == [
        "Lines with more than 1,200,000 objects and arrays were not read: 1"
    ]


def huge_page() -> Recording:
    """A page of 400,000 nodes, the most that are followed."""
    items = [element(100 + 2 * k, "li", text(101 + 2 * k, "Item")) for k in range(200_000)]
    recording = Recording().open("/", element(10, "button", text(11, "Pay")), element(12, "ul", *items))
    return recording.click(11).click(101)


@pytest.mark.parametrize("form", ["lines", "compressed", "array"])
def test_of_a_page_with_too_many_nodes_the_first_are_kept(form: str) -> None:
    events = huge_page().events
    if form == "compressed":
        events[1] |= {"data": compress(events[1]["data"]), "cv": "2024-10"}
    if form == "array":
        events[1] = {"timestamp": events[1]["timestamp"], "data": events[1]["data"], "type": 2}
    timeline = read_timeline([orjson.dumps(["tab", event]) for event in events])

    assert sentences(timeline, "click") == ['click button "Pay"', 'click list item "Item"']
    assert (timeline.coverage.events, timeline.coverage.undecodable) == (len(events), 0)
    assert timeline.coverage.limits_reached == [
        "Lines with more than 600,000 objects and arrays were read in part: 1"
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.text(alphabet='a"\\[]{},:\u00e9', max_size=6),
    lambda parts: st.lists(parts, max_size=5) | st.dictionaries(st.text(max_size=3), parts, max_size=4),
)


def containers(value: object) -> int:
    if is_fields(value):
        return 1 + sum(map(containers, value.values()))
    return 1 + sum(map(containers, value)) if is_items(value) else 0


@given(st.lists(_JSON, max_size=6), st.integers(0, 30))
def test_json_stays_json_when_it_is_thinned(value: list[Any], most: int) -> None:
    found = orjson.loads(thinned(orjson.dumps(value), most))

    assert containers(found) <= containers(value)
    assert (found == value) == (containers(found) == containers(value))
    assert found == value or containers(value) > most


@given(st.binary(max_size=60), st.integers(0, 3))
@example(b"[{", 0)
def test_damaged_json_is_thinned_without_an_error(data: bytes, most: int) -> None:
    assert len(thinned(data, most)) <= len(data)


@pytest.mark.parametrize(
    "timestamp",
    [b"NaN", b"-1", b"1e300", b"Infinity", b"8640000000000001", b'"1795000000000"', b"true", b"null", b"[]"],
)
def test_an_invalid_time_is_counted(timestamp: bytes) -> None:
    odd = (
        b'["tab",{"type":6,"data":{"plugin":"rrweb/console@1","payload":{"payload":["x"]}},"timestamp":%b}]'
        % timestamp
    )
    timeline = read_timeline([*page().click(10).lines(), odd])

    assert (timeline.coverage.undecodable, timeline.duration) == (1, 0.2)


def test_an_event_with_a_time_far_away_is_ignored() -> None:
    timeline = page().at(8 * 24 * 3600).click(10).timeline()

    assert (sentences(timeline, "click"), timeline.duration) == ([], 0.1)
    assert timeline.coverage.far_events == 3


def test_a_broken_clock_at_the_beginning_does_not_hide_the_rest() -> None:
    early = orjson.dumps(["tab", {"type": 0, "data": {}, "timestamp": 12}])
    timeline = read_timeline([early, *page().click(10).lines()])

    assert (timeline.start, timeline.duration, sentences(timeline, "click")) == (
        START,
        0.2,
        ['click button "Pay"'],
    )


def test_a_recording_may_count_from_0() -> None:
    lines = [
        orjson.dumps(["tab", {**event, "timestamp": event["timestamp"] - START}])
        for event in page().click(10).events
    ]

    assert (read_timeline(lines).start, read_timeline(lines).duration) == (0, 0.2)


def test_fractions_of_milliseconds_are_times() -> None:
    lines = [
        orjson.dumps(["tab", {**event, "timestamp": event["timestamp"] + 0.25}])
        for event in page().click(10).events
    ]

    assert sentences(read_timeline(lines), "click") == ['click button "Pay"']


def test_windows_are_bounded() -> None:
    lines = [line for index in range(130) for line in Recording(f"window {index}").open("/").lines()]
    timeline = read_timeline(lines)

    assert timeline.coverage.windows == 100
    assert timeline.coverage.limits_reached == ["Events of windows beyond the 100th were not followed: 60"]


def test_observations_are_bounded_and_what_is_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings_mcp.replay.signals.window.MAX_OBSERVATIONS", 1000)
    recording = page()
    for index in range(1500):
        recording.console("log", f"message {index}")
    timeline = recording.timeline()

    assert len(timeline.observations) == 1000
    assert timeline.coverage.limits_reached == ["Observations beyond the limit were not kept: 502"]


def test_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings_mcp.replay.page.page.MAX_NODES", 1000)
    recording = page()
    for batch in range(9):
        recording.mutate(adds=[(10, element(100_000 * batch + index, "i")) for index in range(1000, 1200)])
    timeline = recording.click(10).timeline()

    assert sentences(timeline, "click") == ['click button "Pay"']
    assert timeline.coverage.limits_reached == [
        "A page had more nodes than are followed; some targets have no name"
    ]


def test_many_clicks_on_a_page_with_many_nodes_take_time_in_proportion() -> None:
    recording = Recording().open(
        "/", element(10, "div", *[element(100 + index, "i") for index in range(20_000)])
    )
    for index in range(300):
        recording.click(10).mutate(adds=[(10, element(50_000 + index, "b"), 100)]).click(100 + index)

    assert sum(found.count for found in recording.timeline().observations if found.kind == "click") == 600


def test_many_analytics_events_beside_many_clicks_take_time_in_proportion() -> None:
    recording = Recording().open("/", *[element(100 + index, "button") for index in range(100)])
    for index in range(4000):
        recording.at(1 + index / 2).click(100 + index % 100).scroll(1, index)
    heights = {"pathname": "/", "max_scroll": 9, "max_content": 99, "max_content_percentage": 0.5}
    left = {f"$prev_pageview_{name}": value for name, value in heights.items()}
    events = [
        AnalyticsEvent(name, START + 400 * index, {"$current_url": f"https://shop.example/{index}", **left})
        for index in range(1250)
        for name in ("$rageclick", "$dead_click", "$pageview", "$exception")
    ]
    timeline = recording.timeline(*events)

    check(timeline)
    assert timeline.coverage.analytics_events == 5000


def test_many_events_in_one_moment_are_read() -> None:
    recording = page()
    for index in range(20_000):
        recording.at(1).interact(2, 10 + index % 7, x=index % 50, y=0)
    timeline = recording.timeline()

    check(timeline)
    assert timeline.coverage.events == 20_002 - timeline.coverage.duplicates


def test_a_repeated_line_is_recognised_among_very_many() -> None:
    recording = page().click(10)
    walker = Walker()
    walker.feed_all(recording.lines())
    walker.feed_all(
        b'["tab",{"type":1,"data":{},"timestamp":%d}]' % (START + index) for index in range(150_000)
    )
    walker.feed_all(recording.lines()[-3:])

    assert walker.finish().coverage.duplicates == 3


def test_the_garbage_collector_is_restored() -> None:
    assert gc.isenabled()
    read_timeline(busy().lines())
    assert gc.isenabled()
    gc.disable()
    try:
        read_timeline(busy().lines())
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_there_are_no_reference_cycles() -> None:
    """Memory must be freed while the garbage collector is paused."""
    lines = [line for _ in range(20) for line in busy().lines()]
    read_timeline(lines)
    gc.collect()
    gc.disable()
    try:
        read_timeline(lines)
        assert gc.collect() == 0
    finally:
        gc.enable()
