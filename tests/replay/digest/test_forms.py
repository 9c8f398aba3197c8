"""Forms that were started and never submitted, and forms that were submitted after all."""

import pytest

from recordings_mcp.replay import Observation
from tests.replay.digest.story import EMAIL, NAME, checked, chose, click, digest_of, page, signals_of, typed

FORM = [page(0, "shop.example/checkout"), typed(5, EMAIL), typed(9, NAME)]
LEFT = [click(20, 'link "Journal"'), page(21, "/journal")]


def test_two_fields_filled_in_and_the_page_left_is_a_form_given_up() -> None:
    found = digest_of(*FORM, *LEFT)

    assert (found.finding, found.outcome.status) == (
        "Gave up: 2 fields of a checkout page filled in from 00:05 on and never sent; the person left it at 00:21.",
        "gave_up",
    )


def test_a_form_is_given_up_when_the_recording_ends_in_it() -> None:
    assert digest_of(*FORM, until=30).finding == (
        "Gave up: 2 fields of a checkout page filled in from 00:05 on and never sent; the recording ends there at 00:30."
    )


@pytest.mark.parametrize(
    ("observations", "why"),
    [
        ([FORM[0], typed(5, EMAIL), *LEFT], "one field is no form"),
        ([FORM[0], chose(5, 'combobox "Size"'), checked(6, 'checkbox "Offers"'), *LEFT], "nothing was typed"),
        ([FORM[0], typed(5, 'searchbox "Search"'), typed(7, 'textbox "Search in orders"'), *LEFT], "a search"),
        ([*FORM, click(12, 'button "Pay now"'), *LEFT], "sent by a button named for it"),
        ([*FORM, click(12, 'button "Weiter"'), *LEFT], "sent by a button after typing"),
        ([*FORM, page(13, "/thanks")], "sent by Enter"),
    ],
)  # fmt: skip
def test_a_form_is_not_given_up_when(observations: list[Observation], why: str) -> None:
    assert "form_given_up" not in signals_of(*observations), why


def test_closing_a_dialog_does_not_send_a_form() -> None:
    assert signals_of(*FORM, click(12, 'button "Close"'), *LEFT) == ["form_given_up"]


def test_a_field_filled_in_again_after_sending_opens_the_form_again() -> None:
    found = digest_of(*FORM, click(12, 'button "Pay now"'), typed(15, EMAIL), *LEFT)

    assert found.moments[0].says == "2 fields of a checkout page filled in and never sent"


def test_another_query_is_the_same_page() -> None:
    steps = [
        page(0, "shop.example/search?q=a"),
        typed(5, EMAIL),
        page(7, "/search?q=b#top"),
        typed(9, NAME),
    ]

    assert signals_of(*steps, *LEFT) == ["form_given_up"]
