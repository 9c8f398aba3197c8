"""Typing and choices, values set by the page, and what is never shown of either."""

from typing import Any

import pytest

from recordings_mcp.replay import ShowTyping, Timeline, read_timeline
from tests.replay._building import Recording, element, form, sentences, text


def shown(recording: Recording, show_typing: ShowTyping) -> list[str]:
    """The inputs of a recording that was read with `--show-typing`."""
    return sentences(read_timeline(recording.lines(), show_typing=show_typing), "input", "select")


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
    assert (timeline.coverage.page_driven_inputs, timeline.coverage.masked_inputs) == (1, 1)


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

    assert recording.input(10, "lamp").sentences("input") == ['input textbox "Search" (typed)']


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
        {"type": "PASSWORD"},
        {"type": " Password "},
        {"type": "hidden"},
        {"type": "text", "data-rr-is-password": "true"},
        {"type": "text", "rr_is_password": True},
        {"autocomplete": "cc-number"},
        {"autocomplete": "section-a billing cc-csc"},
        {"autocomplete": "billing CC-Number"},
        {"autocomplete": "current-password"},
        {"autocomplete": "username new-password"},
        {"autocomplete": "one-time-code"},
        {"autocomplete": "section-login one-time-code"},
        {"type": "tel", "maxlength": "1", "inputmode": "numeric"},
        {"style": "color: red; -webkit-text-security: disc;"},
        {"style": {"-webkit-text-security": "circle"}},
    ],
)
@pytest.mark.parametrize("tag", ["input", "textarea"])
def test_a_secret_is_never_shown_even_if_the_recorder_did_not_mask_it(
    tag: str, attributes: dict[str, object]
) -> None:
    field = element(10, tag, aria_label="Login")
    field["attributes"] |= attributes
    recording = Recording().open("/", field)
    recording.focus(10).input(10, "h").input(10, "hunter2")

    [seen] = shown(recording, "all")
    assert seen.removeprefix("input ").partition(' "Login" ')[2] == "(typed (masked))"


@pytest.mark.parametrize("toggles", [1, 2, 3])
def test_a_field_that_was_once_for_a_password_always_is(toggles: int) -> None:
    recording = Recording().open("/", element(10, "input", aria_label="Login", type="PASSWORD"))
    for kind in ("text", "password", "text")[:toggles]:
        recording.mutate(attributes=[(10, {"type": kind})])

    assert "hunter2" not in " ".join(shown(recording.click(10).input(10, "hunter2"), "all"))


def test_a_field_typed_into_as_a_password_stays_one_after_a_snapshot_that_shows_it_as_text() -> None:
    def field(kind: str) -> Recording:
        return Recording().open("/", element(10, "input", aria_label="Login", id="pw", type=kind))

    recording = field("password").click(10).input(10, "hunter")
    recording.snapshot(element(10, "input", aria_label="Login", id="pw", type="text")).input(10, "hunter2")

    assert shown(recording, "all") == ['input password field "Login" [pw] (typed (masked))']
    assert shown(field("text").click(10).input(10, "hunter2"), "all") == [
        'input textbox "Login" [pw] (typed "hunter2")'
    ]


@pytest.mark.parametrize("names", [{"id": "pw"}, {"name": "pw"}, {"placeholder": "Login"}, {}])
@pytest.mark.parametrize("toggled", [True, False])
def test_a_password_shown_as_text_before_it_was_typed_stays_one_after_a_snapshot(
    names: dict[str, str], *, toggled: bool
) -> None:
    recording = Recording().open("/", element(10, "input", type="password", **names))
    if toggled:
        recording.mutate(attributes=[(10, {"type": "text"})])
    recording.snapshot(element(10, "input", type="text", **names), element(11, "input", id="other"))
    recording.click(10).input(10, "hunter2").click(11).input(11, "lamp")

    passwords, others = shown(recording, "all")
    assert passwords.endswith("(typed (masked))")
    assert others == 'input textbox [other] (typed "lamp")'


def test_a_field_that_becomes_one_for_a_password_while_it_is_typed_into_hides_all_of_it() -> None:
    recording = Recording().open("/", element(10, "input", aria_label="Login")).click(10).input(10, "hunter")
    recording.mutate(attributes=[(10, {"type": "password"})]).input(10, "hunter2")

    assert shown(recording, "all") == ['input textbox "Login" (typed (masked))']


def test_what_was_typed_is_shown_only_where_it_was_asked_for() -> None:
    recording = Recording().open(
        "/",
        element(10, "input", aria_label="City"),
        element(11, "input", aria_label="Find", type="SEARCH"),
        element(12, "form", element(13, "input", aria_label="Find", name="q"), role="search"),
        element(14, "select", element(15, "option", text(16, "France"), value="fr"), aria_label="Country"),
    )
    recording.click(10).input(10, "L").input(10, "Lyon").click(11).input(11, "lamp").click(13).input(
        13, "oil"
    )
    recording.click(14).input(14, "fr")

    chosen = 'select combobox "Country" (chose "France")'
    assert shown(recording, "none") == [
        'input textbox "City" (typed)',
        'input searchbox "Find" (typed)',
        'input textbox "Find" [q] (typed)',
        chosen,
    ]
    assert shown(recording, "search") == [
        'input textbox "City" (typed)',
        'input searchbox "Find" (typed "lamp")',
        'input textbox "Find" [q] (typed "oil")',
        chosen,
    ]
    assert shown(recording, "all") == [
        'input textbox "City" (typed "Lyon")',
        'input searchbox "Find" (typed "lamp")',
        'input textbox "Find" [q] (typed "oil")',
        chosen,
    ]


def test_neither_the_timeline_nor_its_coverage_depends_on_how_much_was_typed() -> None:
    def typed(value: str) -> Timeline:
        recording = form().at(2).click(13)
        for length in range(1, len(value) + 1):
            recording.at(2 + length / len(value)).input(13, value[:length])
        return recording.at(9).click(23).timeline()

    few, many = typed("ab"), typed("abcdefghij")
    few.coverage.events = few.coverage.lines = many.coverage.events = many.coverage.lines = 0

    assert (few.observations[-1:], few.coverage) == (many.observations[-1:], many.coverage)
    assert sentences(few) == sentences(many)
    assert few.coverage.unmasked_inputs == 1


def test_the_coverage_does_not_say_how_much_was_typed_where_the_focus_is_unknown() -> None:
    recording = form().input(20, "de")
    for value in ("1", "12", "123"):
        recording.input(13, value)

    assert recording.timeline().coverage.page_driven_inputs == 2


def test_a_field_left_and_entered_again_without_anything_between_is_one_observation() -> None:
    recording = form().focus(13)
    for value in ("a", "ab", "abc"):
        recording.focus(13).input(13, value).blur(13)

    assert recording.sentences("input") == ['input textbox "E-mail" [email] (typed)']


_EDITORS = [
    {"contenteditable": "true"},
    {"contenteditable": ""},
    {"contenteditable": "PLAINTEXT-ONLY"},
    {"role": "textbox"},
    {"class_": "CodeMirror cm-s-default"},
    {"class_": "monaco-editor no-user-select"},
    {"class_": "ace_editor ace-tm"},
]


@pytest.mark.parametrize("attributes", _EDITORS)
def test_text_in_an_editor_names_nothing(attributes: dict[str, str]) -> None:
    recording = Recording().open(
        "/",
        element(
            10,
            "label",
            text(11, "Notes"),
            element(
                12,
                "div",
                element(13, "p", text(14, "typed one"), id="title"),
                element(
                    15,
                    "p",
                    element(16, "a", text(17, "typed two"), href="#"),
                    element(18, "img", alt="typed"),
                ),
                **attributes,
            ),
        ),
        element(20, "section", element(21, "button", aria_labelledby="title")),
    )

    for node in (12, 13, 16, 18, 10, 21):
        recording.click(node)
    assert recording.sentences("click") == [
        'click textbox "Notes" x4',
        'click label "Notes"',
        "click button",
    ]


def test_text_that_a_component_shows_in_an_editor_of_its_own_names_nothing_and_is_typing() -> None:
    editor = element(12, "div", element(13, "slot"), contenteditable="true", aria_label="Notes")
    host = element(10, "x-editor", {**editor, "isShadow": True}, element(20, "p", text(21, "typed")))
    recording = Recording().open("/", {**host, "isShadowHost": True})
    recording.click(21).focus(12).mutate(texts=[(21, "typed more")]).click(20)

    assert recording.sentences("click", "input") == [
        'click textbox "Notes"',
        'input textbox "Notes" (typed)',
        'click textbox "Notes"',
    ]


@pytest.mark.parametrize(
    "task",
    [
        element(11, "label", element(12, "input", type="checkbox"), text(13, "typed")),
        element(
            11,
            "p",
            element(12, "input", type="checkbox", id="done"),
            element(13, "label", text(14, "typed"), for_="done"),
        ),
        element(
            11,
            "p",
            element(12, "input", type="checkbox", aria_labelledby="label"),
            element(13, "b", text(14, "typed"), id="label"),
        ),
    ],
)
def test_a_box_in_an_editor_is_not_named_by_the_text_beside_it(task: dict[str, Any]) -> None:
    recording = Recording().open("/", element(10, "div", task, contenteditable="true", aria_label="Notes"))

    recording.click(12).input(12, "on", checked=True)
    assert "typed" not in " ".join(recording.sentences())
    assert [found.split()[1] for found in recording.sentences("click", "input")] == ["checkbox", "checkbox"]


def test_a_button_in_a_part_of_an_editor_that_cannot_be_edited_has_its_name() -> None:
    tools = element(12, "div", element(13, "button", text(14, "Delete row")), contenteditable="false")
    recording = Recording().open("/", element(10, "div", tools, contenteditable="true", aria_label="Notes"))

    assert recording.click(13).sentences("click") == ['click button "Delete row"']
    assert recording.click(12).sentences("click")[-1] == 'click textbox "Notes"'


def test_an_editor_is_named_by_what_it_shows_while_empty() -> None:
    line = element(11, "p", element(12, "br"), data_placeholder="Write something")
    recording = Recording().open("/", element(10, "div", line, contenteditable="true"))

    assert recording.click(11).sentences("click") == ['click textbox "Write something"']


def test_a_page_that_is_an_editor_is_one() -> None:
    recording = Recording().open("/")
    recording.events[-1]["data"]["node"]["childNodes"][0]["childNodes"][1]["attributes"][
        "contenteditable"
    ] = "true"

    assert recording.click(6).sentences("click") == ["click textbox"]


@pytest.mark.parametrize(
    ("kind", "done"), [("range", "set"), ("color", "set"), ("file", "chose a file"), ("number", "typed")]
)
def test_what_cannot_be_typed_is_not_said_to_be(kind: str, done: str) -> None:
    recording = Recording().open("/", element(10, "input", aria_label="Field", type=kind)).click(10)
    for value in ("1", "2", "3"):
        recording.input(10, value)

    [seen] = recording.sentences("input")
    assert seen.endswith(f' "Field" ({done})')
    assert recording.input(10, "").timeline().coverage.unmasked_inputs == 1


def test_a_masked_choice_is_a_choice() -> None:
    timeline = form().focus(20).input(20, "**").timeline()

    assert sentences(timeline, "select") == ['select combobox "Country" (chose (masked))']
    assert timeline.coverage.masked_inputs == 1


def test_masked_text_names_nothing() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "****** ***")))

    assert recording.click(10).sentences("click") == ['click button "(masked)"']
