"""Native mobile apps: screens of wireframes, and screenshots."""

from typing import Any

import pytest

from tests.replay._building import Recording, event, sentences


def box(frame_id: int, kind: str, y: int, **more: Any) -> dict[str, Any]:
    return {"id": frame_id, "type": kind, "x": 20, "y": y, "width": 370, "height": 40, **more}


def app(*frames: dict[str, Any], screen: str = "Checkout", recording: Recording | None = None) -> Recording:
    recording = (recording or Recording()).add(4, {"href": screen, "width": 411, "height": 841})
    root = {
        "id": 1,
        "type": "div",
        "x": 0,
        "y": 0,
        "width": 411,
        "height": 841,
        "childWireframes": list(frames),
    }
    return recording.add(2, {"wireframes": [root], "initialOffset": {"top": 0, "left": 0}})


def touch(recording: Recording, x: float, y: float, to: tuple[float, float] | None = None) -> Recording:
    end = to or (x, y)
    recording.interact(7, 88123, x=x, y=y, pointerType=2)
    return recording.interact(9, 88123, x=end[0], y=end[1], pointerType=2)


def checkout() -> Recording:
    return app(
        box(2, "text", 40, text="Checkout"),
        box(3, "input", 100, inputType="email", value="****"),
        box(4, "input", 160, inputType="checkbox", label="Accept terms", checked=False),
        box(5, "input", 220, inputType="button", value="Pay now"),
        box(6, "div", 300, childWireframes=[box(7, "rectangle", 300), box(8, "image", 300), box(9, "text", 700, text="Far")]),
        box(10, "text", 400, text="****"),
        box(11, "web_view", 500, label="Terms"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (50, 'click text "Checkout"'),
        (120, "click textbox [email]"),
        (175, 'click checkbox "Accept terms"'),
        (240, 'click button "Pay now"'),
        (320, 'click screen "Checkout" [middle centre] (at 200, 320)'),
        (410, 'click text "(masked)"'),
        (520, 'click screen "Checkout" [middle centre] (at 200, 520)'),
        (800, 'click screen "Checkout" [bottom centre] (at 200, 800)'),
    ],
)
def test_a_tap_is_named_after_what_is_at_its_position(y: int, expected: str) -> None:
    assert touch(checkout(), 200, y).sentences("click") == [expected]


def test_a_tap_on_a_screenshot_is_described_by_its_position() -> None:
    recording = app(
        {"id": 7, "type": "screenshot", "x": 0, "y": 0, "width": 411, "height": 841, "base64": "data:"}
    )

    assert touch(recording, 390, 20).sentences("page", "click") == [
        "page Checkout",
        'click screen "Checkout" [top right] (at 390, 20)',
    ]


@pytest.mark.parametrize(
    ("to", "direction"),
    [((200, 100), "up"), ((200, 700), "down"), ((20, 410), "left"), ((400, 390), "right")],
)
def test_a_touch_that_moves_is_a_swipe(to: tuple[float, float], direction: str) -> None:
    assert touch(checkout(), 200, 400, to).sentences("click", "scroll") == [
        f"scroll screen (swiped {direction})"
    ]


def test_a_finger_that_never_went_down_taps_nothing() -> None:
    assert checkout().interact(9, 1, x=200, y=240).sentences("click") == []


def test_taps_in_anger_are_rage() -> None:
    recording = checkout()
    for _ in range(3):
        touch(recording, 200, 240)

    assert recording.sentences("rage_click") == ['rage_click button "Pay now" (3 clicks in a row)']


def test_a_box_that_changes_after_a_tap_was_changed_by_it() -> None:
    checked = [
        {
            "parentId": 1,
            "wireframe": box(4, "input", 160, inputType="checkbox", label="Accept terms", checked=True),
        }
    ]
    by_tap = touch(checkout(), 200, 175).change(0, updates=checked)
    by_app = checkout().at(5).change(0, updates=checked).timeline()

    assert by_tap.sentences("input") == ['input checkbox "Accept terms" (checked)']
    assert by_app.coverage.page_driven_inputs == 1


def test_typing_is_observed_while_the_keyboard_is_open_but_never_its_text() -> None:
    recording = checkout().tag("keyboard", {"open": True, "height": 290})
    for value in ("j", "jo", "joe"):
        recording.change(
            0, updates=[{"parentId": 1, "wireframe": box(3, "input", 100, inputType="email", value=value)}]
        )

    assert recording.sentences("input") == ["input textbox [email] (typed (masked))"]


def test_what_is_in_a_field_names_nothing_around_it() -> None:
    field = box(12, "input", 600, inputType="text", text="typed") | {"width": 10}
    recording = app(box(13, "div", 600, childWireframes=[field, box(14, "text", 720, text="Street")]))

    assert touch(recording, 200, 610).sentences("click") == ['click area "Street"']


def test_a_field_emptied_again_was_typed_into() -> None:
    recording = checkout().tag("keyboard", {"open": True, "height": 290})
    for value in ("j", ""):
        recording.change(
            0, updates=[{"parentId": 1, "wireframe": box(3, "input", 100, inputType="email", value=value)}]
        )

    assert recording.sentences("input") == ["input textbox [email] (typed, then emptied)"]


def test_screens_change_box_by_box() -> None:
    recording = checkout().change(
        0, adds=[{"parentId": 1, "wireframe": box(20, "text", 600, text="Payment failed")}]
    )
    touch(recording, 200, 620).change(0, removes=[{"parentId": 1, "id": 20}])
    touch(recording, 200, 620).change(
        0, updates=[{"parentId": 1, "wireframe": box(21, "text", 600, text="Try again")}]
    )
    touch(recording, 200, 620)

    assert recording.sentences("click") == [
        'click text "Payment failed"',
        'click screen "Checkout" [bottom centre] (at 200, 620)',
        'click text "Try again"',
    ]


def test_each_screen_is_a_page() -> None:
    buy = box(2, "input", 40, inputType="button", value="Buy")
    recording = app(screen="Checkout", recording=touch(app(buy, screen="Product"), 200, 50))

    assert recording.sentences("page", "click") == ["page Product", 'click button "Buy"', "page Checkout"]


DAMAGED: list[dict[str, Any]] = [
    {"adds": [{}]},
    {"updates": [{"wireframe": {}}]},
    {"removes": [3]},
    {"adds": 7},
]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_change_of_a_screen_does_not_end_the_walk(damaged: dict[str, Any]) -> None:
    assert touch(checkout().change(0, **damaged), 200, 240).sentences("click") == ['click button "Pay now"']


def test_choices_are_observed_when_a_tap_made_them() -> None:
    def choose(value: str) -> dict[str, Any]:
        country = box(3, "input", 100, inputType="select", label="Country", value=value)
        return {"updates": [{"parentId": 1, "wireframe": country}]}

    recording = app(box(3, "input", 100, inputType="select", label="Country", value="Austria"))
    touch(recording, 200, 120).change(0, **choose("Germany"))
    touch(recording.at(2), 200, 120).change(0, **choose("*****"))
    timeline = recording.at(9).change(0, **choose("Spain")).timeline()

    assert sentences(timeline, "select") == [
        'select combobox "Country" (chose "Germany")',
        'select combobox "Country" (chose (masked))',
    ]
    assert timeline.coverage.page_driven_inputs == 1


def test_a_cancelled_touch_taps_nothing_and_neither_does_its_end() -> None:
    recording = checkout().interact(7, 1, x=200, y=240).interact(10, 1).interact(9, 1, x=200, y=240)

    assert recording.sentences("click", "scroll") == []


@pytest.mark.parametrize(("y", "expected"), [(10, "click status bar"), (820, "click navigation bar")])
def test_the_bars_of_the_system_are_named_as_such(y: int, expected: str) -> None:
    bars = (
        {"id": 30, "type": "status_bar", "x": 0, "y": 0, "width": 411, "height": 24},
        {"id": 31, "type": "navigation_bar", "x": 0, "y": 793, "width": "100vw", "height": 48},
    )

    assert touch(app(box(2, "text", 0, text="Hidden"), *bars), 200, y).sentences("click") == [expected]


def test_a_tap_on_the_keyboard_hits_nothing_behind_it_and_is_no_rage() -> None:
    low = box(12, "input", 700, inputType="button", value="Delete everything")
    recording = app(low, box(3, "input", 100, inputType="text", value="")).tag(
        "keyboard", {"open": True, "height": 290}
    )
    for _ in range(4):
        touch(recording, 200, 720)
    recording.add(2, {"wireframes": [low]})  # the keyboard stays open
    touch(recording, 200, 720).tag("keyboard", {"open": False, "height": 0})

    assert touch(recording, 200, 720).sentences("click", "rage_click", "input") == [
        "input keyboard (typed (masked))",
        'click button "Delete everything"',
    ]


def test_typing_on_a_screenshot_is_known_by_the_keyboard_alone() -> None:
    picture = {"id": 7, "type": "screenshot", "x": 0, "y": 0, "width": 411, "height": 841, "base64": "data:"}
    recording = app(picture).tag("keyboard", {"open": True, "height": 290})
    for x in (20, 200, 390):
        touch(recording, x, 700)

    assert recording.sentences() == [
        "page Checkout",
        "custom keyboard (opened)",
        "input keyboard (typed (masked))",
    ]


def test_a_box_sent_again_within_another_is_there_once() -> None:
    again = box(20, "div", 500, childWireframes=[box(5, "input", 520, inputType="button", value="Pay later")])
    recording = checkout().change(0, adds=[{"parentId": 1, "wireframe": again}])
    touch(touch(recording, 200, 240), 200, 540)

    assert recording.change(0, removes=[{"parentId": 20, "id": 5}]).sentences("click") == [
        'click screen "Checkout" [top centre] (at 200, 240)',
        'click button "Pay later"',
    ]


def test_a_screen_known_from_an_event_alone_is_a_page() -> None:
    recording = checkout().at(5).console("log", "end")
    events = (
        event("$screen", 0, dollar_screen_name="Checkout"),
        event("$screen", 3, dollar_screen_name="Thanks"),
    )

    assert recording.sentences("page", events=events) == ["page Checkout", "page Thanks"]


def test_boxes_without_position_or_type_do_not_end_the_walk() -> None:
    recording = Recording().add(4, {"href": "Home", "width": 411, "height": 841})
    recording.add(
        2, {"wireframes": [{"id": 1, "type": "view"}, {"id": 2, "x": 0, "y": 0, "width": 9, "height": 9}]}
    )

    assert touch(recording, 5, 5).sentences("click") == ['click screen "Home" [top left] (at 5, 5)']
