"""What the recordings offer to whoever reads them: every shape a reader has to cope with."""

import json
from collections import Counter

from tests.recorder.reading import Recording

MASKED_EXCEPT = "search_no_result"


def test_one_recording_is_uncompressed_and_all_others_are_compressed(recordings: list[Recording]) -> None:
    uncompressed = [
        recording.name
        for recording in recordings
        if not any("cv" in json.loads(line)[1] for line in recording.lines)
    ]

    assert uncompressed == ["journal_reader"]


def test_one_session_spans_two_windows(recordings: list[Recording]) -> None:
    windows = {recording.name: len({window for window, _ in recording.stream}) for recording in recordings}

    assert [name for name, number in windows.items() if number > 1] == ["two_tabs"]
    assert windows["two_tabs"] == 2


def test_a_tab_is_hidden_while_the_other_is_used(by_name: dict[str, Recording]) -> None:
    tags = Counter(e["data"]["tag"] for _, e in by_name["two_tabs"].stream if e["type"] == 5)

    assert tags["window hidden"] >= 2
    assert tags["window visible"] >= 2


def test_somebody_is_idle_for_more_than_two_minutes_and_posthog_says_so(
    by_name: dict[str, Recording],
) -> None:
    tags = {e["data"]["tag"] for _, e in by_name["idle_minutes"].stream if e["type"] == 5}

    assert {"sessionIdle", "sessionNoLongerIdle"} <= tags
    assert by_name["idle_minutes"].metadata["inactive_seconds"] > 120


def test_somebody_touches_instead_of_clicking(by_name: dict[str, Recording]) -> None:
    phone = by_name["phone_purchase"]
    interactions = Counter(
        event["data"]["type"] for _, event in phone.stream if event["data"].get("source") == 2
    )

    assert {action["action"] for action in phone.truth["actions"]} >= {"tap", "scroll", "type"}
    assert interactions[7] >= interactions[2] > 0
    assert any(event["data"].get("source") == 6 for _, event in phone.stream)


def test_one_page_has_an_inline_frame_and_another_a_shadow_root(by_name: dict[str, Recording]) -> None:
    assert any(event["data"].get("isAttachIframe") for _, event in by_name["gift_card_payment"].stream)
    assert any('"isShadow": true' in json.dumps(event) for _, event in by_name["question_dialog"].stream)


def test_what_people_type_is_masked_except_where_the_shop_shows_it(recordings: list[Recording]) -> None:
    readable = {
        recording.name
        for recording in recordings
        for _, event in recording.stream
        if event["data"].get("source") == 5 and event["data"]["text"].strip("*") not in {"", "on"}
    }

    # Radio buttons and checkboxes keep their value attribute, which nobody types.
    assert readable - {"exception_on_submit", "preferences"} == {MASKED_EXCEPT}


def test_passwords_and_card_numbers_are_in_no_stream(recordings: list[Recording]) -> None:
    secrets = {
        action["detail"]
        for recording in recordings
        for action in recording.truth["actions"]
        if action["action"] == "type"
        and action["target"] in {"Password", "Card number", "Gift card number"}
        and action["detail"] != "erased"
    }
    streams = [json.dumps(event) for recording in recordings for _, event in recording.stream]

    assert len(secrets) >= 4
    assert [secret for secret in secrets for line in streams if secret in line] == []


def test_failed_requests_carry_the_status_of_the_script(recordings: list[Recording]) -> None:
    recorded = {
        recording.name: [
            (request.get("method"), request.get("responseStatus", 0))
            for _, event in recording.stream
            if event["type"] == 6 and event["data"]["plugin"] == "rrweb/network@1"
            for request in event["data"]["payload"]["requests"]
            if "/api/" in request["name"] and not 200 <= request.get("responseStatus", 0) < 400
        ]
        for recording in recordings
    }

    assert recorded == {
        r.name: [(failed["method"], failed["status"]) for failed in r.truth["failed_requests"]]
        for r in recordings
    }


def test_the_console_of_the_script_is_in_the_stream_with_what_was_thrown(recordings: list[Recording]) -> None:
    recorded = {
        recording.name: Counter(
            event["data"]["payload"]["level"]
            for _, event in recording.stream
            if event["type"] == 6 and event["data"]["plugin"] == "rrweb/console@1"
        )
        for recording in recordings
    }

    assert recorded == {
        r.name: Counter(
            [*(line["level"] for line in r.truth["console"]), *("error" for _ in r.truth["exceptions"])]
        )
        for r in recordings
    }


def test_people_come_back_somebody_works_for_the_shop_and_some_stay_anonymous(
    recordings: list[Recording],
) -> None:
    sessions = Counter(recording.metadata["person"]["uuid"] for recording in recordings)
    mails = {recording.metadata["person"]["properties"].get("email") for recording in recordings}

    assert sum(number > 1 for number in sessions.values()) >= 5
    assert "quality@shop.example" in mails
    assert None in mails


def test_people_differ_in_country_plan_browser_and_device(recordings: list[Recording]) -> None:
    properties = [recording.metadata["person"]["properties"] for recording in recordings]

    assert len({found["$geoip_country_code"] for found in properties}) >= 8
    assert {found.get("plan") for found in properties} >= {"free", "plus", "trade", "staff", None}
    assert {found["$browser"] for found in properties} >= {
        "Chrome",
        "Firefox",
        "Safari",
        "Microsoft Edge",
        "Mobile Safari",
    }
    assert {found["$device_type"] for found in properties} == {"Desktop", "Mobile"}


def test_every_kind_of_analytics_event_is_there(recordings: list[Recording]) -> None:
    names = {event["event"] for recording in recordings for event in recording.events}

    assert names >= {
        "$autocapture", "$dead_click", "$exception", "$identify", "$pageleave", "$pageview", "$rageclick", "$set",
        "$web_vitals", "order paid", "payment declined", "search without result",
    }  # fmt: skip
