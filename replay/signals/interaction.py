"""What the person did with pointer and keyboard."""

from typing import Any

from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.model import Click, Scroll
from recordings_mcp.replay.page.targets import target_of
from recordings_mcp.replay.shapes import fields_of, items_of
from recordings_mcp.replay.shortening import rounded
from recordings_mcp.replay.signals.frustration import (
    ANSWERED_BY_SCROLL_MS,
    ANSWERED_BY_SELECTION_MS,
    answer,
    await_answer,
    rage_click,
)
from recordings_mcp.replay.signals.presses import (
    is_drag,
    observe_press,
    press_clicked,
    press_down,
    press_scrolled,
    press_up,
    target_of_click,
)
from recordings_mcp.replay.signals.window import Scrolling, Window

ECHO_MS = 50
"""A click without a press this soon after another was made by the browser: a label's for its checkbox."""

_MOUSE_UP, _MOUSE_DOWN, _CLICK, _CONTEXT_MENU, _DOUBLE_CLICK, _FOCUS, _BLUR, _TOUCH_START = range(8)
_TOUCH_END, _TOUCH_CANCEL = 9, 10
_DOWN = frozenset({_MOUSE_DOWN, _TOUCH_START})
_UP = frozenset({_MOUSE_UP, _TOUCH_END})
_FIELDS = frozenset({"input", "select", "textarea"})


def on_pointer_move(window: Window, at: float, _data: dict[str, Any]) -> None:
    """Handle mouse, touch or drag positions: the person is active."""
    window.activity.touch(at)


def on_mouse_interaction(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a press, click, focus or similar event."""
    kind = data["type"]
    pointer = window.pointer
    window.activity.touch(at)
    if kind in _DOWN:
        press_down(window, at, data)
    elif kind in _UP:
        press_up(window, at, data)
    elif kind == _TOUCH_CANCEL:
        pointer.held = None
    elif kind == _CLICK:
        _click(window, at, data)
    elif kind == _FOCUS:
        pointer.set_focus(data["id"])
    elif kind == _BLUR:
        if pointer.focus == data["id"]:
            pointer.focus = None
        pointer.end_typing()
    elif kind == _DOUBLE_CLICK:
        window.observe(at, "double_click", target_of(window.mirror, data["id"]))
    elif kind == _CONTEXT_MENU:
        pointer.held = None
        window.observe(at, "context_menu", target_of(window.mirror, data["id"]))


def _click(window: Window, at: float, data: dict[str, Any]) -> None:
    pointer = window.pointer
    held = press_clicked(window, at, data)
    if held is not None and is_drag(held, data["id"]):
        pointer.pressed = False
        observe_press(window, held)
        return
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
        pointer.end_typing()
    target = target_of_click(window, data["id"], held)
    window.observe(at, "click", target, None if by_pointer else Click(by_keyboard=True))
    await_answer(window, at, window.mirror.node(data["id"]), target)
    if by_pointer:
        rage_click(window, at, data, target)


def on_selection(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a selection: of text, or only a new place of the caret."""
    answer(window, at, ANSWERED_BY_SELECTION_MS)
    held = window.pointer.held
    if held is not None and any(_is_text(span) for span in items_of(data.get("ranges"))):
        held.selected = True


def _is_text(span: object) -> bool:
    """Return whether a range of a selection contains anything."""
    ends = fields_of(span)
    return (ends.get("start"), ends.get("startOffset")) != (ends.get("end"), ends.get("endOffset"))


def on_scroll(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a scroll position. Uninterrupted scrolling of one element is one observation."""
    node_id, offset = data["id"], data["y"]
    pointer = window.pointer
    window.activity.touch(at)
    press_scrolled(window, at)
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
