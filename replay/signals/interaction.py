"""What the person did with pointer and keyboard."""

from typing import Any

from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.model import Click, Input, Scroll
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.targets import option_label, target_of
from recordings_mcp.replay.shortening import has_mask, one_line, rounded
from recordings_mcp.replay.signals.frustration import (
    ANSWERED_BY_CHANGE_MS,
    ANSWERED_BY_SCROLL_MS,
    ANSWERED_BY_SELECTION_MS,
    answer,
    await_answer,
    rage_click,
)
from recordings_mcp.replay.signals.window import Scrolling, Typing, Window

TOGGLE_MS = 100
"""A click changed a checkbox or radio button if the change follows within this time."""

ECHO_MS = 50
"""A click without a press this soon after another was made by the browser: a label's for its checkbox."""

TYPED_MASKED = Input("typed", masked=True)
EMPTIED = Input("emptied")

_MOUSE_UP, _MOUSE_DOWN, _CLICK, _CONTEXT_MENU, _DOUBLE_CLICK, _FOCUS, _BLUR, _TOUCH_START = range(8)
_PRESSES = frozenset({_MOUSE_DOWN, _TOUCH_START})
_FIELDS = frozenset({"input", "select", "textarea"})
_CHECKABLE = frozenset({"checkbox", "radio"})
_SECRET_TYPES = frozenset({"password", "hidden"})
_VALUE_LENGTH = 60


def on_pointer_move(window: Window, at: float, _data: dict[str, Any]) -> None:
    """Handle mouse, touch or drag positions: the person is active."""
    window.activity.touch(at)


def on_mouse_interaction(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a press, click, focus or similar event."""
    kind = data["type"]
    pointer = window.pointer
    window.activity.touch(at)
    if kind in _PRESSES:
        pointer.press()
    elif kind == _CLICK:
        _click(window, at, data)
    elif kind == _FOCUS:
        pointer.set_focus(data["id"])
    elif kind == _BLUR:
        if pointer.focus == data["id"]:
            pointer.focus = None
        pointer.typing = None
    elif kind == _DOUBLE_CLICK:
        window.observe(at, "double_click", target_of(window.mirror, data["id"]))
    elif kind == _CONTEXT_MENU:
        window.observe(at, "context_menu", target_of(window.mirror, data["id"]))


def _click(window: Window, at: float, data: dict[str, Any]) -> None:
    pointer = window.pointer
    by_pointer = pointer.pressed or not pointer.presses_seen
    pointer.pressed = False
    if not by_pointer and at - pointer.clicked_at <= ECHO_MS:
        window.session.coverage.synthetic_clicks += 1
        return
    pointer.clicked_at = at
    window.activity.actions.append(at)
    node = window.mirror.node(data["id"])
    if by_pointer and node is not None and node.get("tagName") in _FIELDS:
        pointer.set_focus(data["id"])  # it may have had the focus before the recorder started
    if pointer.typing is not None and pointer.typing.node_id != data["id"]:
        pointer.typing = None
    target = target_of(window.mirror, data["id"])
    window.observe(at, "click", target, None if by_pointer else Click(by_keyboard=True))
    await_answer(window, at, window.mirror.node(data["id"]), target)
    if by_pointer:
        rage_click(window, at, data, target)


def on_selection(window: Window, at: float, _data: object) -> None:
    """Handle a selection of text."""
    answer(window, at, ANSWERED_BY_SELECTION_MS)


def on_input(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a changed field. Only the person's changes are observed: the page sets values too."""
    node_id = data["id"]
    pointer = window.pointer
    window.activity.touch(at)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)
    typing = pointer.typing
    if typing is not None and typing.node_id == node_id == pointer.focus and pointer.focused is None:
        window.activity.actions.append(at)
        typing.update(at, _typed(window, str(data["text"]), secret=typing.secret))
        return
    node = window.mirror.node(node_id)
    attributes: dict[str, Any] = node["attributes"] if node else {}
    if attributes.get("type") in _CHECKABLE:
        _toggle(window, at, node_id, data)
    elif not _has_focus(window, node_id, node):
        window.session.coverage.page_driven_inputs += 1
    else:
        window.activity.actions.append(at)
        text = str(data["text"])
        if node and node["tagName"] == "select":
            _select(window, at, node_id, text)
        else:
            secret = _is_secret(node)
            typed = _typed(window, text, secret=secret)
            draft = window.observe(at, "input", target_of(window.mirror, node_id), typed)
            pointer.typing = Typing(node_id, draft, secret)


def _has_focus(window: Window, node_id: int, node: Node | None) -> bool:
    pointer = window.pointer
    if pointer.focused is not None:
        is_same = node_id != pointer.focus or _is_same(pointer.focused, node)
        pointer.set_focus(pointer.focus if is_same else None)
    if pointer.focus is None:
        return node is not None and "autofocus" in node["attributes"]
    return pointer.focus == node_id


def _is_same(before: Node, now: Node | None) -> bool:
    """Return whether nodes with the same id before and after a full snapshot are the same element."""
    if now is None or now.get("tagName") != before.get("tagName"):
        return False
    return all(now["attributes"].get(key) == before["attributes"].get(key) for key in ("id", "name", "type"))


def _toggle(window: Window, at: float, node_id: int, data: dict[str, Any]) -> None:
    if at - window.pointer.clicked_at > TOGGLE_MS:
        window.session.coverage.page_driven_inputs += 1
        return
    node = window.mirror.node(node_id)
    if data["isChecked"] or (node and node["attributes"].get("type") == "checkbox"):
        change = Input("checked" if data["isChecked"] else "unchecked")
        window.observe(at, "input", target_of(window.mirror, node_id), change)


def _select(window: Window, at: float, node_id: int, value: str) -> None:
    target = target_of(window.mirror, node_id)
    if has_mask(value):
        window.session.coverage.masked_inputs += 1
        choice = Input("chose", masked=True)
    else:
        label = option_label(window.mirror, node_id, value) or one_line(value)
        choice = Input("chose", label or None)
    window.observe(at, "select", target, choice)


def _typed(window: Window, text: str, *, secret: bool) -> Input:
    """Return what was typed, without the text if that is masked or secret."""
    masked = secret or has_mask(text)
    if masked:
        window.session.coverage.masked_inputs += 1
    if not text:
        return EMPTIED
    return TYPED_MASKED if masked else Input("typed", one_line(text, _VALUE_LENGTH))


def _is_secret(node: Node | None) -> bool:
    """Return whether a field's value must never be shown, even if the recorder did not mask it."""
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
    """Handle a scroll position. Uninterrupted scrolling of one element is one observation."""
    node_id, offset = data["id"], data["y"]
    pointer = window.pointer
    window.activity.touch(at)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_SCROLL_MS)
    before = pointer.offsets.get(node_id, 0.0)
    if len(pointer.offsets) >= MAX_READ_CHILDREN:
        pointer.offsets.clear()
    pointer.offsets[node_id] = offset
    scrolling = pointer.scrolling
    if scrolling and scrolling.node_id == node_id and window.is_last(scrolling.draft):
        scrolling.lowest = max(scrolling.lowest, offset)
        scrolling.draft.last = at
        scrolling.draft.facts = Scroll(rounded(scrolling.lowest), rounded(offset))
        return
    lowest = max(before, offset)
    draft = window.observe(
        at, "scroll", target_of(window.mirror, node_id), Scroll(rounded(lowest), rounded(offset))
    )
    pointer.scrolling = Scrolling(node_id, draft, lowest)
