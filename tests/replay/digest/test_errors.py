"""Errors and what caused them: the five seconds after an action, and everything that only looks like it."""

import pytest
from inline_snapshot import snapshot

from tests.replay.digest.story import (
    EMAIL,
    PAY,
    click,
    console_error,
    digest_of,
    event,
    exception,
    failed_request,
    named,
    only_moment,
    page,
    recorder,
    signals_of,
    typed,
)


@pytest.mark.parametrize(
    ("after", "signal"), [(0.0, "error_after_action"), (4.99, "error_after_action"), (5.01, "error")]
)
def test_an_error_belongs_to_a_click_less_than_five_seconds_before(after: float, signal: str) -> None:
    assert signals_of(click(10, PAY), exception(10 + after)) == [signal]


def test_an_error_belongs_to_typing_too() -> None:
    moment = only_moment([typed(10, 'searchbox "Search"', until=14), failed_request(17)])

    assert moment.says == "typing into a search field, followed by a failed request (status 500)"


def test_a_failed_request_counts_from_when_it_was_sent() -> None:
    moment = only_moment([click(10, PAY), failed_request(18.5, status=504, seconds=8.2)])

    assert (moment.signals, moment.t) == (["error_after_action"], 10)


def test_an_error_in_another_window_is_not_the_clicks() -> None:
    assert signals_of(click(10, PAY), page(0, "shop.example/", window="v"), exception(11, window="v")) == [
        "error"
    ]


def test_an_event_stamped_a_moment_before_its_click_still_belongs_to_it() -> None:
    assert signals_of(click(10, PAY), event(9.97, "payment declined")) == ["error_after_action"]


def test_an_error_that_is_as_frequent_without_clicks_belongs_to_no_action() -> None:
    polling = [exception(t, "Error: polling failed") for t in (20, 30, 40, 51)]

    moment = only_moment([click(50, PAY), *polling])

    assert (moment.signals, moment.says) == (["error"], "an exception, 4 times")


def test_a_console_error_that_follows_every_click_belongs_to_none() -> None:
    pairs = [
        (click(t, f'button "{name}"'), console_error(t + 1, "Warning: deprecated"))
        for t, name in ((5, "One"), (15, "Two"), (25, "Three"), (35, "Four"))
    ]

    assert signals_of(*(seen for pair in pairs for seen in pair)) == ["error"]


def test_the_same_failure_again_is_one_moment_with_all_its_times() -> None:
    moment = only_moment(
        [click(10, PAY), failed_request(11, status=402, seconds=0.904), click(20, PAY),
         failed_request(21.06, status=402, seconds=1.1), event(21.1, "payment declined", reason="funds")]
    )  # fmt: skip

    assert (moment.says, moment.evidence, moment.times, moment.count) == snapshot(
        (
            "2 clicks on a payment button, followed by a failed request (status 402) and an event that reports a refusal",
            'button "Pay now" [pay]: POST /api/payments, status 402 after 904 ms ×2; event payment declined (reason=funds)',
            [10, 20],
            2,
        )
    )


def test_what_happens_while_the_browser_is_offline_weighs_less_and_is_marked() -> None:
    moment = only_moment(
        [recorder(9, "offline"), click(10, PAY), exception(10.1),
         recorder(20, "online")]
    )  # fmt: skip

    assert (moment.says, moment.reason) == snapshot(
        (
            "a click on a payment button, followed by an exception, while the browser was offline",
            "exception after a submit +75, not done in the end +10, browser offline -20",
        )
    )


def test_an_error_known_to_be_harmless_is_no_moment() -> None:
    assert signals_of(exception(10, "ResizeObserver loop completed with undelivered notifications.")) == []


@pytest.mark.parametrize(
    ("title", "path", "found"),
    [
        ("Page not found · Shop", "/old-offer", ["error_page"]),
        (None, "/404", ["error_page"]),
        ("Error tracking · Product", "/products/errors", []),
    ],
)
def test_an_error_page_is_recognised_by_its_title_or_path(
    title: str | None, path: str, found: list[str]
) -> None:
    assert signals_of(page(0, "shop.example/"), page(5, path, title)) == found


def test_a_request_to_another_site_weighs_less_than_one_to_a_sibling_host() -> None:
    elsewhere, sibling = (
        digest_of(page(0, "www.shop.co.uk/"), failed_request(9, f"GET {host}/x")).moments[0].reason
        for host in ("ads.example", "api.shop.co.uk")
    )

    assert (elsewhere, sibling) == ("failed request to another site alone +20", "failed request alone +35")


def test_two_clicks_on_different_controls_are_two_moments() -> None:
    found = digest_of(
        click(10, PAY), exception(11), typed(15, EMAIL), click(30, 'button "Help"'), exception(31)
    )

    assert [moment.target for moment in found.moments] == [named(PAY), named('button "Help"')]


def test_a_request_without_an_address_is_described_by_what_is_known() -> None:
    moment = only_moment([click(10, PAY), failed_request(11, "", None, None)])

    assert moment.evidence == f"{PAY}: no answer"


@pytest.mark.parametrize(
    ("title", "evidence"), [("Page not found · Shop", "/404 Page not found · Shop"), (None, "/404")]
)
def test_an_error_page_is_shown_by_its_address_and_its_title_if_it_has_one(
    title: str | None, evidence: str
) -> None:
    found = digest_of(page(0, "shop.example/"), page(5, "/404", title)).moments

    assert [(moment.signals, moment.evidence) for moment in found] == [(["error_page"], evidence)]
