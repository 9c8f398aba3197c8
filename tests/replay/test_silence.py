"""What was not recorded is not reported as absent, and a text on the page is not reported as an event."""

from typing import Any

import pytest

from recordings_mcp.replay import describe_coverage, digest_timeline, read_timeline
from tests.replay._building import Recording, element, event, sentences, text


def checkout() -> Recording:
    return Recording().open(
        "/checkout", element(10, "button", text(11, "Pay now")), element(12, "p", text(13, "Hi"))
    )


def test_requests_that_were_not_recorded_are_not_requests_that_did_not_fail() -> None:
    assert "requests: none, or not recorded" in describe_coverage(checkout().timeline().coverage)
    assert "1 request," in describe_coverage(
        checkout().request("/api", responseStatus=200).timeline().coverage
    )


UNSEEN = "no request has a status: failures could not be seen"


@pytest.mark.parametrize(
    ("entries", "unseen"),
    [
        ([{}, {"initiatorType": "fetch"}], 1),
        ([{"responseStatus": 0}], 1),
        ([{}, {"responseStatus": 200}], 0),
        ([{}, {"responseStatus": 500}], 0),
        ([{}, {"method": "GET", "initiatorType": "fetch", "status": 200}], 0),
        ([{"method": "POST", "initiatorType": "fetch", "status": 0}], 0),
    ],
)
def test_where_no_request_has_a_status_coverage_and_finding_say_that_failures_could_not_be_seen(
    entries: list[dict[str, Any]], unseen: int
) -> None:
    recording = checkout()
    for entry in entries:
        recording.request("/api", **entry)
    timeline = recording.timeline()

    assert (UNSEEN in describe_coverage(timeline.coverage)) == unseen
    assert ("; failed requests could not be seen." in digest_timeline(timeline).finding) == unseen


def test_a_session_without_a_recorded_error_is_not_described_as_free_of_errors() -> None:
    finding = digest_timeline(checkout().click(10).mutate(texts=[(13, "Paid")]).timeline()).finding

    assert finding.startswith("Clean: no error and no friction was recorded in ")


def test_a_click_in_the_recording_is_reported_whether_autocapture_sent_it_or_not() -> None:
    recording = checkout().at(1).click(10).mutate(texts=[(13, "1")]).at(5).click(10).mutate(texts=[(13, "2")])
    captured = event("$autocapture", 1, dollar_event_type="click", dollar_el_text="Pay now")

    assert sentences(recording.timeline(), "click") == sentences(recording.timeline(captured), "click")
    assert sentences(recording.timeline(captured), "click") == ['click button "Pay now" x2']


@pytest.mark.parametrize("hidden", ["display:none", ""])
def test_a_text_about_an_error_on_the_page_is_no_error(hidden: str) -> None:
    recording = checkout().mutate(
        adds=[(6, element(30, "div", text(31, "Error 500: payment failed"), style=hidden, role="alert"))]
    )

    assert recording.sentences() == ["page shop.example/checkout"]
    assert not digest_timeline(recording.timeline()).moments


def test_the_mark_of_compression_is_ignored_on_data_that_is_already_decoded() -> None:
    plain = checkout().at(1).mutate(texts=[(11, "Pay later")]).click(10)
    marked = Recording()
    marked.events = [one | {"cv": "2024-10"} if one["type"] in (2, 3) else one for one in plain.events]

    assert read_timeline(marked.lines()).observations == plain.timeline().observations


def test_the_rest_of_an_event_is_read_if_its_image_is_too_large_to_be_recorded() -> None:
    recording = Recording().open("/", element(10, "button", element(11, "img", alt="Basket", rr_dataURL="")))

    assert recording.click(11).sentences("click") == ['click button "Basket"']
