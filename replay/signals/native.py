"""What happened in a native mobile app."""

from typing import Any

from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Click, Input, Keyboard, Swipe, Target
from recordings_mcp.replay.page.screen import Screen, Wireframe, is_typed_into, role_of, target_of
from recordings_mcp.replay.shortening import has_mask, one_line, rounded
from recordings_mcp.replay.signals.frustration import rage_click
from recordings_mcp.replay.signals.inputs import EMPTIED, TYPED_MASKED
from recordings_mcp.replay.signals.pointer import Keys, Typing
from recordings_mcp.replay.signals.presses import MOVED_PX
from recordings_mcp.replay.signals.window import Finger, Window

CHANGED_BY_TAP_MS = 1000.0
"""A tap changed a box if the change follows within this time: screens are recorded with some delay."""

KEYBOARD = Target("keyboard")
"""The target of taps on a keyboard, if no field reports their effect."""

_NO_FIELD = -1
_DOWN, _UP, _CANCEL = 7, 9, 10
_BOXES = frozenset({"checkbox", "toggle", "radio"})


def on_screen(window: Window, data: dict[str, Any]) -> None:
    """Handle a full snapshot of the screen."""
    app, before = window.app, window.app.screen
    app.screen = Screen(data["wireframes"], window.shown.page, window.shown.viewport, window.session.work)
    if before is not None and app.keyboard_open:
        app.screen.keyboard_top = before.keyboard_top


def on_keyboard(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Handle the opening of the keyboard, with its height, or its closing."""
    app = window.app
    app.keyboard_open = bool(payload.get("open"))
    window.observe(at, "custom", None, Keyboard(app.keyboard_open))
    if app.screen is not None:
        height: Any = payload.get("height")
        covers = app.keyboard_open and isinstance(height, (int, float)) and height > 0
        app.screen.keyboard_top = app.screen.height - height if covers else float("inf")


def on_screen_change(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a change of the screen: tapped boxes, and fields typed into while the keyboard is open."""
    screen = window.app.screen
    for before, after in screen.change(data) if screen else ():
        kind = after.get("inputType")
        target = target_of(after) or Target(role_of(after))
        if kind in _BOXES and before.get("checked") != after.get("checked"):
            change = Input("checked" if after.get("checked") else "unchecked")
            _changed(window, at, "input", target, change, after)
        elif kind == "select" and before.get("value") != after.get("value"):
            value = str(after.get("value") or "")
            masked = has_mask(value)
            choice = Input("chose", masked=True) if masked else Input("chose", one_line(value) or None)
            _changed(window, at, "select", target, choice, after)
        elif is_typed_into(after) and before.get("value") != after.get("value"):
            _type(window, at, after, target)


def _changed(
    window: Window, at: float, kind: Kind, target: Target, change: Input, wireframe: Wireframe
) -> None:
    """Observe a choice if a tap made it."""
    if at - window.pointer.clicked_at <= CHANGED_BY_TAP_MS:
        window.observe(at, kind, target, change)
    else:
        window.count_set_by_page(wireframe["id"])


def _type(window: Window, at: float, field: Wireframe, target: Target) -> None:
    """Observe typing. Text typed on a phone is never shown, masked or not."""
    if not window.app.keyboard_open:
        window.count_set_by_page(field["id"])
        return
    window.activity.actions.append(at)
    change = TYPED_MASKED if field.get("value") else EMPTIED
    typing = window.pointer.typing
    if typing is None or typing.node_id != field["id"]:
        _begin_typing(window, at, field["id"], target, change)
    else:
        typing.update(at, change, window.session.coverage)


def _begin_typing(window: Window, at: float, field_id: int, target: Target, change: Input) -> None:
    typing = window.pointer.typing = Typing(
        field_id, window.observe(at, "input", target, change), Keys(at, at)
    )
    typing.count(window.session.coverage)


def on_touch(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a finger that goes down or up: a tap if it stayed in place, a swipe if it moved."""
    window.activity.touch(at)
    kind = data["type"]
    if kind == _CANCEL:
        window.app.finger = None
        return
    x, y = float(data["x"]), float(data["y"])
    if kind == _DOWN:
        window.app.finger = Finger(at, x, y)
    elif kind == _UP and window.app.finger is not None:
        down, window.app.finger = window.app.finger, None
        if abs(x - down.x) <= MOVED_PX and abs(y - down.y) <= MOVED_PX:
            _tap(window, at, x, y)
        else:
            _swipe(window, at, x - down.x, y - down.y)


def _tap(window: Window, at: float, x: float, y: float) -> None:
    screen = window.app.screen
    if screen is not None and y >= screen.keyboard_top:
        _tap_key(window, at, screen)
        return
    target = screen.target(x, y) if screen else None
    place = None if target else Click(x=rounded(x), y=rounded(y))
    target = target or (screen.part(x, y) if screen else None)
    window.pointer.end_stretches()
    window.pointer.clicked_at = at
    window.activity.actions.append(at)
    window.observe(at, "click", target, place)
    rage_click(window, at, {"x": x, "y": y}, target)


def _tap_key(window: Window, at: float, screen: Screen) -> None:
    """Handle a tap on the keyboard: it hits nothing behind it, and many in a row are no rage click.

    Taps are not counted: their number would be the length of what was typed.
    """
    window.activity.actions.append(at)
    if screen.has_fields():
        return
    typing = window.pointer.typing
    if typing is None or typing.draft.target is not KEYBOARD or not window.is_last(typing.draft):
        _begin_typing(window, at, _NO_FIELD, KEYBOARD, TYPED_MASKED)
    else:
        typing.update(at, TYPED_MASKED, window.session.coverage)


def _swipe(window: Window, at: float, across: float, down: float) -> None:
    if abs(down) >= abs(across):
        swipe = Swipe("down" if down > 0 else "up")
    else:
        swipe = Swipe("right" if across > 0 else "left")
    window.observe(at, "scroll", Target("screen"), swipe)
