"""Whose input it was: the person's in fields, editors and lists, or the page's."""

from typing import Any

import pytest

from tests.replay._building import Recording, compress, element, sentences, text

_NOTES = element(10, "div", element(11, "p", text(12, "Write")), contenteditable="true", aria_label="Notes")


def _press_less_click(recording: Recording, node_id: int, x: int, y: int) -> Recording:
    return recording.interact(2, node_id, x=x, y=y, pointerType=0)


def _typed_in(recording: Recording, node_id: int, *, every: float = 0.5, keys: int = 20) -> Recording:
    """Type into a field, one character after another."""
    begin = recording.now
    for key in range(keys):
        recording.at(begin + key * every).input(node_id, "x" * (key + 1))
    return recording


def test_typing_in_an_editor_is_one_observation_over_its_span_and_no_pause() -> None:
    recording = Recording().open("/", _NOTES, element(20, "button", text(21, "Save")))
    recording.at(2).click(11).focus(10)
    for second in range(3, 63):
        recording.at(second).mutate(texts=[(12, "Write" + "x" * second)])
    timeline = recording.at(64).click(20).timeline()

    assert sentences(timeline) == [
        "page shop.example/",
        'click textbox "Notes"',
        'input textbox "Notes" (typed)',
        'click button "Save"',
    ]
    [typing] = [seen for seen in timeline.observations if seen.kind == "input"]
    assert (typing.t, typing.last, typing.count) == (3.0, 62.0, 1)
    assert timeline.coverage.unmasked_inputs == 1


@pytest.mark.parametrize(
    "change",
    [
        {"texts": [(12, "Write more")]},
        {"adds": [(11, text(30, "more"))]},
        {"adds": [(10, element(31, "p")), (31, element(32, "b")), (32, text(33, "more"))]},
        {"adds": [(32, text(33, "more")), (31, element(32, "b")), (10, element(31, "p"))]},
        {"removes": [(11, 12)]},
        {"removes": [(10, 11)]},
    ],
)
def test_each_change_of_the_text_in_the_editor_with_the_focus_is_typing(
    change: dict[str, Any],
) -> None:
    recording = Recording().open("/", _NOTES).click(11).focus(10).at(1).mutate(**change)

    assert recording.sentences("input") == ['input textbox "Notes" (typed)']


@pytest.mark.parametrize(
    "change",
    [
        {"texts": [(12, "Write")]},
        {"adds": [(11, element(30, "br"))]},
        {"adds": [(10, element(31, "p"))]},
        {"attributes": [(10, {"class": "focused"})]},
        {"texts": [(21, "Saved")]},
        {"adds": [(20, text(22, "!"))]},
    ],
)
def test_other_changes_are_not(change: dict[str, Any]) -> None:
    recording = Recording().open("/", _NOTES, element(20, "p", text(21, "Save")))

    assert recording.click(11).focus(10).at(1).mutate(**change).sentences("input") == []


def test_a_page_that_changes_an_editor_without_the_focus_does_not_type() -> None:
    recording = Recording().open("/", _NOTES, element(20, "input"))
    recording.mutate(texts=[(12, "a")]).click(11).focus(10).blur(10).mutate(texts=[(12, "ab")])

    assert recording.click(20).focus(20).mutate(texts=[(12, "abc")]).sentences("input") == []


@pytest.mark.parametrize("form", ["as written", "compressed", "in another order"])
def test_typing_in_an_editor_is_the_same_in_every_form(form: str) -> None:
    recording = Recording().open("/", _NOTES, element(20, "p", text(21, "0 words"))).click(11).focus(10)
    for second in range(3, 9):
        recording.at(second).mutate(texts=[(12, "x" * second)]).mutate(texts=[(21, f"{second} words")])
    recording.at(20).mutate(texts=[(21, "saved")]).blur(10).at(30).mutate(texts=[(12, "saved")])
    for event in recording.events:
        if form == "in another order":
            event["data"] = event.pop("data")
        elif form == "compressed" and event["data"].get("source") == 0:
            lists = {
                name: compress(event["data"][name]) for name in ("texts", "adds", "removes", "attributes")
            }
            event.update(data=event["data"] | lists, cv="2024-10")

    [typing] = [seen for seen in recording.timeline().observations if seen.kind == "input"]
    assert (typing.t, typing.last, typing.count) == (3.0, 8.0, 1)


def test_masked_text_in_an_editor_is_masked() -> None:
    recording = Recording().open("/", _NOTES).click(11).focus(10).mutate(texts=[(12, "***** ****")])

    assert recording.sentences("input") == ['input textbox "Notes" (typed (masked))']


def test_an_editor_that_takes_the_focus_when_it_appears_is_typed_into() -> None:
    recording = Recording().open("/", element(20, "button", text(21, "Reply"))).click(20).focus(-1)
    recording.mutate(adds=[(7, _NOTES), (10, element(11, "p")), (11, text(12, "Write"))])

    assert recording.at(3).mutate(texts=[(12, "Hello")]).sentences("input") == [
        'input textbox "Notes" (typed)'
    ]


@pytest.mark.parametrize("every", [0.008, 0.05], ids=["faster than a person", "as regular as a clock"])
def test_a_page_that_types_into_a_field_that_it_focused_itself_is_not_the_person(every: float) -> None:
    recording = Recording().open("/", element(10, "input", aria_label="Command"))
    timeline = _typed_in(recording.at(1).focus(10).at(2), 10, every=every).timeline()

    assert sentences(timeline, "input", "idle") == []
    assert (timeline.coverage.page_driven_inputs, timeline.coverage.unmasked_inputs) == (1, 0)


def test_a_page_that_types_into_an_editor_that_it_focused_itself_is_not_the_person() -> None:
    recording = Recording().open("/", _NOTES).at(1).focus(10)
    for key in range(100):
        recording.at(2 + key * 0.008).mutate(texts=[(12, "x" * (key + 1))])

    assert recording.sentences("input") == []


def test_a_person_who_types_into_a_field_that_the_page_focused_is_the_person() -> None:
    recording = Recording().open("/", element(10, "input", aria_label="User")).at(1).focus(10)
    for key, at in enumerate((2.0, 2.11, 2.19, 2.34, 2.41, 2.62, 2.7, 2.79, 2.95, 3.01, 3.2)):
        recording.at(at).input(10, "x" * (key + 1))

    assert recording.sentences("input") == ['input textbox "User" (typed)']


@pytest.mark.parametrize("how", ["press", "tab"])
def test_however_fast_it_is_typing_where_the_person_moved_the_focus(how: str) -> None:
    recording = Recording().open("/", element(10, "input", aria_label="User"), element(11, "input"))
    recording.at(1)
    if how == "press":
        recording.click(10).at(1.02).focus(10)
    else:
        recording.focus(11).at(1.5).blur(11).at(1.5).focus(10)

    assert _typed_in(recording.at(2), 10, every=0.001).sentences("input") == ['input textbox "User" (typed)']


def test_a_recorder_that_says_who_set_a_field_is_believed() -> None:
    recording = Recording().open("/", element(10, "input", aria_label="User")).click(10)
    recording.change(5, id=10, text="a", isChecked=False, userTriggered=False)

    assert recording.sentences("input") == []
    recording.change(5, id=10, text="ab", isChecked=False, userTriggered=True)
    assert recording.sentences("input") == ['input textbox "User" (typed)']


def test_a_new_field_that_takes_the_focus_is_typed_into_but_its_first_value_is_the_pages() -> None:
    recording = Recording().open("/", element(20, "button", text(21, "Edit"))).click(20).focus(-1)
    recording.mutate(adds=[(7, element(30, "input", aria_label="Amount"))]).at(0.5).focus(-1).at(0.52)
    recording.input(30, "3").at(1).input(30, "9").at(1.2).input(30, "90")
    timeline = recording.timeline()

    assert sentences(timeline, "input") == ['input textbox "Amount" (typed)']
    assert timeline.coverage.page_driven_inputs == 1


@pytest.mark.parametrize("pressed", [11, 12, 15, 16])
def test_a_press_on_a_label_or_another_part_of_a_control_is_one_on_its_field(pressed: int) -> None:
    recording = Recording().open(
        "/",
        element(10, "label", element(11, "b", text(12, "City")), for_="city"),
        element(13, "div", element(15, "i", element(16, "svg")), element(14, "input", id="city")),
    )

    assert recording.click(pressed).at(2).input(14, "L").sentences("input") == [
        'input textbox "City" [city] (typed)'
    ]


def test_a_button_beside_a_field_that_fills_it_is_not_typing() -> None:
    row = element(13, "div", element(15, "button", text(16, "Example")), element(14, "input", id="city"))

    assert Recording().open("/", row).click(16).at(2).input(14, "L").sentences("input") == []


def test_a_value_that_comes_with_a_click_on_a_list_is_a_choice_and_not_typing() -> None:
    recording = Recording().open(
        "/",
        element(10, "input", role="combobox", aria_label="City"),
        element(11, "ul", element(12, "li", text(13, "Lyon"), role="option"), role="listbox"),
    )
    recording.click(10).focus(10).at(1).input(10, "L").at(3).click(12).at(3.02).input(10, "Lyon")
    timeline = recording.timeline()

    assert sentences(timeline, "click", "input", "select") == [
        'click combobox "City"',
        'input combobox "City" (typed)',
        'click option "Lyon"',
    ]
    assert timeline.coverage.page_driven_inputs == 1


def test_a_suggestion_of_the_page_that_is_there_at_once_is_a_choice() -> None:
    suggestions = [element(12, "option", value="Lyon"), element(13, "option", text(14, "Niza"), value="Nice")]
    recording = Recording().open(
        "/",
        element(10, "input", list="towns", aria_label="Town"),
        element(11, "datalist", *suggestions, id="towns"),
    )
    recording.click(10).focus(10).at(1)
    for value in ("L", "Ly", "Lyo", "Lyon", "", "Paris", "", "N", "Nice"):
        recording.input(10, value)

    assert recording.sentences("input", "select") == [
        'input textbox "Town" (typed)',
        'select textbox "Town" (chose "Niza")',
    ]


def test_a_hidden_field_that_an_editor_reads_is_not_emptied() -> None:
    code = element(10, "div", element(11, "textarea", aria_label="Code"), class_="CodeMirror cm-s-default")
    recording = Recording().open("/", code).click(10).focus(11).at(1)
    for value in ("a", "", "b", "", "c", ""):
        recording.input(11, value)

    assert recording.sentences("input") == ['input textbox "Code" (typed)']


def test_the_click_that_closes_a_native_list_belongs_to_the_choice() -> None:
    options = [element(11, "option", text(12, "Germany"), value="de")]
    options.append(element(13, "option", text(14, "France"), value="fr"))
    recording = Recording().open("/", element(10, "select", *options, aria_label="Country"))
    recording.at(2).click(10).focus(10).at(4).input(10, "fr")
    recording = _press_less_click(recording.at(4.01), 10, 60, 120)

    assert recording.sentences("click", "select") == [
        'click combobox "Country"',
        'select combobox "Country" (chose "France")',
    ]


@pytest.mark.parametrize(("x", "y", "how"), [(0, 0, " (by keyboard or script)"), (60, 120, "")])
@pytest.mark.parametrize("presses", [True, False])
def test_only_a_click_without_a_place_is_by_keyboard(*, presses: bool, x: int, y: int, how: str) -> None:
    recording = Recording().open("/", element(10, "button", text(11, "Pay")), element(12, "input"))
    if presses:
        recording.click(12)

    assert _press_less_click(recording.at(2), 10, x, y).sentences("click")[-1] == f'click button "Pay"{how}'


def test_enter_in_a_field_is_a_click_by_keyboard_also_after_a_press_that_had_no_click() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "Pay")), element(12, "input"))
    recording.at(1).interact(1, 12, x=50, y=50).focus(12).change(
        14, ranges=[{"start": 12, "startOffset": 0, "end": 12, "endOffset": 4}]
    )
    recording.interact(0, 12, x=90, y=50).at(3).input(12, "a").at(4).interact(2, 10, x=0, y=0)

    assert recording.sentences("click") == ['click button "Pay" (by keyboard or script)']


def test_a_box_that_the_app_changes_after_a_click_elsewhere_is_not_the_persons() -> None:
    recording = Recording().open(
        "/",
        element(10, "button", text(11, "Settings")),
        element(12, "label", element(13, "input", type="RADIO", name="a"), text(14, "One")),
        element(15, "label", element(16, "input", type="radio", name="b"), text(17, "Two")),
    )
    timeline = (
        recording.click(10)
        .input(13, "on", checked=True)
        .at(3)
        .click(12)
        .input(16, "on", checked=True)
        .timeline()
    )

    assert sentences(timeline, "input") == []
    assert timeline.coverage.page_driven_inputs == 2
    assert recording.at(5).click(12).input(13, "on", checked=True).sentences("input") == [
        'input radio "One" [a] (checked)'
    ]


def test_a_jump_to_the_top_is_the_pages_and_scrolling_there_the_persons() -> None:
    recording = Recording().open("/").at(1).scroll(1, 300).scroll(1, 600).at(5).scroll(1, 0)

    assert recording.sentences("scroll") == ["scroll page (down to 600 px)"]
    assert recording.at(9).scroll(1, 500).scroll(1, 200).scroll(1, 0).sentences("scroll") == [
        "scroll page (down to 600 px, back to the top)",
    ]
