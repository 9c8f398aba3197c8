"""Malicious or badly damaged recordings: nothing raises, hangs, or grows without bound."""

import gzip
import io
import json
import os
import zipfile
from contextlib import suppress
from typing import Any

import cramjam
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordings_mcp.replay import (
    AnalyticsEvent,
    NotARecording,
    digest_timeline,
    observation_line,
    read_timeline,
    recording_lines,
)
from recordings_mcp.replay.model import Scroll
from tests.replay._building import START, Recording, busy, check, element, event, form, text

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))


QUICK = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.integers(),
    st.sampled_from([10**25, -(10**25), 10**400]),
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
    """A line as a careless recorder writes it: with NaN, integers of any size, and lone surrogates."""
    return json.dumps([window, event], separators=(",", ":")).encode()


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), EVENTS), max_size=12))
def test_any_events_are_read(pairs: list[tuple[str, object]]) -> None:
    lines = [line_of(window, event) for window, event in pairs]
    timeline = read_timeline([*Recording("a").open("/", element(10, "p")).lines(), *lines])

    check(timeline)
    assert timeline.coverage.lines == len(lines) + 2


def brief(value: object) -> str:
    return str(value)[:8]


NO_SIZES = [float("nan"), float("inf"), -1e308, 10**25, 10**400, "390", None]


@pytest.mark.parametrize("width", NO_SIZES, ids=brief)
def test_a_viewport_that_is_no_size_is_read_and_summarized(width: object) -> None:
    event = {"type": 4, "data": {"href": "/", "width": width, "height": 800}, "timestamp": START}
    timeline = read_timeline([line_of("a", event), *Recording("a").open("/next").lines()])

    check(timeline)
    assert digest_timeline(timeline).overview.viewport == (1280, 720)


@pytest.mark.parametrize("at", [253_402_300_800_000, 8_640_000_000_000_000])
def test_an_event_after_the_year_9999_is_counted_as_undecodable(at: int) -> None:
    timeline = read_timeline([line_of("a", {"type": 4, "data": {"href": "/"}, "timestamp": at})])

    check(timeline)
    assert (timeline.coverage.undecodable, timeline.observations) == (1, [])


@pytest.mark.parametrize("number", [-5, -1e30, float("nan"), 10**400, True, "900"], ids=brief)
def test_a_request_whose_duration_is_no_duration_has_none(number: object) -> None:
    recording = form().click(23).request("/api", status=500, duration=number, method="POST" * 99)
    timeline = read_timeline([line_of("tab", event) for event in recording.events])

    check(timeline)
    (failed,) = [one for one in timeline.observations if one.kind == "network_error"]
    assert (failed.t, observation_line(failed, {})) == (0.3, "00:00 network_error … /api — status 500")


@pytest.mark.parametrize("lowest", [float("nan"), float("inf")], ids=str)
def test_scrolling_to_no_number_is_not_to_the_end_of_the_page(lowest: float) -> None:
    recording = form().scroll(1, lowest)
    left = event(
        "$pageleave",
        1,
        dollar_prev_pageview_pathname="/checkout",
        dollar_prev_pageview_max_scroll=900,
        dollar_prev_pageview_max_content=1000,
        dollar_prev_pageview_max_content_percentage=1,
    )
    timeline = read_timeline([line_of("tab", event) for event in recording.events], [left])

    assert [one.facts.page_seen for one in timeline.observations if isinstance(one.facts, Scroll)] == [None]


@pytest.mark.parametrize("value", [10**400, -(10**25), float("inf"), True, "3"], ids=brief)
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("$web_vitals", "$web_vitals_LCP_value"),
        ("$web_vitals", "$web_vitals_CLS_value"),
        ("$dead_click", "$dead_click_event_timestamp"),
    ],
)
def test_a_property_that_is_no_number_does_no_harm(name: str, key: str, value: object) -> None:
    check(busy().timeline(AnalyticsEvent(name, START, {key: value})))


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


@QUICK
@given(st.one_of(ANYTHING, st.lists(st.one_of(ANYTHING, st.sampled_from(busy().events)))))
def test_any_document_is_read_or_refused(value: object) -> None:
    document = json.dumps(value)
    for data in (document.encode(), document.encode("utf-16"), json.dumps({"x": document}).encode()):
        with suppress(NotARecording):
            check(read_timeline(recording_lines(data)))


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
def test_no_order_of_arrival_changes_the_observations(order: list[int]) -> None:
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
