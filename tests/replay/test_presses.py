"""Acts that leave no click: taps, middle clicks, drag and drop."""

from typing import Any

import pytest

from recordings_mcp.replay import digest_timeline
from recordings_mcp.replay.model import Press, Target
from tests.replay._building import Recording, element, text

UP, DOWN, MENU, TOUCH_START, TOUCH_END, TOUCH_CANCEL = 0, 1, 3, 7, 9, 10
CARD, BOARD = Target("div", "Plain card", None), Target("div", "Done", "done")
TAPPED = 'press div "Plain card" (tapped; no click followed)'
PRESSED = 'press div "Plain card" (no click followed, as for a middle button)'


def page() -> Recording:
    return Recording().open(
        "/",
        element(10, "div", text(11, "Plain card")),
        element(12, "div", text(13, "Done"), data_testid="done"),
        element(14, "button", text(15, "Open menu")),
    )


def press(
    recording: Recording, *, down: int = DOWN, to: tuple[int, float, float] = (11, 50, 50)
) -> Recording:
    moment = recording.now
    recording.at(moment).interact(down, 11, x=50, y=50)
    up, x, y = to
    return recording.at(moment + 0.08).interact({DOWN: UP, TOUCH_START: TOUCH_END}[down], up, x=x, y=y)


def acts(recording: Recording) -> list[str]:
    return recording.at(20).console("log", "end").sentences("press", "click", "context_menu", "rage_click")


def test_a_tap_without_a_click_is_a_press() -> None:
    recording = press(page().at(5), down=TOUCH_START)
    (tap,) = [seen for seen in recording.timeline().observations if seen.kind == "press"]

    assert (tap.t, tap.target, tap.facts) == (5.0, CARD, Press("touch"))
    assert acts(recording) == [TAPPED]


def test_a_middle_click_is_a_press() -> None:
    assert acts(press(page().at(5))) == [PRESSED]


def test_taps_without_clicks_are_rage_if_they_are_repeated() -> None:
    recording = page()
    for at in (5, 5.3, 5.6):
        press(recording.at(at), down=TOUCH_START)

    assert acts(recording) == [f"{TAPPED} x3", 'rage_click div "Plain card" (3 clicks in a row)']


@pytest.mark.parametrize(
    ("after", "place", "expected"),
    [
        (0.001, (50, 50), ['click div "Plain card"']),
        (0.9, (50, 50), ['click div "Plain card"']),
        (5, (52, 52), ['click div "Plain card"']),
        (5, (0, 0), [TAPPED, 'click div "Plain card" (by keyboard or script)']),
        (5, (90, 10), [TAPPED, 'click div "Plain card"']),
    ],
)
def test_a_press_that_its_click_follows_is_the_click(
    after: float, place: tuple[float, float], expected: list[str]
) -> None:
    recording = press(page().at(5), down=TOUCH_START)
    x, y = place

    assert acts(recording.at(5.08 + after).interact(2, 11, x=x, y=y)) == expected


def test_the_mouse_events_that_a_browser_derives_from_a_tap_are_no_press() -> None:
    recording = press(press(page().at(5), down=TOUCH_START).at(5.1))

    assert acts(recording.interact(2, 11, x=50, y=50)) == ['click div "Plain card"']


def test_a_press_that_opens_the_context_menu_is_none() -> None:
    before = page().at(5).interact(DOWN, 11, x=50, y=50).interact(MENU, 11).interact(UP, 11, x=50, y=50)
    after = press(page().at(5)).interact(MENU, 11)

    assert acts(before) == acts(after) == ['context_menu div "Plain card"']


@pytest.mark.parametrize("scrolled_at", [5.05, 5.3])
def test_a_touch_that_scrolls_is_no_press(scrolled_at: float) -> None:
    recording = page().at(5).interact(TOUCH_START, 11, x=50, y=50)
    swiped = press(page().at(5), down=TOUCH_START).at(5.3).scroll(1, 90)
    early = recording.at(5.05).scroll(1, 30).at(5.2).interact(TOUCH_END, 11, x=50, y=42)

    assert acts(early if scrolled_at < 5.08 else swiped) == []


@pytest.mark.parametrize(("second", "expected"), [(5.2, []), (7, [TAPPED])])
def test_two_fingers_at_once_are_no_press(second: float, expected: list[str]) -> None:
    recording = page().at(5).interact(TOUCH_START, 13, x=300, y=300)
    recording.at(second).interact(TOUCH_START, 11, x=50, y=50).interact(TOUCH_END, 11, x=50, y=50)

    assert acts(recording) == expected


def test_a_touch_that_the_browser_takes_over_is_no_press() -> None:
    recording = page().at(5).interact(TOUCH_START, 11, x=50, y=50).interact(TOUCH_CANCEL, 11)

    assert acts(recording.interact(TOUCH_END, 11, x=50, y=50)) == []


@pytest.mark.parametrize("down", [DOWN, TOUCH_START])
@pytest.mark.parametrize(
    ("to", "facts", "line"),
    [
        ((13, 400, 10), (True, BOARD), 'press div "Plain card" (dragged to div "Done" [done])'),
        ((11, 400, 10), (True, None), 'press div "Plain card" (dragged)'),
    ],
)
def test_a_press_released_elsewhere_is_a_drag(
    down: int, to: tuple[int, float, float], facts: tuple[bool, Target | None], line: str
) -> None:
    recording = press(page().at(5), down=down, to=to)
    (drag,) = [seen.facts for seen in recording.timeline().observations if seen.kind == "press"]

    assert drag == Press("mouse" if down == DOWN else "touch", *facts)
    assert acts(recording) == [line]


def test_the_click_on_what_contains_both_ends_of_a_drag_is_none() -> None:
    recording = press(page().at(5), to=(13, 400, 10)).interact(2, 6, x=400, y=10)

    assert acts(recording) == ['press div "Plain card" (dragged to div "Done" [done])']


def test_selecting_text_across_elements_is_no_drag() -> None:
    selection: list[dict[str, Any]] = [{"start": 11, "startOffset": 0, "end": 13, "endOffset": 4}]
    recording = page().at(5).interact(DOWN, 11, x=50, y=50).change(14, ranges=selection)
    recording.interact(UP, 13, x=400, y=10)

    assert acts(recording) == []


def test_the_click_after_selecting_text_across_elements_is_a_click() -> None:
    selection: list[dict[str, Any]] = [{"start": 11, "startOffset": 0, "end": 13, "endOffset": 4}]
    recording = page().at(5).interact(DOWN, 11, x=50, y=50).change(14, ranges=selection)
    recording.interact(UP, 13, x=400, y=10).interact(2, 6, x=400, y=10)

    assert acts(recording) == ['click div "Plain card"']


def test_a_drag_by_the_browser_ends_without_a_release() -> None:
    recording = page().at(5).interact(DOWN, 11, x=50, y=50)
    recording.change(12, positions=[{"x": 90, "y": 10, "id": 11, "timeOffset": 0}])

    assert acts(recording.at(9).click(14)) == ['press div "Plain card" (dragged)', 'click button "Open menu"']


def test_a_press_is_named_before_the_page_responds_to_it() -> None:
    recording = press(page().at(5), down=TOUCH_START).mutate(texts=[(11, "Card is open")])

    assert acts(recording) == [TAPPED]


def test_a_click_on_what_contains_a_menu_that_opened_is_named_after_what_was_pressed() -> None:
    recording = page().at(5).interact(DOWN, 15, x=50, y=50)
    recording.mutate(adds=[(6, element(40, "div", text(41, "Rename")))]).interact(UP, 41, x=52, y=52)

    assert acts(recording.interact(2, 6, x=52, y=52)) == ['click button "Open menu"']


@pytest.mark.parametrize(("x", "expected"), [(52, 'click button "Open menu"'), (400, "click page")])
def test_a_click_on_the_page_that_a_menu_made_inert_is_one_on_what_was_pressed(x: int, expected: str) -> None:
    recording = page().at(5).interact(DOWN, 15, x=50, y=50)
    recording.mutate(attributes=[(6, {"style": "pointer-events: none"})]).interact(UP, 2, x=x, y=52)

    assert acts(recording.interact(2, 2, x=x, y=52)) == [expected]


def test_a_click_comes_before_the_page_that_it_led_to() -> None:
    recording = press(page().at(5)).tag("$pageview", {"href": "https://shop.example/cart"})

    assert recording.interact(2, 11, x=50, y=50).sentences("click", "page") == [
        "page shop.example/",
        'click div "Plain card"',
        "page /cart",
    ]


def test_a_press_without_a_release_is_none() -> None:
    assert acts(page().at(5).interact(DOWN, 11, x=50, y=50)) == []


def test_a_press_is_an_act_of_the_person() -> None:
    recording = press(page().at(5), down=TOUCH_START).at(50).click(14).console("log", "end")
    (chapter,) = digest_timeline(recording.timeline()).chapters

    assert chapter.clicks == {CARD: 1, Target("button", "Open menu"): 1}
    assert recording.sentences("idle") == ["idle (45.0 s without a click or keypress)"]
