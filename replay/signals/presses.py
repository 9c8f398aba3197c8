"""Presses: a mouse button or finger that goes down and up. Most are followed by a click.

Those that are not are acts too: a tap on something that iOS does not take for clickable (rrweb, issue 455), a
middle click, which rrweb does not record as a click, and drag and drop.
"""

from typing import Any

from recordings_mcp.replay.model import Press, Target
from recordings_mcp.replay.page.targets import node_behind, target_of
from recordings_mcp.replay.signals.frustration import press_again, rage_click
from recordings_mcp.replay.signals.pointer import Held
from recordings_mcp.replay.signals.window import Window

MOVED_PX = 24.0
"""A pointer that moves further than this between down and up does not stay in one place. Android's touch slop
is 8 to 16 pixels (ViewConfiguration); iOS allows slightly more."""

CLICK_AFTER_MS = 1000
"""A click this soon after the pointer went up belongs to that press. Browsers send it at once, or 350 ms
later where a double tap zooms; rrweb records it later while the page is busy."""

SCROLL_AFTER_MS = 300
"""A finger scrolled if scrolling is recorded at most this long after it went up: rrweb waits up to 100 ms."""

FINGERS_MS = 300
"""Two fingers that go down this soon after each other, as to zoom, press nothing."""

_MOUSE_DOWN = 1


def press_down(window: Window, at: float, data: dict[str, Any]) -> None:
    """Start a press. It is named now, before the page responds to it."""
    pointer = window.pointer
    by_touch = data["type"] != _MOUSE_DOWN
    held = pointer.held
    if held is not None and held.by_touch and not by_touch and _is_soon(held, at):
        return  # the mouse event that browsers derive from a touch
    if held is not None and held.by_touch and by_touch and held.up_at is None and at - held.at <= FINGERS_MS:
        pointer.held = None
        return
    settle(window)
    pointer.press(at)
    node_id, x, y = data["id"], data.get("x"), data.get("y")
    if isinstance(x, (int, float)) and isinstance(y, (int, float)):
        press_again(window, x, y)
        pointer.held = Held(at, node_id, target_of(window.mirror, node_id), x, y, by_touch)


def press_up(window: Window, at: float, data: dict[str, Any]) -> None:
    """Record where and when the pointer went up."""
    held, x, y = window.pointer.held, data.get("x"), data.get("y")
    if held is not None and isinstance(x, (int, float)) and isinstance(y, (int, float)):
        up_id: int = data["id"]
        held.up_at, held.up_id = at, up_id
        held.moved = abs(x - held.x) > MOVED_PX or abs(y - held.y) > MOVED_PX
        if held.moved and up_id != held.node_id:
            held.dropped_on = target_of(window.mirror, up_id)


def on_drag(window: Window, at: float, _data: dict[str, Any]) -> None:
    """Handle positions of a drag by the browser, which sends no end of the press."""
    window.activity.touch(at)
    held = window.pointer.held
    if held is not None and held.up_at is None:
        held.moved, held.up_at = True, at


def press_clicked(window: Window, at: float, data: dict[str, Any]) -> Held | None:
    """Return the press that a click belongs to, if any; it is settled by that.

    A press released on another element gives a click on what contains both: that is a drag, and no click.
    """
    pointer = window.pointer
    held = pointer.held
    if held is not None and held.up_at is not None and not _is_soon(held, at) and not _is_near(held, data):
        settle(window)
        return None
    pointer.held = None
    return held


def is_drag(held: Held, clicked_id: int) -> bool:
    """Return whether the click that followed a press only reports what contains both of its ends."""
    return held.moved and not held.selected and clicked_id not in (held.node_id, held.up_id)


def target_of_click(window: Window, node_id: int, held: Held | None) -> Target | None:
    """Return what was clicked, as it was named when it was pressed.

    The page may have changed since. Where a menu opened at once, the pointer went up on the menu or, where
    nothing else can be clicked until it closes, on the page; the click is on what contains both.
    """
    if held is not None and held.target is not None:
        is_same = node_id == held.node_id
        contains_both = held.up_id is not None and (node_id != held.up_id or not held.moved)
        if is_same or contains_both:
            return held.target
    return target_of(window.mirror, node_id)


def press_scrolled(window: Window, at: float) -> None:
    """Record that something was scrolled, by a finger if one is or was just down."""
    held = window.pointer.held
    if held is not None and held.by_touch and (held.up_at is None or at - held.up_at <= SCROLL_AFTER_MS):
        window.pointer.held = None


def settle(window: Window) -> None:
    """Observe the last press if no click followed, unless it selected text.

    A click in the same millisecond may have arrived before its press.
    """
    pointer = window.pointer
    held, pointer.held = pointer.held, None
    if held is not None and held.up_at is not None and held.at > pointer.clicked_at and not held.selected:
        pointer.pressed = False
        observe_press(window, held)


def observe_press(window: Window, held: Held) -> None:
    """Observe a press that has no click."""
    window.activity.actions.append(held.at)
    dropped_on = held.dropped_on if held.dropped_on != held.target else None
    press = Press("touch" if held.by_touch else "mouse", held.moved, dropped_on)
    window.observe(
        held.at, "press", held.target, press, node_behind(window.mirror, held.target, held.node_id)
    )
    if not held.moved:
        rage_click(window, held.at, {"x": held.x, "y": held.y}, held.target, held.node_id)


def _is_soon(held: Held, at: float) -> bool:
    return held.up_at is not None and at - held.up_at <= CLICK_AFTER_MS


def _is_near(held: Held, data: dict[str, Any]) -> bool:
    x, y = data.get("x"), data.get("y")
    return (
        isinstance(x, (int, float))
        and isinstance(y, (int, float))
        and abs(x - held.x) <= MOVED_PX
        and abs(y - held.y) <= MOVED_PX
    )
