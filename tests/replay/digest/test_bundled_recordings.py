"""Every recording of the project against the outcome of its script: the whole first line, and the key moment.

Times change whenever the recordings are made again, so lines are compared with `mm:ss` in their place, and
the key moment with the time at which the script did it.
"""

import re
from dataclasses import dataclass

import pytest

from recordings_mcp.replay import OutcomeStatus
from tests.replay.digest.bundled import NAMES, digest_of, scripted_time, timeline_of

CLEAN = "Clean: no error and no friction was recorded"


@dataclass(frozen=True)
class Fate:
    """What must be found: the outcome, the sentence, and the scripted action of the key moment."""

    outcome: OutcomeStatus
    line: str
    key: tuple[str, str] | None = None


FATES = {
    "bought": Fate(
        "reached",
        f"Reached: a completion event and a confirmation page at mm:ss, after a click on a payment button at mm:ss. {CLEAN}.",
        ("click", "Pay now"),
    ),
    "bought_after_all": Fate(
        "reached",
        f"Reached: a completion event and a confirmation page at mm:ss, after 2 clicks on a payment button at mm:ss. {CLEAN}.",
        ("click", "Pay now"),
    ),
    "card_declined": Fate(
        "blocked",
        "Blocked on a checkout page: 2 clicks on a payment button at mm:ss, followed by a failed request (status 402) and an event that reports a refusal; the person left the page at mm:ss.",
        ("click", "Pay now"),
    ),
    "cart_server_error": Fate(
        "blocked",
        "Blocked on a product page: 2 clicks on an add-to-cart button at mm:ss, followed by a failed request (status 500) and a console error; the person left the page at mm:ss.",
        ("click", "Add Enamel Kettle to cart"),
    ),
    "connection_lost": Fate(
        "blocked",
        "Blocked on a product page: a click on an add-to-cart button at mm:ss, while the browser was offline, followed by a failed request (no answer) and an exception; the person left the page at mm:ss.",
        ("tap", "Add to cart"),
    ),
    "console_warnings": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 2 pages; no sign of a goal reached or missed. The console held 3 warnings.",
    ),
    "coupon_refused": Fate(
        "unclear",
        "Unclear whether a goal was reached; most notable at mm:ss: a click on a coupon button, followed by a failed request (status 422) and an event that reports a refusal; tried again later without a failure.",
        ("click", "Apply coupon"),
    ),
    "dead_button": Fate(
        "blocked",
        "Blocked on a product page: 2 clicks on a button, at mm:ss, had no recorded effect; the person left the page at mm:ss.",
        ("click", "Notify me"),
    ),
    "double_click": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 1 page; no sign of a goal reached or missed. The console held 2 warnings.",
    ),
    "exception_on_submit": Fate(
        "blocked",
        "Blocked on a checkout page: 2 clicks on a payment button at mm:ss, followed by an exception; no change was recorded; the person left the page at mm:ss.",
        ("click", "Pay now"),
    ),
    "gave_up_form": Fate(
        "gave_up",
        "Gave up: 4 fields of a checkout page filled in from mm:ss on and never sent; the person left it at mm:ss.",
        ("type", "E-mail"),
    ),
    "gift_box_tour": Fate(
        "reached",
        f"Reached: a completion event at mm:ss, after a click on an add-to-cart button at mm:ss. {CLEAN}.",
        ("click", "Put box in cart"),
    ),
    "gift_card_payment": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 2 pages; no sign of a goal reached or missed. A click on a payment button at mm:ss had no failure after it.",
        ("click", "Redeem card"),
    ),
    "idle_minutes": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 2 pages; no sign of a goal reached or missed. A pause of mm:ss began at mm:ss. A click on an add-to-cart button at mm:ss had no failure after it.",
        ("click", "Add to cart"),
    ),
    "journal_reader": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 3 pages; no sign of a goal reached or missed. A click on an add-to-cart button at mm:ss had no failure after it.",
        ("click", "Add to cart"),
    ),
    "phone_purchase": Fate(
        "reached",
        f"Reached: a completion event and a confirmation page at mm:ss, after a click on a payment button at mm:ss. {CLEAN}.",
        ("tap", "Pay now"),
    ),
    "preferences": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 1 page; no sign of a goal reached or missed. A click on a save button at mm:ss had no failure after it.",
        ("click", "Save preferences"),
    ),
    "question_dialog": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 1 page; no sign of a goal reached or missed. A click on an add-to-cart button at mm:ss had no failure after it.",
        ("click", "Send question"),
    ),
    "quick_back": Fate(
        "unclear",
        "Unclear whether a goal was reached; most notable at mm:ss: 2 pages left again at once.",
        ("click", "Reading Lamp"),
    ),
    "quick_visit": Fate("unclear", f"{CLEAN} in mm:ss on 1 page; nothing was clicked or typed."),
    "rage_click": Fate(
        "blocked",
        "Blocked on a product page: 7 clicks on a button, from mm:ss to mm:ss, had no recorded effect and ended in rage clicks; the person left the page at mm:ss.",
        ("click", "Apply filters"),
    ),
    "redirect_loop": Fate(
        "blocked",
        "Blocked: sent back and forth, 5 changes between an account page and a sign-in page without an action, from mm:ss to mm:ss; the person left the page at mm:ss.",
        ("click", "Account"),
    ),
    "rejected_promise": Fate(
        "blocked",
        "Blocked: 2 clicks on a button at mm:ss, followed by an exception; no change was recorded; the person left the page at mm:ss.",
        ("click", "Check balance"),
    ),
    "repeated_submit": Fate(
        "reached",
        "Reached: 3 completion events at mm:ss, after 2 clicks on a send button at mm:ss. On the way at mm:ss: the same send button pressed 3 times in a row; no change was recorded; a wait of N s.",
        ("click", "Send message"),
    ),
    "sale_hunt": Fate("unclear", f"{CLEAN} in mm:ss on 1 page; no sign of a goal reached or missed."),
    "search_no_result": Fate(
        "unclear",
        "Unclear whether a goal was reached; most notable at mm:ss: typing into a search field, followed by an event that reports no result.",
        ("type", "Search products"),
    ),
    "signup": Fate(
        "reached",
        f"Reached: a completion event at mm:ss, after 2 clicks on a sign-up button at mm:ss. {CLEAN}.",
        ("click", "Create account"),
    ),
    "slow_delivery_date": Fate(
        "unclear",
        "Unclear whether a goal was reached; most notable at mm:ss: a wait of N s after a click on a button.",
        ("click", "Show delivery date"),
    ),
    "slow_orders": Fate(
        "unclear",
        "Unclear whether a goal was reached; most notable at mm:ss: a wait of N s after a click on a button.",
        ("click", "Show all orders"),
    ),
    "staff_check": Fate(
        "unclear", f"{CLEAN} in mm:ss on 4 pages; no sign of a goal reached or missed."
    ),
    "two_tabs": Fate(
        "unclear",
        f"{CLEAN} in mm:ss on 2 pages in 2 windows; no sign of a goal reached or missed. The console held 1 warning. A click on an add-to-cart button at mm:ss had no failure after it.",
        ("click", "Add to cart"),
    ),
}  # fmt: skip


def without_times(line: str) -> str:
    """The line with `mm:ss` for one time or several, and `N s` for a wait."""
    line = re.sub(r"\b\d+:\d\d(?:(?:, \d+:\d\d)* and \d+:\d\d)?\b", "mm:ss", line)
    return re.sub(r"\b\d+\.\d s\b", "N s", line)


def test_every_recording_has_an_expected_outcome() -> None:
    assert sorted(FATES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_first_line_states_the_outcome(name: str) -> None:
    found = digest_of(name)

    assert (found.outcome.status, without_times(found.finding)) == (FATES[name].outcome, FATES[name].line)


@pytest.mark.parametrize("name", [name for name in NAMES if FATES[name].key])
def test_the_key_moment_is_when_the_script_did_it(name: str) -> None:
    found = digest_of(name)
    key = FATES[name].key
    assert key is not None

    shown = [moment.t for moment in found.moments[:1]] + [piece.t for piece in found.outcome.evidence]

    assert min(abs(t - scripted_time(name, *key)) for t in shown) < 2


@pytest.mark.parametrize("name", [name for name in NAMES if FATES[name].line.startswith("Clean")])
def test_a_clean_session_has_no_moments(name: str) -> None:
    assert digest_of(name).moments == []


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_the_finding_is_a_name_from_the_page(name: str) -> None:
    found = digest_of(name)
    own = [
        found.finding,
        *(moment.says for moment in found.moments),
        *(moment.reason for moment in found.moments),
    ]
    own += [piece.says for piece in found.outcome.evidence]
    names = {
        text
        for observation in timeline_of(name).observations
        if observation.target is not None
        for text in (observation.target.name, observation.target.attribute)
        if text is not None and len(text.split()) > 1
    }

    assert not [text for text in own for text_name in names if text_name in text]
