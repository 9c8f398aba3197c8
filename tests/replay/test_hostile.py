"""Recordings written to do harm, or damaged beyond what happens: nothing raises, hangs, or grows without bound."""

import gc
import gzip
import io
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import cramjam
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordings_mcp.replay import (
    KINDS,
    AnalyticsEvent,
    NotARecording,
    Timeline,
    Walker,
    read_timeline,
    recording_lines,
    render,
    timeline_to_json,
)
from tests.replay._building import START, Recording, element, text, told

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))
QUICK = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["", "*", "a", "button", "checkbox", "2024-10", "\ud800", "rrweb/console@1", "rrweb/network@1"]
    ),
)
NAMES = st.sampled_from(
    [
        "type", "data", "source", "id", "x", "y", "text", "isChecked", "node", "childNodes",
        "attributes", "tagName", "textContent", "adds", "removes", "texts", "parentId",
        "nextId", "value", "plugin", "payload", "requests", "level", "tag", "href", "width",
        "height", "status", "responseStatus", "duration", "name", "wireframes", "updates",
        "wireframe", "timestamp", "cv", "initialOffset",
    ]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(NAMES, inner, max_size=6)),
    max_leaves=25,
)
NODE_IDS = st.integers(0, 12)


def division(node_id: int, below: list[Any]) -> dict[str, Any]:
    return element(node_id, "div", *below)


NODES = st.recursive(
    st.one_of(
        st.builds(text, NODE_IDS, st.text(max_size=8)),
        st.builds(element, NODE_IDS, st.sampled_from(["a", "p", "input", "label"])),
        ANYTHING,
    ),
    lambda inner: st.builds(division, NODE_IDS, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def listed(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(st.fixed_dictionaries(fields), max_size=5), ANYTHING)


DATA = st.one_of(
    st.fixed_dictionaries(
        {
            "source": st.just(0),
            "removes": listed(parentId=NODE_IDS, id=NODE_IDS),
            "adds": listed(parentId=NODE_IDS, nextId=st.one_of(st.none(), NODE_IDS), node=NODES),
            "texts": listed(id=NODE_IDS, value=st.text(max_size=5)),
            "attributes": listed(
                id=NODE_IDS, attributes=st.dictionaries(st.sampled_from(["for", "id", "role"]), SCALARS)
            ),
        }
    ),
    st.fixed_dictionaries(
        {"source": st.just(2), "type": st.integers(0, 11), "id": NODE_IDS, "x": SCALARS, "y": SCALARS}
    ),
    st.fixed_dictionaries({"source": st.just(3), "id": NODE_IDS, "y": SCALARS}),
    st.fixed_dictionaries({"source": st.just(5), "id": NODE_IDS, "text": SCALARS, "isChecked": SCALARS}),
    st.fixed_dictionaries({"node": NODES}),
    st.fixed_dictionaries({"wireframes": st.lists(ANYTHING, max_size=3)}),
    st.fixed_dictionaries({"href": SCALARS, "width": SCALARS, "height": SCALARS}),
    st.fixed_dictionaries({"plugin": SCALARS, "payload": ANYTHING}),
    st.fixed_dictionaries({"tag": SCALARS, "payload": ANYTHING}),
    ANYTHING,
)
EVENTS = st.fixed_dictionaries(
    {
        "type": st.one_of(st.integers(0, 8), st.just(3), SCALARS),
        "data": DATA,
        "timestamp": st.one_of(st.integers(START, START + 5000), SCALARS),
    },
    optional={"cv": st.sampled_from(["2024-10", "2031-01", 7])},
)


def line_of(window: object, event: object) -> bytes:
    try:
        return orjson.dumps([window, event])
    except TypeError:
        return repr([window, event]).encode("utf-8", "replace")


def check(timeline: Timeline) -> None:
    """What holds for every timeline, whatever it was read from."""
    assert timeline.duration >= 0
    times = [found.t for found in timeline.observations]
    assert times == sorted(times)
    for found in timeline.observations:
        assert 0 <= found.t <= timeline.duration + 0.001 or found.source == "event"
        assert found.count >= 1
        assert found.last is None or found.last >= found.t
        assert found.kind in KINDS
        assert len(found.target or "") <= 260
        assert len(found.detail or "") <= 260
    timeline_to_json(timeline)
    for budget in (50, 500, 8000):
        render(timeline, max_tokens=budget)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), EVENTS), max_size=12))
def test_any_events_are_read(pairs: list[tuple[str, object]]) -> None:
    lines = [line_of(window, event) for window, event in pairs]
    timeline = read_timeline([*Recording("a").open("/", element(10, "p")).lines(), *lines])

    check(timeline)
    assert timeline.coverage.lines == len(lines) + 2


@QUICK
@given(
    st.lists(st.one_of(st.binary(max_size=60), ANYTHING.map(lambda value: line_of("a", value))), max_size=10)
)
def test_any_lines_are_read(lines: list[bytes]) -> None:
    check(read_timeline(lines))


@QUICK
@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    for wrapped in (
        data,
        gzip.compress(data),
        b'{"data":{"snapshots":[' + data,
        bytes(cramjam.snappy.compress_raw(data)),
    ):
        with suppress(NotARecording):
            check(read_timeline(recording_lines(wrapped)))


def test_an_archive_that_contains_itself_is_refused() -> None:
    data = b"\n".join(busy().lines())
    for _ in range(9):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("data/0", data)
        data = archive.getvalue()

    with pytest.raises(NotARecording):
        list(recording_lines(data))


@QUICK
@given(st.data())
def test_a_recording_damaged_anywhere_is_read(data: st.DataObject) -> None:
    lines = [bytearray(line) for line in busy().lines()]
    for _ in range(data.draw(st.integers(1, 6))):
        line = data.draw(st.sampled_from(lines))
        at = data.draw(st.integers(0, len(line) - 1))
        line[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))

    check(read_timeline([bytes(line) for line in lines]))


@QUICK
@given(st.permutations(range(9)))
def test_no_order_of_arrival_changes_what_is_told(order: list[int]) -> None:
    lines = busy().lines()[:9]

    assert read_timeline([lines[index] for index in order]).observations == read_timeline(lines).observations


@QUICK
@given(st.lists(st.builds(AnalyticsEvent, st.sampled_from(
    ["$pageview", "$exception", "$rageclick", "$dead_click", "$web_vitals", "$screen", "$identify", "paid"]
), st.floats(), st.dictionaries(st.sampled_from(
    ["$window_id", "$current_url", "$screen_name", "$exception_list", "$exception_type", "$exception_message", "$el_text",
     "$web_vitals_LCP_event", "$web_vitals_CLS_value", "title", "amount"]
), ANYTHING, max_size=3)), max_size=4))  # fmt: skip
def test_any_analytics_events_are_merged(events: list[AnalyticsEvent]) -> None:
    check(busy().timeline(*events))


def busy() -> Recording:
    recording = Recording().open(
        "/", element(10, "form", element(11, "button", text(12, "Pay")), element(13, "input"))
    )
    recording.click(12).focus(13).input(13, "*").mutate(
        adds=[(10, element(20, "p", text(21, "No")))], removes=[(10, 11)]
    )
    recording.console("error", "Uncaught Error: x").request("/api", status=500).tag("sessionIdle", {})
    return recording.scroll(1, 100).open("/next", element(10, "p"))


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
def test_a_bomb_in_a_field_does_not_go_off(bomb: Callable[[], str]) -> None:
    lines = compressed(bomb()).lines()
    tracemalloc.start()
    timeline = read_timeline(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert told(timeline, "click") == ['click button "Pay"']
    assert timeline.coverage.undecodable >= 1
    assert timeline.coverage.limits_reached == ["Compressed fields beyond 64 MB were not read: 1"]
    assert peak < 300 << 20


def test_depth_beyond_what_json_allows_is_counted() -> None:
    deep = b'["tab",' + b'{"data":[' * 100_000 + b"]}" * 100_000 + b"]"

    assert read_timeline([*page().lines(), deep]).coverage.undecodable == 1


def test_a_line_beyond_the_limit_is_counted() -> None:
    long = b'["tab",{"type":3,"timestamp":1795000000000,"data":"' + b"x" * (65 << 20) + b'"}]'
    timeline = read_timeline([long, *page().lines()])

    assert timeline.coverage.undecodable == 1
    assert timeline.coverage.limits_reached == ["Lines longer than 64 MB were not read: 1"]


@pytest.mark.parametrize(
    "timestamp",
    [b"NaN", b"-1", b"1e300", b"Infinity", b"8640000000000001", b'"1795000000000"', b"true", b"null", b"[]"],
)
def test_a_time_that_is_none_is_counted(timestamp: bytes) -> None:
    odd = (
        b'["tab",{"type":6,"data":{"plugin":"rrweb/console@1","payload":{"payload":["x"]}},"timestamp":%b}]'
        % timestamp
    )
    timeline = read_timeline([*page().click(10).lines(), odd])

    assert (timeline.coverage.undecodable, timeline.duration) == (1, 0.2)


def test_a_time_far_away_is_not_followed() -> None:
    timeline = page().at(8 * 24 * 3600).click(10).timeline()

    assert (told(timeline, "click"), timeline.duration) == ([], 0.1)
    assert timeline.coverage.limits_reached == [
        "Events dated more than 7 days from the first were not followed: 3"
    ]


def test_a_broken_clock_at_the_beginning_does_not_hide_the_rest() -> None:
    early = orjson.dumps(["tab", {"type": 0, "data": {}, "timestamp": 12}])
    timeline = read_timeline([early, *page().click(10).lines()])

    assert (timeline.start, timeline.duration, told(timeline, "click")) == (
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

    assert told(read_timeline(lines), "click") == ['click button "Pay"']


def test_windows_are_bounded() -> None:
    lines = [line for index in range(130) for line in Recording(f"window {index}").open("/").lines()]
    timeline = read_timeline(lines)

    assert timeline.coverage.windows == 100
    assert timeline.coverage.limits_reached == ["Events of windows beyond the 100th were not followed: 60"]


def test_observations_are_bounded_and_what_is_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings_mcp.replay._window.MAX_OBSERVATIONS", 1000)
    recording = page()
    for index in range(1500):
        recording.console("log", f"message {index}")
    timeline = recording.timeline()

    assert len(timeline.observations) == 1000
    assert timeline.coverage.limits_reached == ["Observations beyond the limit were not kept: 502"]


def test_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings_mcp.replay._page.MAX_NODES", 1000)
    recording = page()
    for batch in range(9):
        recording.mutate(adds=[(10, element(100_000 * batch + index, "i")) for index in range(1000, 1200)])
    timeline = recording.click(10).timeline()

    assert told(timeline, "click") == ['click button "Pay"']
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


def test_a_repeated_line_is_known_among_very_many() -> None:
    recording = page().click(10)
    walker = Walker()
    walker.feed_all(recording.lines())
    walker.feed_all(
        b'["tab",{"type":1,"data":{},"timestamp":%d}]' % (START + index) for index in range(150_000)
    )
    walker.feed_all(recording.lines()[-3:])

    assert walker.finish().coverage.duplicates == 3


def test_the_collector_is_given_back() -> None:
    assert gc.isenabled()
    read_timeline(busy().lines())
    assert gc.isenabled()
    gc.disable()
    try:
        read_timeline(busy().lines())
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_no_references_go_round_in_circles() -> None:
    """Memory must be freed while the collector rests."""
    lines = [line for _ in range(20) for line in busy().lines()]
    read_timeline(lines)
    gc.collect()
    gc.disable()
    try:
        read_timeline(lines)
        assert gc.collect() < 50
    finally:
        gc.enable()
