"""The observations of each kind of event."""

from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from recordings_mcp.replay import AnalyticsEvent, read_timeline
from recordings_mcp.replay.text.line import detail_of
from tests.replay._building import START, Recording, element, event, sentences, text


def page(window: str = "tab") -> Recording:
    return Recording(window).open(
        "/", element(10, "button", text(11, "Pay now")), element(12, "ul", text(13, "List"))
    )


def test_scrolling_is_one_observation_with_how_far() -> None:
    recording = (
        page()
        .scroll(1, 300)
        .scroll(1, 1200)
        .scroll(1, 900)
        .scroll(1, 0)
        .scroll(12, 50)
        .click(10)
        .scroll(1, 400)
    )

    assert recording.sentences("scroll") == [
        "scroll page (down to 1200 px, back to the top)",
        'scroll ul "List" (down to 50 px)',
        "scroll page (down to 400 px)",
    ]


def test_scrolling_up_is_reported_as_such() -> None:
    recording = page().scroll(1, 800).click(10).scroll(1, 200)

    assert recording.sentences("scroll") == [
        "scroll page (down to 800 px)",
        "scroll page (down to 800 px, back up to 200 px)",
    ]


def test_identical_observations_in_a_row_are_counted() -> None:
    found = page().at(1).click(10).at(2).click(10).at(3).click(10).timeline().observations[-1]

    assert (found.kind, found.count, found.t, found.last) == ("click", 3, 1.0, 3.0)


def test_a_right_click_is_a_context_menu() -> None:
    assert page().interact(3, 10).sentences("context_menu") == ['context_menu button "Pay now"']


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        ("error", "console_error"),
        ("assert", "console_error"),
        ("warn", "console_warn"),
        ("log", "console_log"),
        ("info", "console_log"),
        ("debug", "console_log"),
    ],
)
def test_console_messages_are_observed_by_level(level: str, kind: str) -> None:
    assert page().console(level, "cart", 3, {"a": 1}).sentences(kind) == [f'{kind} (cart 3 {{"a":1}})']


def test_an_old_console_event_is_observed_like_a_new_one() -> None:
    assert page().change(11, level="warn", payload=['"old"'], trace=[]).sentences("console_warn") == [
        "console_warn (old)"
    ]


@pytest.mark.parametrize(
    "message", ["Uncaught TypeError: x is null\n at f", "Uncaught (in promise) TypeError: x is null"]
)
def test_an_uncaught_error_is_an_exception(message: str) -> None:
    assert page().console("error", message).sentences("exception", "console_error") == [
        "exception (TypeError: x is null)"
    ]


REJECTED = {
    "values": {"name": ["Ada"], "password": "hunter2"},
    "errorFields": [
        {"name": ["password"], "errors": ["hunter2 is too short"], "warnings": []},
        {"name": ["address", "city"], "errors": ["Enter a city"], "warnings": []},
    ],
    "outOfDate": False,
}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (REJECTED, "a form rejected its values: password, address"),
        ({"values": {"name": ["Ada"]}}, "a form rejected its values"),
        ({"value": 1}, '{"value":1}'),
    ],
)
def test_rejected_values_of_a_form_are_reported_in_words_without_the_values(
    reason: dict[str, Any], expected: str
) -> None:
    recording = page().console("error", "Uncaught (in promise)", reason)

    assert recording.sentences("exception", "console_error") == [f"exception ({expected})"]


@pytest.mark.parametrize(
    "value",
    [
        "Non-Error promise rejection captured with value: " + orjson.dumps(REJECTED).decode(),
        "Object captured as promise rejection with keys: errorFields, outOfDate, values",
    ],
)
def test_the_event_of_a_rejection_is_the_exception_in_the_recording(value: str) -> None:
    reported = event("$exception", 1, dollar_exception_list=[{"type": "UnhandledRejection", "value": value}])
    logged = page().at(1).console("error", "Uncaught (in promise)", REJECTED)

    assert page().sentences("exception", events=[reported]) == ["exception (a form rejected its values)"]
    assert logged.sentences("exception", events=[reported]) == [
        "exception (a form rejected its values: password, address)"
    ]


def test_a_message_cut_by_the_recorder_is_read() -> None:
    recording = page().add(
        6, {"plugin": "rrweb/console@1", "payload": {"level": "log", "payload": ['"cut off in the mi']}}
    )

    assert recording.sentences("console_log") == ["console_log (cut off in the mi)"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"method": "POST", "status": 500}, ["network_error POST /api (status 500 after 12 ms)"]),
        ({"status": 404, "duration": None}, ["network_error /api (status 404)"]),
        ({"responseStatus": 503, "duration": 61_500}, ["network_error /api (status 503 after 1 min 2 s)"]),
        ({"responseStatus": 200}, []),
        ({"responseStatus": 399}, []),
        (
            {"initiatorType": "fetch", "duration": 2200, "responseStatus": 200},
            ["slow_request /api (took 2.2 s)"],
        ),
        ({"initiatorType": "fetch", "duration": 999, "responseStatus": 200}, []),
        ({"initiatorType": "img", "duration": 2200}, []),
        ({"initiatorType": "img", "duration": 2500}, ["slow_request /api (took 2.5 s)"]),
        ({"initiatorType": "fetch", "duration": 60_000, "contentType": "text/event-stream"}, []),
    ],
)
def test_requests_are_observed_if_they_failed_or_were_slow(
    fields: dict[str, Any], expected: list[str]
) -> None:
    assert page().request("/api", **fields).sentences("network_error", "slow_request") == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["network_error /api (no answer after 12 ms)"]),
        ({"initiatorType": "img"}, []),
        ({"responseStart": 900.5}, []),
        ({"responseStatus": 304}, []),
    ],
)
def test_a_call_without_a_response_has_failed_while_the_browser_is_offline(
    more: dict[str, Any], expected: list[str]
) -> None:
    call = {"initiatorType": "fetch", "responseStatus": 0, "responseStart": 0} | more

    recording = page().request("/before", **call).tag("browser offline").request("/api", **call)
    assert recording.tag("browser online").request("/after", **call).sentences("network_error") == expected


def test_a_page_that_is_loaded_after_the_browser_was_offline_is_online() -> None:
    recording = page().tag("browser offline").open("/next", element(10, "p"))
    recording.request("/cancelled", initiatorType="fetch", responseStatus=0, responseStart=0)

    assert recording.sentences("network_error") == []


def test_a_request_to_another_host_names_it() -> None:
    recording = page().request("https://user:secret@pay.example:8443/v1?x=1#y", status=402)

    assert recording.sentences("network_error") == [
        "network_error pay.example:8443/v1?x=1#y (status 402 after 12 ms)"
    ]


def test_a_failure_has_the_time_of_the_response() -> None:
    entry = {"timestamp": START + 1000, "duration": 800, "status": 500}
    found = page().at(2.5).request("/api", **entry).timeline().observations[-1]

    assert (found.kind, found.t) == ("network_error", 1.8)


def test_a_slow_request_has_the_time_at_which_it_was_sent_and_lasts_until_the_response() -> None:
    entry = {"timestamp": START + 1000, "duration": 2800, "initiatorType": "fetch", "responseStatus": 200}
    recording = page().at(5).request("/api", **entry).request("/api", **entry | {"timestamp": START + 2000})
    (slow,) = [one for one in recording.timeline().observations if one.kind == "slow_request"]

    assert (slow.t, slow.count, slow.last, slow.seconds) == (1.0, 2, 4.8, 2.8)


@pytest.mark.parametrize(("duration", "seconds"), [(907.4, 0.907), (999.9, 1.0), (2249.0, 2.2)])
def test_durations_are_whole_milliseconds_and_from_a_second_on_tenths(
    duration: float, seconds: float
) -> None:
    timeline = page().request("/api", status=500, duration=duration).timeline()

    assert timeline.observations[-1].seconds == seconds


def test_a_repetition_never_ends_before_the_first_time() -> None:
    recording = page().at(1).request("/api", status=500).at(2).request("/api", status=500, timestamp=START)
    (failed,) = [one for one in recording.timeline().observations if one.kind == "network_error"]

    assert (failed.t, failed.count, failed.last) == (1.0, 2, 1.0)


def test_an_old_network_event_is_read() -> None:
    recording = page().add(
        6, {"plugin": "posthog/network@1", "payload": {"0": "https://shop.example/a", "39": 5, "21": 500}}
    )

    assert recording.sentences("network_error") == ["network_error /a (status 500 after 5 ms)"]
    assert recording.timeline().coverage.network == 1


def test_what_the_recorder_reports_about_the_tab_is_observed() -> None:
    recording = page().tag("window hidden").tag("window visible").tag("browser offline").tag("browser online")
    recording.tag("recording paused").tag("recording resumed").tag("$session_ending").tag(
        "keyboard", {"open": True}
    )

    assert recording.sentences()[1:] == snapshot(
        [
            "tab_hidden",
            "tab_visible",
            "offline",
            "online",
            "custom recorder (the recorder paused)",
            "custom recorder (the recorder resumed)",
            "custom recorder (the session ended here)",
            "custom keyboard (opened)",
        ]
    )


def test_what_the_recorder_reports_about_itself_is_not_observed() -> None:
    recording = page()
    for tag in ("$remote_config_received", "$session_options", "$posthog_config", "$recording_started"):
        recording.tag(tag, {"big": "configuration"})

    assert recording.sentences() == ["page shop.example/"]


def test_the_pages_own_events_are_observed() -> None:
    assert page().tag("checkout step", {"step": 2}).tag("ping").sentences("custom") == [
        'custom checkout step ({"step":2})',
        "custom ping",
    ]


def test_viewport_and_media_are_observed() -> None:
    recording = Recording().open("/", element(10, "video", title="Tour"))
    recording.change(4, width=390, height=844).change(7, type=0, id=10).change(7, type=1, id=10)

    assert recording.sentences("viewport", "media") == [
        "viewport (1280 \N{MULTIPLICATION SIGN} 720)",
        "viewport (390 \N{MULTIPLICATION SIGN} 844)",
        'media video "Tour" (played)',
        'media video "Tour" (paused)',
    ]


def test_a_gap_between_clicks_and_keypresses_is_a_pause() -> None:
    recording = page().at(10).click(10).at(40).click(10).at(75).change(1, positions=[]).at(120).click(10)
    pauses = [found for found in recording.timeline().observations if found.kind == "idle"]

    assert [(pause.t, pause.last, detail_of(pause), pause.derived) for pause in pauses] == [
        (40.0, 120.0, "1 min 20 s without a click or keypress, but with movement or scrolling", True)
    ]


def test_activity_in_one_window_is_no_pause_in_another() -> None:
    one, two = page("one").at(1).click(10).at(50).click(10), page("two").at(25).click(10)

    assert sentences(read_timeline([*one.lines(), *two.lines()]), "idle") == []


def test_times_are_whole_milliseconds() -> None:
    recording = page().click(10)
    recording.events[-1]["timestamp"] += 0.4567

    assert [one.t for one in recording.timeline().observations if one.kind == "click"] == [0.2]


def test_times_count_from_the_first_event_of_any_window() -> None:
    one, two = (
        Recording("one").at(5).open("/a"),
        Recording("two").at(2).open("/b").at(65).tag("window hidden"),
    )
    timeline = read_timeline([*one.lines(), *two.lines()])

    assert (timeline.start, timeline.duration) == (START + 2000, 63.0)
    assert [(found.t, found.window) for found in timeline.observations if found.kind == "page"] == [
        (0.0, "two"),
        (3.0, "one"),
    ]


def test_an_empty_recording_is_an_empty_timeline() -> None:
    timeline = read_timeline([])

    assert (timeline.start, timeline.duration, timeline.observations) == (0.0, 0.0, [])


VITAL = {"name": "LCP", "value": 4210.4, "rating": "poor", "timestamp": START}
EXCEPTION = [{"type": "TypeError", "value": "x is null"}]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (event("$exception", 3, dollar_exception_list=EXCEPTION), ["exception (TypeError: x is null)"]),
        (
            event("$exception", 3, dollar_exception_type="E", dollar_exception_message="m"),
            ["exception (E: m)"],
        ),
        (event("$rageclick", 3, dollar_el_text="Buy"), ['rage_click "Buy"']),
        (event("$dead_click", 3), ["dead_click"]),
        (event("$web_vitals", 3, dollar_web_vitals_LCP_event=VITAL), ["web_vital LCP (4.2 s, poor)"]),
        (event("$web_vitals", 3, dollar_web_vitals_CLS_value=0.1234), ["web_vital CLS (0.123)"]),
        (
            event("order paid", 3, amount=143, dollar_lib="web", token="phc"),
            ["custom order paid (amount=143)"],
        ),
        (event("$identify", 3), ["custom $identify"]),
        (event("$screen", 3, dollar_screen_name="Home"), ["page Home"]),
        (event("$autocapture", 3, dollar_el_text="Buy"), []),
        (event("$feature_flag_called", 3), []),
    ],
)
def test_analytics_events_add_what_the_recording_does_not_show(
    given: AnalyticsEvent, expected: list[str]
) -> None:
    timeline = page().timeline(given)
    added = [found for found in timeline.observations if found.source == "event"]

    assert sentences(timeline)[1:] == expected
    assert [(found.t, found.window) for found in added] == [(3.0, "tab")] * len(expected)
    assert timeline.coverage.analytics_events == 1


def test_an_exception_known_from_the_console_is_reported_once() -> None:
    recording = page().at(3).console("error", "Uncaught TypeError: x is null")

    assert sentences(
        recording.timeline(event("$exception", 3.2, dollar_exception_list=EXCEPTION)), "exception"
    ) == ["exception (TypeError: x is null)"]


def test_frustration_known_from_an_event_names_what_was_clicked() -> None:
    recording = page().at(3).click(10)

    assert sentences(recording.timeline(event("$rageclick", 3.4)), "rage_click") == [
        'rage_click button "Pay now"'
    ]


def test_an_event_without_a_window_belongs_to_the_only_one() -> None:
    given = AnalyticsEvent("order paid", START + 1000, {})

    assert [found.window for found in page().timeline(given).observations if found.kind == "custom"] == [
        "tab"
    ]


def test_an_event_from_before_the_recording_is_placed_at_its_beginning() -> None:
    assert page().timeline(event("order paid", -5)).observations[0].t == 0.0
