"""Native mobile apps: screens of wireframes, and screenshots."""

from typing import Any

import pytest

from tests.replay._building import Recording


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
        (320, 'click screen "Checkout" (middle centre) (at 200, 320)'),
        (410, 'click text "(masked)"'),
        (520, 'click screen "Checkout" (middle centre) (at 200, 520)'),
        (800, 'click screen "Checkout" (bottom centre) (at 200, 800)'),
    ],
)
def test_a_tap_is_told_by_what_is_at_its_place(y: int, expected: str) -> None:
    assert touch(checkout(), 200, y).told("click") == [expected]


def test_a_tap_on_a_screenshot_is_told_by_its_place() -> None:
    recording = app(
        {"id": 7, "type": "screenshot", "x": 0, "y": 0, "width": 411, "height": 841, "base64": "data:"}
    )

    assert touch(recording, 390, 20).told("page", "click") == [
        "page Checkout",
        'click screen "Checkout" (top right) (at 390, 20)',
    ]


@pytest.mark.parametrize(
    ("to", "direction"),
    [((200, 100), "up"), ((200, 700), "down"), ((20, 410), "left"), ((400, 390), "right")],
)
def test_a_touch_that_moves_is_a_swipe(to: tuple[float, float], direction: str) -> None:
    assert touch(checkout(), 200, 400, to).told("click", "scroll") == [f"scroll screen (swiped {direction})"]


def test_a_finger_that_never_went_down_taps_nothing() -> None:
    assert checkout().interact(9, 1, x=200, y=240).told("click") == []


def test_taps_in_anger_are_rage() -> None:
    recording = checkout()
    for _ in range(3):
        touch(recording, 200, 240)

    assert recording.told("rage_click") == ['rage_click button "Pay now" (3 clicks in a row)']


def test_a_box_that_changes_after_a_tap_was_changed_by_it() -> None:
    checked = [
        {
            "parentId": 1,
            "wireframe": box(4, "input", 160, inputType="checkbox", label="Accept terms", checked=True),
        }
    ]
    by_tap = touch(checkout(), 200, 175).change(0, updates=checked)
    by_app = checkout().at(5).change(0, updates=checked).timeline()

    assert by_tap.told("input") == ['input checkbox "Accept terms" (checked)']
    assert by_app.coverage.page_driven_inputs == 1


def test_typing_is_told_while_the_keyboard_is_open_and_never_what() -> None:
    recording = checkout().tag("keyboard", {"open": True, "height": 290})
    for value in ("j", "jo", "joe"):
        recording.change(
            0, updates=[{"parentId": 1, "wireframe": box(3, "input", 100, inputType="email", value=value)}]
        )

    assert recording.told("input") == ["input textbox [email] (typed (masked))"]


def test_screens_change_box_by_box() -> None:
    recording = checkout().change(
        0, adds=[{"parentId": 1, "wireframe": box(20, "text", 600, text="Payment failed")}]
    )
    touch(recording, 200, 620).change(0, removes=[{"parentId": 1, "id": 20}])
    touch(recording, 200, 620).change(
        0, updates=[{"parentId": 1, "wireframe": box(21, "text", 600, text="Try again")}]
    )
    touch(recording, 200, 620)

    assert recording.told("click") == [
        'click text "Payment failed"',
        'click screen "Checkout" (bottom centre) (at 200, 620)',
        'click text "Try again"',
    ]


def test_each_screen_is_a_page() -> None:
    buy = box(2, "input", 40, inputType="button", value="Buy")
    recording = app(screen="Checkout", recording=touch(app(buy, screen="Product"), 200, 50))

    assert recording.told("page", "click") == ["page Product", 'click button "Buy"', "page Checkout"]


DAMAGED: list[dict[str, Any]] = [
    {"adds": [{}]},
    {"updates": [{"wireframe": {}}]},
    {"removes": [3]},
    {"adds": 7},
]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_change_of_a_screen_is_no_end(damaged: dict[str, Any]) -> None:
    assert touch(checkout().change(0, **damaged), 200, 240).told("click") == ['click button "Pay now"']
