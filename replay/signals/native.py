"""What happened in a native mobile app."""

from typing import Any

from recordings_mcp.replay.model import Kind
from recordings_mcp.replay.page.screen import Screen, Wireframe, describe, is_typed_into, role_of
from recordings_mcp.replay.signals.frustration import rage_click
from recordings_mcp.replay.signals.interaction import TYPED_AND_EMPTIED
from recordings_mcp.replay.signals.window import Touch, Typing, Window
from recordings_mcp.replay.words import has_mask, one_line, whole

TAP_DISTANCE = 24.0
"""A touch that moves further than this is no tap but a swipe. Android's touch slop is 8 to 16 pixels
(ViewConfiguration); iOS allows some more."""

CHANGED_BY_TAP_MS = 1000.0
"""A box that changes within this time of a tap was changed by it: screens are recorded with some delay."""

KEYBOARD = "keyboard"
"""The target of what was tapped on a keyboard, where no field tells what came of it."""

_DOWN, _UP, _CANCEL = 7, 9, 10
_BOXES = frozenset({"checkbox", "toggle", "radio"})


def on_screen(window: Window, data: dict[str, Any]) -> None:
    """Take a picture of the whole screen."""
    before = window.screen
    window.screen = Screen(data["wireframes"], window.page, window.viewport)
    if before is not None and window.keyboard_open:
        window.screen.keyboard_top = before.keyboard_top


def on_keyboard(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Take that the keyboard opened, with its height, or closed."""
    window.keyboard_open = bool(payload.get("open"))
    window.observe(at, "custom", KEYBOARD, "opened" if window.keyboard_open else "closed")
    if window.screen is not None:
        height: Any = payload.get("height")
        covers = window.keyboard_open and isinstance(height, (int, float)) and height > 0
        window.screen.keyboard_top = window.screen.height - height if covers else float("inf")


def on_screen_change(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a change of the screen: boxes that were tapped, fields typed into while the keyboard was open."""
    for before, after in window.screen.change(data) if window.screen else ():
        kind = after.get("inputType")
        target = describe(after) or role_of(after)
        if kind in _BOXES and before.get("checked") != after.get("checked"):
            _changed(window, at, "input", target, "checked" if after.get("checked") else "unchecked")
        elif kind == "select" and before.get("value") != after.get("value"):
            value = str(after.get("value") or "")
            said = "chose (masked)" if has_mask(value) else f'chose "{one_line(value)}"'
            _changed(window, at, "select", target, said if value else "chose nothing")
        elif is_typed_into(after) and before.get("value") != after.get("value"):
            _type(window, at, after, target)


def _changed(window: Window, at: float, kind: Kind, target: str, detail: str) -> None:
    """Tell a choice, if a finger made it."""
    if at - window.clicked_at <= CHANGED_BY_TAP_MS:
        window.observe(at, kind, target, detail)
    else:
        window.session.coverage.page_driven_inputs += 1


def _type(window: Window, at: float, field: Wireframe, target: str) -> None:
    """Tell typing; what was typed on a phone is never shown, masked or not."""
    if not window.keyboard_open:
        window.session.coverage.page_driven_inputs += 1
        return
    window.actions.append(at)
    window.session.coverage.masked_inputs += 1
    detail = "typed (masked)" if field.get("value") else "emptied"
    if window.typing is None or window.typing.node_id != field["id"]:
        window.typing = Typing(field["id"], window.observe(at, "input", target, detail))
    else:
        observation = window.typing.observation
        observation.last = at
        observation.detail = detail if field.get("value") else TYPED_AND_EMPTIED


def on_touch(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a finger that goes down or up: a tap where it stayed, a swipe where it moved."""
    window.touch(at)
    kind = data["type"]
    if kind == _CANCEL:
        window.finger = None
        return
    x, y = float(data["x"]), float(data["y"])
    if kind == _DOWN:
        window.finger = Touch(at, x, y)
    elif kind == _UP and window.finger is not None:
        down, window.finger = window.finger, None
        if abs(x - down.x) <= TAP_DISTANCE and abs(y - down.y) <= TAP_DISTANCE:
            _tap(window, at, x, y)
        else:
            _swipe(window, at, x - down.x, y - down.y)


def _tap(window: Window, at: float, x: float, y: float) -> None:
    screen = window.screen
    if screen is not None and y >= screen.keyboard_top:
        _tap_key(window, at, screen)
        return
    target = screen.target(x, y) if screen else None
    detail = None if target else f"at {whole(x)}, {whole(y)}"
    target = target or (screen.part(x, y) if screen else None)
    window.end_stretches()
    window.clicked_at = at
    window.actions.append(at)
    window.observe(at, "click", target, detail)
    rage_click(window, at, {"x": x, "y": y}, target)


def _tap_key(window: Window, at: float, screen: Screen) -> None:
    """Take a tap on the keyboard: it hits nothing behind it, and many in a row are no anger."""
    window.actions.append(at)
    if not screen.has_fields():
        window.session.coverage.masked_inputs += 1
        window.observe(at, "input", KEYBOARD, "typed (masked)").last = at


def _swipe(window: Window, at: float, across: float, down: float) -> None:
    if abs(down) >= abs(across):
        direction = "swiped down" if down > 0 else "swiped up"
    else:
        direction = "swiped right" if across > 0 else "swiped left"
    window.observe(at, "scroll", "screen", direction)
