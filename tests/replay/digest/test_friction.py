"""Friction: retries, waits, loops; and what only looks like friction."""

import pytest
from inline_snapshot import snapshot

from recordings_mcp.replay import Observation
from recordings_mcp.replay.model import ClickRun, QuickBack, Target, WebVital
from tests.replay.digest.story import (
    PAY,
    click,
    dead_click,
    digest_of,
    failed_request,
    named,
    only_moment,
    page,
    rage_click,
    signals_of,
    slow_request,
    typed,
)

SEND = 'button "Send message" [send]'


def test_the_same_submit_again_within_ten_seconds_is_repeated() -> None:
    moment = only_moment([click(10, SEND, count=2, last=12), click(20, SEND)])

    assert (moment.signals, moment.says, moment.count, moment.times) == (
        ["repeated_submit"],
        "the same send button pressed 3 times in a row",
        3,
        [10, 12, 20],
    )


@pytest.mark.parametrize(
    ("between", "why"),
    [
        ([click(10, SEND), click(20.1, SEND)], "more than ten seconds apart"),
        ([click(10, SEND), typed(12, 'textbox "Message"'), click(14, SEND)], "something was filled in between"),
        ([click(10, SEND), page(11, "/sent"), page(12, "/contact"), click(14, SEND)], "another page was shown"),
        ([click(10, 'button "Add to cart"'), click(11, 'button "Add to cart"')], "one more of the same"),
        ([click(10, 'button "Next"'), click(11, 'button "Next"')], "nothing is sent off"),
    ],
)  # fmt: skip
def test_pressing_again_is_no_repetition_when(between: list[Observation], why: str) -> None:
    assert "repeated_submit" not in signals_of(page(0, "shop.example/contact"), *between), why


def test_pressing_again_after_a_failure_is_another_attempt() -> None:
    assert signals_of(click(10, PAY), failed_request(11), click(14, PAY), failed_request(15)) == [
        "error_after_action"
    ]


def test_rage_and_dead_clicks_on_one_button_are_one_moment() -> None:
    button = 'button "Apply filters" [apply]'
    moment = only_moment(
        [
            click(10, button, count=7, last=17),
            dead_click(9.99, button, count=3, last=16),
            rage_click(16, button),
        ]
    )

    assert (moment.signals, moment.says, moment.t) == (
        ["rage_click", "dead_click"],
        "a rage click on a button (7 clicks); no change was recorded",
        9.99,
    )


def test_a_rage_click_says_how_many_clicks_it_is_not_how_many_there_were() -> None:
    button = 'button "Apply filters" [apply]'
    rage = Observation(16, "w", "rage_click", named(button), ClickRun(4), last=17)
    moment = only_moment([click(10, button, count=7, last=17), rage])

    assert moment.says == "a rage click on a button (4 clicks)"


def test_rage_on_what_can_be_clicked_up_or_selected_weighs_less() -> None:
    targets = (PAY, "page", 'textbox "Amount"')
    moments = digest_of(
        *(
            seen
            for t, target in enumerate(targets)
            for seen in (click(20 * t, target), rage_click(20 * t, target))
        )
    ).moments

    assert [(moment.says, moment.score) for moment in moments] == [
        ("a rage click on a payment button", 70),
        ("a rage click on a page", 45),
        ("a rage click on a field", 30),
    ]


def test_a_dead_click_on_a_text_field_is_no_moment() -> None:
    field = 'textbox "Coupon code" [coupon]'

    assert signals_of(click(10, field), dead_click(10, field)) == []


def test_a_dead_click_on_something_that_is_no_control_weighs_little() -> None:
    moments = digest_of(click(10, "div"), dead_click(10, "div"), click(30, PAY), dead_click(30, PAY)).moments

    assert [moment.score for moment in moments] == [50, 20]


@pytest.mark.parametrize(("seconds", "found"), [(2.9, []), (3.0, ["long_wait"]), (4.2, ["long_wait"])])
def test_a_wait_of_three_seconds_after_a_click_is_long(seconds: float, found: list[str]) -> None:
    assert signals_of(click(10, 'button "Show"'), slow_request(10 + seconds, seconds)) == found


def test_a_link_waits_for_the_page_it_leads_to() -> None:
    moment = only_moment([page(0, "shop.example/"), click(10, 'link "Orders"'), page(13.5, "/orders")])

    assert moment.says == "a wait of 3.5 s after a click on a link"


@pytest.mark.parametrize(
    "between",
    [
        [page(0, "shop.example/a"), page(5, "/b"), click(10, 'link "More"'), page(14, "/a")],
        [page(0, "shop.example/a"), click(10, 'button "More"'), page(14, "/b")],
        [page(0, "shop.example/a"), click(10, 'link "More"'), Observation(12, "w", "scroll", Target("page")), page(14, "/b")],
    ],
    ids=["the way back", "no link", "scrolled meanwhile"],
)  # fmt: skip
def test_a_page_that_came_by_other_means_is_no_wait(between: list[Observation]) -> None:
    assert signals_of(*between) == []


def test_a_request_nobody_waited_for_is_reported_from_ten_seconds_on() -> None:
    found = digest_of(slow_request(20, 9.9), slow_request(40, 10.1, "GET /api/report")).moments

    assert [(moment.says, round(moment.t, 1)) for moment in found] == [("a request that took 10.1 s", 29.9)]


def test_pages_that_send_back_and_forth_without_an_action_are_a_loop() -> None:
    places = ["/account", "/sign-in"] * 3
    pages = [page(3 * (index + 1), place) for index, place in enumerate(places)]

    found = digest_of(page(0, "shop.example/"), click(1, 'link "Account"'), *pages, until=30)

    assert (found.moments[0].says, found.outcome.status) == (
        "5 changes between an account page and a sign-in page without an action",
        "blocked",
    )


def test_going_back_and_forth_by_clicking_is_no_loop() -> None:
    steps = [
        seen
        for index in range(6)
        for seen in (page(5 * index, ("/a", "/b")[index % 2]), click(5 * index + 4, 'link "Other"'))
    ]

    assert "redirect_loop" not in signals_of(*steps)


def test_quick_backs_are_counted_over_the_whole_recording() -> None:
    moment = only_moment(
        [
            page(0, "shop.example/products"),
            *(Observation(t, "w", "quick_back", facts=QuickBack(f"/products/{t:.0f}", 0.6)) for t in (5, 10)),
        ]
    )

    assert (moment.says, moment.evidence) == snapshot(
        (
            "2 pages left again at once",
            "/products/5 left after 0.6 s; /products/10 left after 0.6 s",
        )
    )


def test_a_web_vital_rated_poor_is_a_small_moment() -> None:
    moment = only_moment(
        [Observation(9, "w", "web_vital", facts=WebVital("LCP", 5200, "poor"), source="event")]
    )

    assert (moment.says, moment.score) == ("a poor LCP", 20)


@pytest.mark.parametrize(
    ("target", "evidence"),
    [("GET /api/report", "GET /api/report took 12.0 s"), ("/api/report", "/api/report took 12.0 s")],
)
def test_a_slow_request_is_shown_with_what_is_known_of_it(target: str, evidence: str) -> None:
    found = digest_of(slow_request(40, 12, target)).moments

    assert [(moment.says, moment.evidence) for moment in found] == [("a request that took 12.0 s", evidence)]
