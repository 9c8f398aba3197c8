"""What happened in a native mobile app."""

from typing import Any

from recordings_mcp.replay._frustration import rage_click
from recordings_mcp.replay._screen import Screen, Wireframe, describe, role_of
from recordings_mcp.replay._window import Touch, Typing, Window
from recordings_mcp.replay._words import whole

TAP_DISTANCE = 24.0
"""A touch that moves further than this is no tap but a swipe. Android's touch slop is 8 to 16 pixels
(ViewConfiguration); iOS allows some more."""

CHANGED_BY_TAP_MS = 1000.0
"""A box that changes within this time of a tap was changed by it: screens are recorded with some delay."""

_DOWN, _UP = 7, 9
_BOXES = frozenset({"checkbox", "toggle", "radio"})
_TYPED = frozenset({"text", "email", "number", "search", "tel", "url", "password", "text_area"})


def on_screen(window: Window, data: dict[str, Any]) -> None:
    """Take a picture of the whole screen."""
    window.screen = Screen(data["wireframes"], window.page, window.viewport)


def on_screen_change(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a change of the screen: boxes that were tapped, fields typed into while the keyboard was open."""
    for before, after in window.screen.change(data) if window.screen else ():
        kind = after.get("inputType")
        target = describe(after) or role_of(after)
        if kind in _BOXES and before.get("checked") != after.get("checked"):
            if at - window.clicked_at <= CHANGED_BY_TAP_MS:
                window.observe(at, "input", target, "checked" if after.get("checked") else "unchecked")
            else:
                window.session.coverage.page_driven_inputs += 1
        elif kind in _TYPED and before.get("value") != after.get("value"):
            _type(window, at, after, target)


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
        window.typing.observation.last = at
        window.typing.observation.detail = detail


def on_touch(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a finger that goes down or up: a tap where it stayed, a swipe where it moved."""
    kind, x, y = data["type"], float(data["x"]), float(data["y"])
    window.touch(at)
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
    target = screen.target(x, y) if screen else None
    detail = None if target else f"at {whole(x)}, {whole(y)}"
    target = target or (screen.part(x, y) if screen else None)
    window.end_stretches()
    window.clicked_at = at
    window.actions.append(at)
    window.observe(at, "click", target, detail)
    rage_click(window, at, {"x": x, "y": y}, target)


def _swipe(window: Window, at: float, across: float, down: float) -> None:
    if abs(down) >= abs(across):
        direction = "swiped down" if down > 0 else "swiped up"
    else:
        direction = "swiped right" if across > 0 else "swiped left"
    window.observe(at, "scroll", "screen", direction)
