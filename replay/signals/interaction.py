"""What the person did with pointer and keyboard."""

from typing import Any

from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.targets import describe, option_label
from recordings_mcp.replay.signals.frustration import (
    ANSWERED_BY_CHANGE_MS,
    ANSWERED_BY_SCROLL_MS,
    ANSWERED_BY_SELECTION_MS,
    answer,
    await_answer,
    rage_click,
)
from recordings_mcp.replay.signals.window import Scrolling, Typing, Window
from recordings_mcp.replay.words import has_mask, one_line, whole

TOGGLE_MS = 100
"""A checkbox or radio button that changes within this time of a click was changed by it."""

ECHO_MS = 50
"""A click without a press this soon after another was made by the browser: a label's, for its checkbox."""

TYPED_AND_EMPTIED = "typed, then emptied"
"""What was done in a field in which something was typed that is gone again."""

_MOUSE_UP, _MOUSE_DOWN, _CLICK, _CONTEXT_MENU, _DOUBLE_CLICK, _FOCUS, _BLUR, _TOUCH_START = range(8)
_PRESSES = frozenset({_MOUSE_DOWN, _TOUCH_START})
_FIELDS = frozenset({"input", "select", "textarea"})
_CHECKABLE = frozenset({"checkbox", "radio"})
_SECRET_TYPES = frozenset({"password", "hidden"})
_VALUE_LENGTH = 60


def on_pointer_move(window: Window, at: float, _data: dict[str, Any]) -> None:
    """Take mouse, touch or drag positions: the person is active."""
    window.touch(at)


def on_mouse_interaction(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a press, click, focus and the like."""
    kind = data["type"]
    window.touch(at)
    if kind in _PRESSES:
        window.pressed = window.presses_seen = True
    elif kind == _CLICK:
        _click(window, at, data)
    elif kind == _FOCUS:
        window.focus, window.focused = data["id"], None
    elif kind == _BLUR:
        if window.focus == data["id"]:
            window.focus = None
        window.typing = None
    elif kind == _DOUBLE_CLICK:
        window.observe(at, "double_click", describe(window.mirror, data["id"]))
    elif kind == _CONTEXT_MENU:
        window.observe(at, "context_menu", describe(window.mirror, data["id"]))


def _click(window: Window, at: float, data: dict[str, Any]) -> None:
    by_pointer = window.pressed or not window.presses_seen
    window.pressed = False
    if not by_pointer and at - window.clicked_at <= ECHO_MS:
        window.session.coverage.synthetic_clicks += 1
        return
    window.clicked_at = at
    window.actions.append(at)
    if by_pointer and _is_field(window.mirror.node(data["id"])):
        window.focus, window.focused = (
            data["id"],
            None,
        )  # also when it had the focus before the recorder began
    typing = window.typing
    if typing is not None and typing.node_id != data["id"]:
        window.typing = None
    target = describe(window.mirror, data["id"])
    window.observe(at, "click", target, None if by_pointer else "by keyboard or script")
    await_answer(window, at, window.mirror.node(data["id"]), target)
    if by_pointer:
        rage_click(window, at, data, target)


def on_selection(window: Window, at: float, _data: object) -> None:
    """Take a selection of text."""
    answer(window, at, ANSWERED_BY_SELECTION_MS)


def _is_field(node: Node | None) -> bool:
    return node is not None and node.get("tagName") in _FIELDS


def on_input(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a changed field. Only what the person did is told: the page sets values too."""
    node_id = data["id"]
    window.touch(at)
    if window.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)
    typing = window.typing
    if typing is not None and typing.node_id == node_id == window.focus and window.focused is None:
        _type_on(window, at, typing, str(data["text"]))
        return
    node = window.mirror.node(node_id)
    attributes: dict[str, Any] = node["attributes"] if node else {}
    if attributes.get("type") in _CHECKABLE:
        _toggle(window, at, node_id, data)
    elif not _has_focus(window, node_id, node):
        window.session.coverage.page_driven_inputs += 1
    else:
        window.actions.append(at)
        text = str(data["text"])
        if node and node["tagName"] == "select":
            _select(window, at, node_id, text)
        else:
            _type(window, at, node, node_id, text)


def _has_focus(window: Window, node_id: int, node: Node | None) -> bool:
    if window.focused is not None:
        if node_id == window.focus and not _is_same(window.focused, node):
            window.focus = None
        window.focused = None
    if window.focus is None:
        return node is not None and "autofocus" in node["attributes"]
    return window.focus == node_id


def _is_same(before: Node, now: Node | None) -> bool:
    """Say whether two nodes of one id, before and after a full snapshot, are the same element."""
    if now is None or now.get("tagName") != before.get("tagName"):
        return False
    return all(now["attributes"].get(key) == before["attributes"].get(key) for key in ("id", "name", "type"))


def _toggle(window: Window, at: float, node_id: int, data: dict[str, Any]) -> None:
    if at - window.clicked_at > TOGGLE_MS:
        window.session.coverage.page_driven_inputs += 1
        return
    node = window.mirror.node(node_id)
    if data["isChecked"] or (node and node["attributes"].get("type") == "checkbox"):
        window.observe(
            at, "input", describe(window.mirror, node_id), "checked" if data["isChecked"] else "unchecked"
        )


def _select(window: Window, at: float, node_id: int, value: str) -> None:
    target = describe(window.mirror, node_id)
    if has_mask(value):
        window.session.coverage.masked_inputs += 1
        window.observe(at, "select", target, "chose (masked)")
        return
    label = option_label(window.mirror, node_id, value) or one_line(value)
    window.observe(at, "select", target, f'chose "{label}"' if label else "chose nothing")


def _type(window: Window, at: float, node: Node | None, node_id: int, text: str) -> None:
    """Tell typing as one observation from its first to its last keypress."""
    secret = _is_secret(node)
    detail = _typed(window, text, secret=secret)
    observation = window.observe(at, "input", describe(window.mirror, node_id), detail)
    window.typing = Typing(node_id, observation, secret)


def _type_on(window: Window, at: float, typing: Typing, text: str) -> None:
    window.actions.append(at)
    typing.observation.last = at
    detail = _typed(window, text, secret=typing.secret)
    typing.observation.detail = (
        TYPED_AND_EMPTIED if not text and typing.observation.detail != detail else detail
    )


def _typed(window: Window, text: str, *, secret: bool) -> str:
    """Say what was typed, if that was neither masked nor is a secret."""
    masked = secret or has_mask(text)
    if masked:
        window.session.coverage.masked_inputs += 1
    if not text:
        return "emptied"
    return "typed (masked)" if masked else f'typed "{one_line(text, _VALUE_LENGTH)}"'


def _is_secret(node: Node | None) -> bool:
    """Say whether a field's value is never to be shown, masked by the recorder or not."""
    if node is None:
        return True
    attributes = node["attributes"]
    autocomplete = str(attributes.get("autocomplete", ""))
    return (
        attributes.get("type") in _SECRET_TYPES
        or "password" in autocomplete
        or autocomplete.startswith("cc-")
        or autocomplete == "one-time-code"
    )


def on_scroll(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a scroll position. Scrolling of one element without anything between is one observation."""
    node_id, offset = data["id"], data["y"]
    window.touch(at)
    if window.unanswered:
        answer(window, at, ANSWERED_BY_SCROLL_MS)
    before = window.offsets.get(node_id, 0.0)
    if len(window.offsets) >= MAX_READ_CHILDREN:
        window.offsets.clear()
    window.offsets[node_id] = offset
    scrolling = window.scrolling
    if scrolling and scrolling.node_id == node_id and window.is_last(scrolling.observation):
        scrolling.lowest = max(scrolling.lowest, offset)
        scrolling.observation.last = at
        scrolling.observation.detail = _scrolled(scrolling.lowest, offset)
        return
    detail = _scrolled(max(before, offset), offset)
    observation = window.observe(at, "scroll", describe(window.mirror, node_id), detail)
    window.scrolling = Scrolling(node_id, observation, max(before, offset))


def _scrolled(lowest: float, offset: float) -> str:
    if offset >= lowest:
        return f"down to {whole(offset)} px"
    if offset <= 0:
        return f"down to {whole(lowest)} px, back to the top"
    return f"down to {whole(lowest)} px, back up to {whole(offset)} px"
