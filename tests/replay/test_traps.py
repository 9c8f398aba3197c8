"""Traps in recordings, each with a case."""

from typing import Any

import orjson
import pytest

from recordings_mcp.replay import Walker, read_timeline
from recordings_mcp.replay.text.line import detail_of
from tests.replay._building import START, Recording, element, event, form, sentences, text


def test_an_identical_line_is_read_once() -> None:
    lines = form().click(23).lines()
    timeline = read_timeline([*lines, *lines[-3:]])

    assert sentences(timeline, "click") == ['click button "Pay now"']
    assert timeline.coverage.duplicates == 3


def test_an_identical_event_in_another_window_is_another_event() -> None:
    timeline = read_timeline([*form().click(23).lines(), *form(Recording("other")).click(23).lines()])

    assert sentences(timeline, "click") == ['click button "Pay now"', 'click button "Pay now"']
    assert (timeline.coverage.duplicates, timeline.coverage.windows) == (0, 2)


def test_identical_events_within_a_line_of_older_storage_are_read_once() -> None:
    events = form().click(23).events
    timeline = read_timeline([orjson.dumps({"window_id": "tab", "data": [*events, *events]})])

    assert sentences(timeline, "click") == ['click button "Pay now"']
    assert timeline.coverage.duplicates == len(events)


def test_late_events_are_sorted() -> None:
    recording = form().at(1).mutate(texts=[(24, "Paying")]).at(2).click(23)
    lines = recording.lines()
    timeline = read_timeline([*lines[:2], *lines[3:], lines[2]])

    assert sentences(timeline, "click") == ['click button "Paying"']
    assert timeline.coverage.out_of_order == 1


def test_an_event_that_arrives_far_too_late_keeps_its_own_time() -> None:
    recording = form()
    early = Recording().at(0.5).console("error", "early")
    for index in range(2000):
        recording.at(1 + index / 100).change(1, positions=[{"x": index, "y": 1, "id": 10, "timeOffset": 0}])
    timeline = read_timeline([*recording.click(23).lines(), *early.lines()])

    assert [(found.t, found.kind) for found in timeline.observations if found.kind != "viewport"] == [
        (0.0, "page"),
        (0.5, "console_error"),
        (21.09, "click"),
    ]


def test_pages_of_a_single_page_application_come_from_its_pageviews() -> None:
    recording = Recording().open("/", title="Home").at(9).console("log", "end")
    events = (event("$pageview", 0, dollar_current_url="https://shop.example/"),
              event("$pageview", 3, dollar_current_url="https://shop.example/tour"),
              event("$pageview", 5, dollar_current_url="https://shop.example/tour/2", title="Step 2"))  # fmt: skip

    assert sentences(recording.timeline(*events), "page") == [
        'page shop.example/ (titled "Home")',
        "page /tour",
        'page /tour/2 (titled "Step 2")',
    ]


def test_a_page_known_from_the_recording_and_an_event_is_reported_once() -> None:
    recording = (
        Recording()
        .open("/")
        .at(3)
        .tag("$pageview", {"href": "https://shop.example/tour"})
        .at(6)
        .open("/cart")
    )
    events = (event("$pageview", 2.9, dollar_current_url="https://shop.example/tour"),
              event("$pageview", 5.8, dollar_current_url="https://shop.example/cart"))  # fmt: skip

    assert sentences(recording.timeline(*events), "page") == [
        "page shop.example/",
        "page /tour",
        "page /cart",
    ]


def test_a_route_in_the_hash_that_no_event_reports_is_no_page() -> None:
    link = element(10, "a", text(11, "Orders"), href="#/orders")
    recording = Recording().open("/", link, element(12, "h1", text(13, "Home")), title="Shop").at(2).click(11)
    recording.mutate(texts=[(13, "Orders")])

    assert recording.sentences() == ['page shop.example/ (titled "Shop")', 'click link "Orders"']


def test_further_snapshots_of_a_page_are_not_visits() -> None:
    assert Recording().open("/").at(300).open("/").at(600).open("/").sentences("page") == [
        "page shop.example/"
    ]


def test_a_reloaded_page_is_a_visit() -> None:
    recording = Recording().open("/").at(5).add(0, {}).open("/")

    assert recording.sentences("page") == ["page shop.example/", "page / (reloaded)"]


def test_a_request_without_a_method_has_none() -> None:
    assert form().request("/api/pay", responseStatus=500).sentences("network_error") == [
        "network_error /api/pay (status 500 after 12 ms)"
    ]


@pytest.mark.parametrize(
    ("initiator", "fields", "failed"),
    [
        ("xmlhttprequest", {"method": "POST", "status": 0}, 1),
        ("xmlhttprequest", {"method": "POST", "status": 0, "responseStatus": 0}, 1),
        ("fetch", {"method": "POST", "status": 0, "responseStatus": 0}, 0),
        ("fetch", {"method": "POST", "responseStatus": 0}, 1),
        ("fetch", {"method": "POST", "status": None, "responseStatus": 0}, 1),
        ("fetch", {"method": "POST"}, 1),
        ("fetch", {"method": "POST", "responseStatus": 200}, 0),
        ("fetch", {"responseStatus": 0}, 0),
        ("fetch", {}, 0),
        ("xmlhttprequest", {"status": 0}, 0),
        ("xmlhttprequest", {"method": "POST"}, 0),
        ("img", {"responseStatus": 0}, 0),
        ("beacon", {"method": "POST", "responseStatus": 0}, 0),
    ],
)
def test_without_a_status_only_a_rejected_fetch_and_a_failed_xhr_are_failures(
    initiator: str, fields: dict[str, Any], failed: int
) -> None:
    """A fetch with status 0 succeeded in mode `no-cors`; the browser's own list hides other sites' statuses."""
    recording = form().request("https://api.example/pay", initiatorType=initiator, **fields)

    expected = ["network_error POST api.example/pay (no answer after 12 ms)"] * failed
    assert recording.sentences("network_error") == expected


def test_a_request_that_failed_without_a_record_of_it_is_known_by_its_exception() -> None:
    found = (
        form().console("error", "Uncaught (in promise) TypeError: Failed to fetch").timeline().observations
    )

    assert [
        (seen.kind, detail_of(seen), seen.derived)
        for seen in found
        if seen.kind in ("network_error", "exception")
    ] == [
        ("network_error", "no answer; the recording does not say to which request", True),
        ("exception", "TypeError: Failed to fetch", False),
    ]


@pytest.mark.parametrize(("after", "requests"), [(0.1, 1), (0.9, 1), (1.5, 2)])
def test_the_exception_of_a_recorded_failed_request_reports_no_other_one(after: float, requests: int) -> None:
    rejected = {"method": "POST", "initiatorType": "fetch", "responseStatus": 0}
    recording = form().at(1).request("/api/pay", **rejected)
    recording.at(1 + after).console("error", "Uncaught (in promise) TypeError: Failed to fetch")

    assert len(recording.sentences("network_error")) == requests


def test_a_failed_request_listed_again_when_the_recorder_restarts_is_reported_once() -> None:
    entry = {"responseStatus": 404, "startTime": 25.5, "isInitial": True}
    recording = form().request("/missing.png", **entry).at(300).request("/missing.png", **entry)

    assert recording.sentences("network_error") == ["network_error /missing.png (status 404 after 12 ms)"]


def test_what_the_rate_limiter_dropped_is_reported_in_the_recorders_words() -> None:
    assert form().console("warn", "[SessionRecorder] Too many mutations on node").sentences(
        "console_warn"
    ) == ["console_warn ([SessionRecorder] Too many mutations on node)"]


def test_a_touch_is_one_click_though_it_has_four_events() -> None:
    recording = form()
    for kind in (7, 9, 5, 2):
        recording.interact(kind, 23, pointerType=2)

    assert recording.sentences("click") == ['click button "Pay now"']


def test_a_double_click_is_reported_beside_its_two_clicks() -> None:
    recording = form().click(23).click(23).interact(4, 23)

    assert recording.sentences("click", "double_click") == [
        'click button "Pay now" x2',
        'double_click button "Pay now"',
    ]


def test_the_click_that_a_label_forwards_is_not_the_persons() -> None:
    timeline = (
        form().at(1).click(16).at(1.002).interact(2, 15).at(1.003).input(15, "on", checked=True).timeline()
    )

    assert sentences(timeline, "click", "input") == [
        'click label "I accept the terms"',
        'input checkbox "I accept the terms" [terms] (checked)',
    ]
    assert timeline.coverage.synthetic_clicks == 1


def test_a_click_without_a_press_was_made_by_keyboard_or_script() -> None:
    recording = form().click(13).at(3).interact(2, 23, x=0, y=0)

    assert recording.sentences("click") == [
        'click textbox "E-mail" [email]',
        'click button "Pay now" (by keyboard or script)',
    ]


def test_a_recording_that_begins_without_a_full_snapshot_counts_what_came_before_it() -> None:
    timeline = Recording().click(23).mutate(adds=[(5, element(30, "button", text(31, "Late")))]).timeline()

    assert sentences(timeline, "click") == ["click"]
    assert timeline.coverage.before_first_snapshot == 4


def test_the_recorders_pause_is_merged_with_the_gap_it_is_in() -> None:
    recording = form().at(10).click(23).at(310)
    recording.tag("sessionIdle", {"lastActivityTimestamp": START + 10_000, "threshold": 300_000})
    timeline = recording.at(400).click(23).timeline()

    assert sentences(timeline, "idle") == [
        "idle (6 min 30 s without a click or keypress; the recorder paused)"
    ]


def test_lines_may_be_fed_one_by_one() -> None:
    walker = Walker()
    for line in form().click(23).lines():
        walker.feed(line)

    assert walker.finish() == form().click(23).timeline()


def test_windows_whose_lines_come_in_blocks_are_not_out_of_order() -> None:
    one, two = form(Recording("one")).at(5).click(23), form(Recording("two")).at(3).click(23)
    timeline = read_timeline([*one.lines(), *two.lines()])

    assert [found.window for found in timeline.observations if found.kind == "click"] == ["two", "one"]
    assert timeline.coverage.out_of_order == 0


def test_after_a_damaged_snapshot_nothing_is_named_after_the_previous_page() -> None:
    recording = (
        form()
        .at(5)
        .add(4, {"href": "https://shop.example/next", "width": 1, "height": 1})
        .add(2, {"node": 7})
    )
    timeline = recording.at(9).click(23).timeline()

    assert sentences(timeline, "page", "click") == ["page shop.example/checkout", "page /next", "click"]
    assert timeline.coverage.undecodable == 1


def test_lines_may_have_their_line_breaks() -> None:
    plain = form().at(1).click(23).lines()

    for line_break in (b"\n", b"\r\n"):
        assert read_timeline(line + line_break for line in plain) == form().at(1).click(23).timeline()
