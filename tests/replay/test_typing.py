"""Typing and choices, values set by the page, and what is never shown of either."""

import pytest

from tests.replay._building import Recording, element, form, sentences, text


def test_a_value_set_by_the_page_is_not_typing() -> None:
    timeline = form().input(13, "****").input(20, "de").timeline()

    assert sentences(timeline, "input", "select") == []
    assert timeline.coverage.page_driven_inputs == 2


def test_typing_needs_the_focus_and_is_one_observation_however_many_keys() -> None:
    recording = (
        form().at(2).focus(13).input(13, "*").input(13, "**").at(4).input(13, "***").blur(13).input(13, "")
    )
    timeline = recording.timeline()

    assert sentences(timeline, "input") == ['input textbox "E-mail" [email] (typed (masked))']
    typing = next(found for found in timeline.observations if found.kind == "input")
    assert (typing.t, typing.last, typing.count) == (2.1, 4.0, 1)
    assert (timeline.coverage.page_driven_inputs, timeline.coverage.masked_inputs) == (1, 3)


def test_a_field_typed_into_and_emptied_again_was_typed_into() -> None:
    typed = form().focus(13).input(13, "*").input(13, "").input(13, "")

    assert typed.sentences("input") == ['input textbox "E-mail" [email] (typed, then emptied)']
    assert typed.input(13, "**").sentences("input") == ['input textbox "E-mail" [email] (typed (masked))']
    assert form().focus(13).input(13, "").input(13, "").sentences("input") == [
        'input textbox "E-mail" [email] (emptied)'
    ]


def test_a_clicked_field_has_the_focus_even_if_it_had_it_before_the_recorder_started() -> None:
    assert form().click(13).input(13, "*").sentences("input") == [
        'input textbox "E-mail" [email] (typed (masked))'
    ]


def test_a_field_that_takes_the_focus_by_itself_is_typed_into() -> None:
    recording = Recording().open("/", element(10, "input", autofocus=True, placeholder="Search"))

    assert recording.input(10, "lamp").sentences("input") == ['input textbox "Search" (typed "lamp")']


def test_the_focus_outlives_a_full_snapshot_of_the_same_page_only() -> None:
    same = (
        form()
        .focus(13)
        .snapshot(*form().events[1]["data"]["node"]["childNodes"][0]["childNodes"][1]["childNodes"])
    )
    other = form().focus(13).open("/other", element(13, "input", name="q"))

    assert same.input(13, "*").sentences("input") == ['input textbox "E-mail" [email] (typed (masked))']
    assert other.input(13, "*").sentences("input") == []


def test_a_field_that_takes_the_focus_on_a_new_page_has_it_whatever_had_it_before() -> None:
    recording = form().focus(23).open("/other", element(13, "input", name="q"), element(23, "p"))

    assert recording.focus(13).input(13, "*").sentences("input") == ['input textbox "q" [q] (typed (masked))']
    assert form().focus(13).open("/other", element(13, "input", name="q")).focus(13).input(13, "*").sentences(
        "input"
    ) == ['input textbox "q" [q] (typed (masked))']


@pytest.mark.parametrize(
    ("node_id", "state", "expected"),
    [
        (15, "checked", ['input checkbox "I accept the terms" [terms] (checked)']),
        (15, "unchecked", ['input checkbox "I accept the terms" [terms] (unchecked)']),
        (17, "checked", ['input radio "Small" [size] (checked)']),
        (18, "unchecked", []),
    ],
)
def test_a_box_that_changes_with_a_click_was_changed_by_it(
    node_id: int, state: str, expected: list[str]
) -> None:
    assert (
        form().click(node_id).input(node_id, "on", checked=state == "checked").sentences("input") == expected
    )


def test_a_box_that_changes_long_after_a_click_was_changed_by_the_page() -> None:
    timeline = form().at(1).click(15).at(1.2).input(15, "on", checked=True).timeline()

    assert sentences(timeline, "input") == []
    assert timeline.coverage.page_driven_inputs == 1


@pytest.mark.parametrize("value", ["*", "*****", "ab*de", "••••"])
def test_a_masked_value_and_its_length_are_never_shown(value: str) -> None:
    assert form().focus(13).input(13, value).sentences("input") == [
        'input textbox "E-mail" [email] (typed (masked))'
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        {"type": "password"},
        {"autocomplete": "cc-number"},
        {"autocomplete": "current-password"},
        {"autocomplete": "one-time-code"},
    ],
)
def test_a_secret_is_never_shown_even_if_the_recorder_did_not_mask_it(attributes: dict[str, str]) -> None:
    recording = Recording().open("/", element(10, "input", aria_label="Secret", **attributes))

    assert "hunter2" not in " ".join(recording.focus(10).input(10, "hunter2").sentences())


def test_a_masked_choice_is_a_choice() -> None:
    timeline = form().focus(20).input(20, "**").timeline()

    assert sentences(timeline, "select") == ['select combobox "Country" (chose (masked))']
    assert timeline.coverage.masked_inputs == 1


def test_masked_text_names_nothing() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "****** ***")))

    assert recording.click(10).sentences("click") == ['click button "(masked)"']
