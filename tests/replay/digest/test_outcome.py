"""The outcome and its evidence. Without evidence it is unclear."""

import pytest
from inline_snapshot import snapshot

from recordings_mcp.replay import Evidence, Observation, digest_observations
from recordings_mcp.replay.model import Log, Pause
from tests.replay.digest.story import (
    EMAIL,
    NAME,
    PAY,
    click,
    console_error,
    dead_click,
    digest_of,
    event,
    exception,
    failed_request,
    page,
    rage_click,
    slow_request,
    typed,
)

CHECKOUT = page(0, "shop.example/checkout", "Checkout")


def test_an_event_named_for_completion_after_a_submit_is_reached() -> None:
    found = digest_of(CHECKOUT, click(10, PAY), event(11, "order paid"), page(12, "/thanks"))

    assert (found.finding, found.outcome.status, found.outcome.evidence) == (
        "Reached: a completion event and a confirmation page at 00:11 and 00:12, after a click on a payment button at 00:10. Clean: no error and no friction was recorded.",
        "reached",
        [
            Evidence(10, "a click on a payment button", 'button "Pay now" [pay]'),
            Evidence(11, "a completion event", "order paid"),
            Evidence(12, "a confirmation page", "/thanks"),
        ],
    )


@pytest.mark.parametrize(
    "name",
    ["order paid", "Order Completed", "user_signed_up", "purchase", "checkout:submitted", "messageSent"],
)
def test_names_of_events_that_report_completion(name: str) -> None:
    assert digest_of(click(10, PAY), event(11, name)).outcome.status == "reached"


@pytest.mark.parametrize(
    "name",
    ["order viewed", "checkout started", "page load finished", "product added", "purchase_button_clicked"],
)
def test_names_of_events_that_do_not_report_completion(name: str) -> None:
    assert digest_of(click(10, PAY), event(11, name)).outcome.status == "unclear"


def test_a_completion_without_an_action_is_no_sign() -> None:
    assert digest_of(page(0, "shop.example/"), event(1, "subscription completed")).outcome.status == "unclear"


def test_a_confirmation_page_without_a_submit_is_no_sign() -> None:
    found = digest_of(page(0, "shop.example/"), click(5, 'link "Thanks"'), page(6, "/thanks"))

    assert found.outcome.status == "unclear"


def test_a_submit_that_failed_and_never_succeeded_is_blocked() -> None:
    found = digest_of(CHECKOUT, click(10, PAY), failed_request(11, status=402), page(30, "/help"))

    assert (found.finding, found.outcome.evidence) == (
        "Blocked on a checkout page: a click on a payment button at 00:10, followed by a failed request (status 402); the person left the page at 00:30.",
        [
            Evidence(
                10,
                "a click on a payment button, then a failed request (status 402)",
                'button "Pay now" [pay]: POST /api/payments, status 402 after 90 ms',
            ),
            Evidence(30, "the person left the page", "/help"),
        ],
    )


def test_a_failure_after_a_click_on_an_unknown_element_is_shown_by_the_failure_alone() -> None:
    found = digest_of(Observation(10, "w", "click"), failed_request(11, status=402))

    assert found.outcome.evidence[0].recorded == "POST /api/payments, status 402 after 90 ms"


def test_a_failure_before_something_was_completed_does_not_block() -> None:
    found = digest_of(click(10, PAY), failed_request(11), click(20, PAY), event(21, "order paid"))

    assert found.finding == snapshot(
        "Reached: a completion event at 00:21, after 2 clicks on a payment button at 00:10 and 00:20. On the way at 00:10: a click on a payment button, followed by a failed request (status 500); tried again later without a failure."
    )


def test_a_block_after_a_completion_mentions_both() -> None:
    found = digest_of(
        click(5, PAY), event(6, "order paid"), click(20, 'button "Save address"'), exception(20.2)
    )

    assert found.finding == snapshot(
        "Blocked on a checkout page: a click on a save button at 00:20, followed by an exception; the recording ends at 01:00. Something else was completed before, at 00:06."
    )


def test_a_failed_goal_is_not_resolved_by_something_smaller() -> None:
    found = digest_of(click(10, PAY), failed_request(11), click(20, 'button "Save address"'))

    assert found.outcome.status == "blocked"


def test_a_minor_failure_is_resolved_by_continuing() -> None:
    found = digest_of(click(10, 'button "Apply coupon"'), failed_request(11), click(20, PAY))

    assert found.finding == snapshot(
        "Unclear whether a goal was reached; most notable at 00:10: a click on a coupon button, followed by a failed request (status 500)."
    )


def test_a_button_that_stays_dead_when_tried_again_is_blocked_and_one_dead_click_is_not() -> None:
    button = 'button "Notify me"'
    twice = digest_of(click(10, button), click(16, button), dead_click(10, button), dead_click(16, button))
    once = digest_of(click(10, button), dead_click(10, button))

    assert (twice.finding, once.outcome.status) == (
        "Blocked on a checkout page: 2 clicks on a button, at 00:10 and 00:16, had no recorded effect; the recording ends at 01:00.",
        "unclear",
    )


def test_rage_alone_does_not_block_because_it_may_be_a_counter() -> None:
    button = 'button "+" [more]'
    counter = digest_of(click(10, button, count=6, last=12), rage_click(11, button))
    dead = digest_of(click(10, button, count=6, last=12), rage_click(11, button), dead_click(10, button))

    assert (counter.outcome.status, dead.outcome.status) == ("unclear", "blocked")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (console_error(11, "Warning: each child should have a key"), "unclear"),
        (console_error(11, "checkout failed: HTTP 500"), "blocked"),
        (failed_request(11, "POST api.pay.example/confirm", 402), "blocked"),
        (failed_request(11, "POST count.example/collect", None, 0.003), "unclear"),
    ],
    ids=["noise on the console", "failure on the console", "payment provider", "blocked beacon"],
)
def test_what_counts_as_the_failure_of_a_submit(answer: Observation, status: str) -> None:
    assert digest_of(click(10, PAY), answer).outcome.status == status


def test_an_error_on_a_click_that_led_to_another_page_does_not_block() -> None:
    found = digest_of(CHECKOUT, click(10, PAY), exception(10.1), page(11, "/account"), until=30)

    assert found.outcome.status == "unclear"


def test_a_page_opened_long_after_a_failure_is_not_where_the_click_led() -> None:
    found = digest_of(CHECKOUT, click(10, PAY), failed_request(11), page(18, "/contact"), until=30)

    assert found.outcome.status == "blocked"


def test_a_submit_that_led_to_an_error_page_blocks() -> None:
    found = digest_of(
        CHECKOUT, click(10, PAY), failed_request(10.5), page(11, "/oops", "Something went wrong"), until=30
    )

    assert found.outcome.status == "blocked"


def test_a_cart_that_was_left_with_nothing_submitted_is_given_up() -> None:
    found = digest_of(page(0, "shop.example/"), page(5, "/cart"), click(9, 'link "Blog"'), page(10, "/blog"))

    assert found.finding == snapshot(
        "Gave up: a cart page shown at 00:05, nothing submitted; the person left it at 00:10."
    )


def test_a_cart_in_which_the_recording_ends_is_unclear() -> None:
    assert digest_of(page(0, "shop.example/"), page(5, "/cart"), click(9, "div")).outcome.status == "unclear"


def test_a_form_given_up_after_a_completion_decides_the_outcome() -> None:
    found = digest_of(
        CHECKOUT,
        click(5, PAY),
        event(6, "order paid"),
        page(10, "/feedback"),
        typed(12, EMAIL),
        typed(15, NAME),
    )

    assert found.finding == snapshot(
        "Gave up: 2 fields of a page filled in from 00:12 on and never sent; the recording ends there at 01:00. Something else was completed before, at 00:06."
    )


def test_the_finding_of_a_clean_session_is_one_sentence() -> None:
    found = digest_of(page(0, "shop.example/"), click(3, 'link "Blog"'), page(4, "/blog"), until=14)

    assert (found.finding, found.moments) == (
        "Clean: no error and no friction was recorded in 00:14 on 2 pages; no sign of a goal reached or missed.",
        [],
    )


def test_a_clean_session_mentions_submits_a_long_pause_and_warnings() -> None:
    found = digest_of(
        click(3, 'button "Save"'),
        Observation(5, "w", "idle", facts=Pause(120), last=125, derived=True),
        Observation(126, "w", "console_warn", facts=Log("old"), count=3),
        until=130,
    )

    assert found.finding == snapshot(
        "Clean: no error and no friction was recorded in 02:10 on 1 page; no sign of a goal reached or missed. A pause of 02:00 began at 00:05. The console held 3 warnings. A click on a save button at 00:03 had no failure after it."
    )


def test_the_finding_of_a_visit_without_an_action_says_so() -> None:
    assert digest_of(page(0, "shop.example/"), until=6).finding == (
        "Clean: no error and no friction was recorded in 00:06 on 1 page; nothing was clicked or typed."
    )


def test_nothing_observed_is_not_called_clean() -> None:
    found = digest_observations([], 0)

    assert (found.finding, found.outcome.status) == (
        "Unclear: nothing was observed in this recording.",
        "unclear",
    )


def test_an_unclear_session_mentions_its_heaviest_moment() -> None:
    found = digest_of(click(10, 'button "Show orders"'), slow_request(14.2, 4.2))

    assert (found.finding, found.outcome.evidence) == (
        "Unclear whether a goal was reached; most notable at 00:10: a wait of 4.2 s after a click on a button.",
        [
            Evidence(
                10,
                "a wait of 4.2 s after a click on a button",
                'button "Show orders": GET /api/orders took 4.2 s',
            )
        ],
    )
