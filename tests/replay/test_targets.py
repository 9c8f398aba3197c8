"""The names of targets."""

from typing import Any

import pytest

from tests.replay._building import Recording, element, text

CASES: list[tuple[str, dict[str, Any], int, str]] = [
    ("a button by its text", element(10, "button", text(11, " Pay \n now ")), 10, 'button "Pay now"'),
    ("text as its control", element(10, "button", text(11, "Pay now")), 11, 'button "Pay now"'),
    (
        "an icon as the control it is in",
        element(10, "a", element(11, "span", element(12, "svg", element(13, "path"))), text(14, "Cart"), href="/cart"),
        13,
        'link "Cart"',
    ),
    ("an anchor without address", element(10, "a", text(11, "More")), 10, 'a "More"'),
    ("the label attribute before the text", element(10, "button", text(11, "x"), aria_label="Close"), 11, 'button "Close"'),
    (
        "the element that labels it",
        element(10, "p", element(11, "b", text(12, "Size"), id="s"), element(13, "button", aria_labelledby="s t")),
        13,
        'button "Size"',
    ),
    (
        "a field by its label",
        element(10, "p", element(11, "label", text(12, "City"), for_="c"), element(13, "input", id="c")),
        13,
        'textbox "City" [c]',
    ),
    (
        "a field by the label around it",
        element(10, "label", text(11, "City"), element(12, "span", element(13, "input", name="city"))),
        13,
        'textbox "City" [city]',
    ),
    ("a field by its placeholder", element(10, "input", placeholder="Search"), 10, 'textbox "Search"'),
    ("a field by its name", element(10, "textarea", name="note"), 10, 'textbox "note" [note]'),
    ("a button by its value", element(10, "input", type="submit", value="Send"), 10, 'button "Send"'),
    ("a button without a value by its type", element(10, "input", type="reset"), 10, 'button "reset"'),
    (
        "a choice by its label, not its options",
        element(10, "label", text(11, "Size"), element(12, "select", element(13, "option", text(14, "S")))),
        12,
        'combobox "Size"',
    ),
    ("an image in a button", element(10, "button", element(11, "img", alt="Menu")), 11, 'button "Menu"'),
    ("a combobox not by an icon in it", element(10, "div", element(11, "svg", aria_label="Clear"), role="combobox"), 10, "combobox"),
    (
        "an icon with a name in a control without one",
        element(10, "div", element(11, "svg", element(12, "path"), aria_label="Clear"), role="combobox"),
        12,
        'svg "Clear"',
    ),
    (
        "a control with a name rather than an icon in it",
        element(10, "div", element(11, "svg", aria_label="Clear"), role="combobox", aria_label="City"),
        11,
        'combobox "City"',
    ),
    ("a title", element(10, "button", title="Help"), 10, 'button "Help"'),
    ("a role", element(10, "div", element(11, "i"), role="tab", aria_label="Reviews"), 11, 'tab "Reviews"'),
    (
        "what is marked for tests before a plain element",
        element(10, "div", element(11, "span", text(12, "4 left")), data_attr="stock"),
        12,
        'div "4 left" [stock]',
    ),
    ("a plain element", element(10, "h2", text(11, "Journal")), 11, 'heading "Journal"'),
    ("a password", element(10, "input", type="password", aria_label="Password"), 10, 'password field "Password"'),
    ("a checkbox", element(10, "input", type="checkbox", aria_label="News"), 10, 'checkbox "News"'),
    (
        "the first of several suffixes",
        element(10, "button", text(11, "Pay"), id="b1", name="n", data_testid="pay"),
        10,
        'button "Pay" [pay]',
    ),
    ("quotes as apostrophes", element(10, "button", text(11, 'Say "hi"')), 10, "button \"Say 'hi'\""),
    ("a name of at most 60 characters", element(10, "p", text(11, "word " * 40)), 10, f'paragraph "{("word " * 12)[:59].rstrip()}…"'),
    ("nothing", element(10, "canvas"), 10, "canvas"),
    (
        "texts side by side as one",
        element(10, "a", text(11, "r/"), text(12, "Nightlife"), element(13, "b", text(14, "new")), href="/r"),
        10,
        'link "r/Nightlife new"',
    ),
    ("no glyphs of icon fonts", element(10, "button", text(11, "\uf012"), text(12, " 5\U000f0001 minutes")), 10, 'button "5 minutes"'),
    ("a title rather than a bullet", element(10, "div", text(11, "●"), title="Old oak", role="button"), 10, 'button "Old oak"'),
    (
        "the head of a column around an icon",
        element(10, "th", element(11, "b", text(12, "Bicycle")), element(13, "svg"), role="columnheader"),
        13,
        'columnheader "Bicycle"',
    ),
    ("no role that says that it has none", element(10, "div", text(11, "Books"), role="presentation"), 10, 'div "Books"'),
    ("a title rather than a glyph", element(10, "button", text(11, "\ue5cd"), title="Close"), 10, 'button "Close"'),
    (
        "what can be seen of a plain element",
        element(
            10,
            "div",
            element(11, "p", text(12, "Seen")),
            element(13, "p", text(14, "old"), hidden=""),
            element(15, "p", text(16, "older"), style="color: red; DISPLAY: none !important"),
            element(17, "p", text(18, "oldest"), style="visibility:hidden"),
            element(19, "p", text(20, "and shown"), aria_hidden="true"),
        ),
        10,
        'div "Seen and shown"',
    ),
    (
        "what is said of a control",
        element(10, "button", element(11, "span", text(12, "x"), aria_hidden="true"), element(13, "span", text(14, "Close"))),
        10,
        'button "Close"',
    ),
    ("hidden text where a control has no other", element(10, "button", element(11, "span", text(12, "Menu"), hidden="")), 10, 'button "Menu"'),
    ("parts of a control by their labels", element(10, "a", element(11, "img", alt="Blanket"), element(12, "b", text(13, "€45"), aria_label="45 euros"), href="/b"), 10, 'link "Blanket 45 euros"'),
    (
        "the labels of what labels it",
        element(10, "p", element(11, "a", text(12, "24"), id="day", aria_label="24 November"), element(13, "div", role="gridcell", aria_labelledby="day")),
        13,
        'gridcell "24 November"',
    ),
    ("a button without its keys", element(10, "button", text(11, "Search"), element(12, "kbd", text(13, "⌘")), element(14, "kbd", text(15, "K"))), 10, 'button "Search"'),
    ("a button that is only a key", element(10, "button", element(12, "kbd", text(13, "Esc"))), 10, 'button "Esc"'),
    ("scripts and styles as no text", element(10, "div", element(11, "script", text(12, "x()"))), 10, "div"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("node", "clicked", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_target_is_named_by(node: dict[str, Any], clicked: int, expected: str) -> None:
    assert Recording().open("/", node).click(clicked).sentences("click") == [f"click {expected}"]


@pytest.mark.parametrize("node_id", [1, 2, 6])
def test_the_background_is_the_page(node_id: int) -> None:
    assert Recording().open("/").click(node_id).sentences("click") == ["click page"]


def test_an_element_that_is_not_in_the_recording_has_no_name() -> None:
    found = Recording().open("/").click(4711).timeline().observations[-1]

    assert (found.kind, found.target) == ("click", None)


def test_naming_changes_nothing() -> None:
    recording = Recording().open(
        "/", element(10, "div", element(11, "svg", element(12, "rect"), aria_label="Blanket"))
    )

    assert recording.click(10).click(10).sentences("click") == ['click div "Blanket" x2']


def test_a_cycle_of_parents_ends() -> None:
    recording = Recording().open("/", element(10, "p"))
    recording.mutate(adds=[(21, element(20, "i")), (20, element(21, "i")), (20, text(22, "Round"))])

    assert recording.click(22).sentences("click")[0].startswith("click i")


@pytest.mark.parametrize("depth", [3, 500])
def test_deeply_nested_nodes_are_named(depth: int) -> None:
    recording = Recording().open("/", element(10, "p"))
    recording.mutate(
        adds=[(10 if level == 0 else 99 + level, element(100 + level, "div")) for level in range(depth)]
    )
    recording.mutate(adds=[(99 + depth, element(5000, "button", text(5001, "Deep")))])

    assert recording.click(5001).sentences("click") == ['click button "Deep"']


def test_a_chosen_option_is_shown_by_its_text() -> None:
    options = element(12, "optgroup", element(13, "option", text(14, "Large"), value="l"))
    recording = Recording().open(
        "/", element(10, "select", element(11, "option"), options, aria_label="Size")
    )
    recording.focus(10).input(10, "l").input(10, "xl").input(10, "")

    assert recording.sentences("select") == [
        'select combobox "Size" (chose "Large")',
        'select combobox "Size" (chose an option without a name)',
        'select combobox "Size" (chose nothing)',
    ]


def test_a_chosen_option_is_shown_by_the_text_that_it_has_at_that_moment() -> None:
    recording = Recording().open(
        "/", element(10, "select", element(11, "option", text(12, "Large"), value="l"), id="size")
    )
    recording.focus(10).input(10, "l").mutate(texts=[(12, "Sold out")]).input(10, "l")
    recording.snapshot(element(10, "select", element(11, "option", text(12, "L"), value="l"), id="size"))
    recording.focus(10).input(10, "l")

    assert recording.sentences("select") == [
        'select combobox [size] (chose "Large")',
        'select combobox [size] (chose "Sold out")',
        'select combobox [size] (chose "L")',
    ]


def test_the_first_of_several_options_with_one_value_is_shown() -> None:
    options = [element(20 + k, "option", text(30 + k, name), value="l") for k, name in enumerate("AB")]
    recording = Recording().open("/", element(10, "select", *options)).focus(10).input(10, "l")

    assert recording.sentences("select") == ['select combobox (chose "A")']


def test_a_damaged_option_does_not_hide_those_before_it() -> None:
    options = [element(20, "option", text(30, "A"), value="a"), {"id": 21, "type": 2, "tagName": "option"}]
    recording = (
        Recording().open("/", element(10, "select", *options, aria_label="Size")).focus(10).input(10, "a")
    )

    assert recording.sentences("select") == ['select combobox "Size" (chose "A")']
    assert recording.timeline().coverage.undecodable == 1


def test_of_very_many_options_the_last_ones_are_not_read() -> None:
    options = [
        element(100 + 2 * k, "option", text(101 + 2 * k, f"No {k}"), value=f"v{k}") for k in range(5000)
    ]
    recording = Recording().open("/", element(10, "select", *options)).focus(10)
    recording.input(10, "v1999").input(10, "v4999")

    assert recording.sentences("select") == [
        'select combobox (chose "No 1999")',
        "select combobox (chose an option without a name)",
    ]


def test_what_a_change_of_style_hides_is_no_part_of_a_name() -> None:
    parts = [element(id_, "b", text(id_ + 1, name), style="top:1px") for id_, name in ((11, "A"), (13, "B"))]
    recording = Recording().open("/", element(10, "div", *parts)).click(10)
    recording.mutate(attributes=[(11, {"style": {"display": ["none", "important"]}})]).click(10)
    recording.mutate(attributes=[(11, {"style": {"top": False}})]).click(10)
    recording.mutate(attributes=[(11, {"style": {"display": False}}), (13, {"hidden": ""})]).click(10)
    recording.mutate(attributes=[(13, {"hidden": None})]).click(10)

    assert recording.sentences("click") == [
        'click div "A B"',
        'click div "B" x2',
        'click div "A"',
        'click div "A B"',
    ]


@pytest.mark.parametrize(
    "style",
    ['background: url("a;display:none")', "--x: (;display:none;)", "content: 'display:none;'", "display", 5],
)
def test_a_style_that_only_mentions_a_declaration_hides_nothing(style: object) -> None:
    node = element(10, "div", element(11, "b", text(12, "Seen"), style=style), text(13, "."))

    assert Recording().open("/", node).click(10).sentences("click") == ['click div "Seen ."']


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Search ⌘K", "Search"),
        ("Search (Ctrl+K)", "Search"),
        ("Search Ctrl K", "Search"),
        ("Bold (⌘ + ⇧ + B)", "Bold"),
        ("Redo Ctrl + Shift + Z", "Redo"),
        ("⌘K", "⌘K"),
        ("Ctrl + K", "Ctrl + K"),
        ("Night Shift", "Night Shift"),
        ("A + B", "A + B"),
    ],
)
def test_key_hints_are_no_part_of_a_name(said: str, name: str) -> None:
    for button in (element(10, "button", text(11, said)), element(10, "button", title=said)):
        assert Recording().open("/", button).click(10).sentences("click") == [f'click button "{name}"']


def component(first_id: int, label: str) -> dict[str, Any]:
    """A component with a label and a field in its shadow root, where ids are the same in each."""
    shadow = element(
        first_id + 1,
        "p",
        element(first_id + 2, "label", text(first_id + 3, label), for_="field"),
        element(first_id + 4, "div", element(first_id + 5, "input", id="field")),
        element(first_id + 6, "b", text(first_id + 7, f"{label} hint"), id="hint"),
        element(first_id + 8, "button", aria_labelledby="hint"),
    )
    return element(first_id, "shop-field", shadow | {"isShadow": True}) | {"isShadowHost": True}


def test_a_label_belongs_to_fields_of_its_own_shadow_root() -> None:
    recording = Recording().open(
        "/",
        element(10, "input", id="field"),
        component(20, "Street"),
        component(40, "City"),
        element(60, "label", text(61, "Country"), for_="field"),
        element(70, "div", element(71, "button", aria_labelledby="hint")),
        element(
            80,
            "label",
            text(81, "Around"),
            component(100, "Zip") | {"childNodes": [element(101, "input") | {"isShadow": True}]},
        ),
    )

    for node_id in (25, 45, 10, 28, 48, 71, 101):
        recording.click(node_id)
    assert recording.sentences("click") == [
        'click textbox "Street" [field]',
        'click textbox "City" [field]',
        'click textbox "Country" [field]',
        'click button "Street hint"',
        'click button "City hint"',
        "click button",
        "click textbox",
    ]


def test_what_is_slotted_into_a_component_names_it() -> None:
    drawn = element(
        11,
        "div",
        element(12, "button", element(13, "slot", text(14, "Unused")), element(15, "i")),
        element(16, "p", element(17, "slot", name="hint")),
    )
    host = element(
        10,
        "shop-button",
        text(20, "Pay"),
        element(21, "b", text(22, " now")),
        element(23, "i", text(24, "No fee"), slot="hint"),
        drawn | {"isShadow": True},
    )
    recording = Recording().open("/", host | {"isShadowHost": True})

    for node_id in (12, 15, 21, 23, 10):
        recording.click(node_id)
    assert recording.sentences("click") == [
        'click button "Pay now" x3',
        'click i "No fee"',
        'click shop-button "Pay now No fee"',
    ]


def test_a_slot_that_nothing_fills_shows_its_own_text() -> None:
    drawn = element(11, "button", element(12, "slot", text(13, "Close")))
    host = element(10, "shop-button", drawn | {"isShadow": True}) | {"isShadowHost": True}

    assert Recording().open("/", host).click(11).sentences("click") == ['click button "Close"']


def test_an_id_that_a_script_sets_later_is_followed() -> None:
    recording = Recording().open(
        "/", element(10, "b", text(11, "Size")), element(12, "button", aria_labelledby="s")
    )
    recording.click(12).mutate(attributes=[(10, {"id": "s"})]).click(12)
    recording.mutate(attributes=[(10, {"id": "t"})]).click(12)

    assert recording.sentences("click") == ["click button", 'click button "Size"', "click button"]


def test_controls_without_names_are_told_apart() -> None:
    icons = [element(10 + n, "button", element(20 + n, "i"), data_testid="icon") for n in range(2)]
    masked = [element(30 + n, "button", text(40 + n, "****")) for n in range(2)]
    recording = Recording().open("/", *icons, *masked)

    for node_id in (10, 20, 11, 30, 31, 2, 6):
        recording.click(node_id)
    assert recording.sentences("click") == [
        "click button [icon] x2",
        "click button [icon]",
        'click button "(masked)"',
        'click button "(masked)"',
        "click page x2",
    ]
