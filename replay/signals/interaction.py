"""What the person did with pointer and keyboard."""

from typing import Any

from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.model import Click, Scroll
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.targets import node_behind, target_of
from recordings_mcp.replay.shapes import fields_of, items_of
from recordings_mcp.replay.shortening import rounded
from recordings_mcp.replay.signals.frustration import (
    ANSWERED_BY_SCROLL_MS,
    ANSWERED_BY_SELECTION_MS,
    answer,
    await_answer,
    first_move,
    move_focus,
    rage_click,
    select_text,
)
from recordings_mcp.replay.signals.inputs import on_blur, on_click_in_field, on_focus
from recordings_mcp.replay.signals.pointer import Scrolling
from recordings_mcp.replay.signals.presses import (
    is_drag,
    observe_press,
    press_clicked,
    press_down,
    press_scrolled,
    press_up,
    target_of_click,
)
from recordings_mcp.replay.signals.window import Clicked, Window

ECHO_MS = 50
"""A click without a press this soon after another was made by the browser: a label's for its checkbox."""

SCROLLING_MS = 1000
"""Scrolling continues if the next position follows within this time."""

_MOUSE_UP, _MOUSE_DOWN, _CLICK, _CONTEXT_MENU, _DOUBLE_CLICK, _FOCUS, _BLUR, _TOUCH_START = range(8)
_TOUCH_END, _TOUCH_CANCEL = 9, 10
_DOWN = frozenset({_MOUSE_DOWN, _TOUCH_START})
_UP = frozenset({_MOUSE_UP, _TOUCH_END})
_LISTS = frozenset({"select", "option", "optgroup"})


def on_pointer_move(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle mouse or touch positions: the person is active."""
    window.activity.touch(at)
    if window.answers.resting is not None:
        first_move(window, at, data)


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
        move_focus(window, at, data["id"])
        on_focus(window, at, data["id"])
    elif kind == _BLUR:
        on_blur(window, at, data["id"])
    elif kind == _DOUBLE_CLICK:
        _observe(window, at, "double_click", data["id"])
    elif kind == _CONTEXT_MENU:
        pointer.held = None
        _observe(window, at, "context_menu", data["id"])


def _observe(window: Window, at: float, kind: Kind, node_id: int) -> None:
    target = target_of(window.mirror, node_id)
    window.observe(at, kind, target, node=node_behind(window.mirror, target, node_id))


def _click(window: Window, at: float, data: dict[str, Any]) -> None:
    pointer = window.pointer
    held = press_clicked(window, at, data)
    if held is not None and is_drag(held, data["id"]):
        pointer.pressed = False
        observe_press(window, held)
        return
    is_elsewhere = (data.get("x"), data.get("y")) == (0, 0) and (held is None or held.x + held.y >= 1)
    pressed = pointer.pressed and not is_elsewhere  # Enter, after a press that had no click of its own
    is_echo = not pressed and pointer.presses_seen and at - pointer.clicked_at <= ECHO_MS
    by_pointer = pressed or _has_place(data, unless=pointer.presses_seen)
    node = window.mirror.node(data["id"])
    closes_list = not pressed and pointer.presses_seen and by_pointer and _is_list(node)
    pointer.pressed = False
    pointer.clicked_id = data["id"]
    if node is not None and (by_pointer or is_echo):
        on_click_in_field(window, at, node)
    if is_echo or closes_list:
        window.session.coverage.synthetic_clicks += 1
        return
    shown = window.shown.draft
    if held is not None and held.up_at is not None and shown is not None and held.up_at < shown.t:
        at = held.up_at  # the page that the click led to was reported before the click
    pointer.clicked_at = at
    window.activity.actions.append(at)
    if pointer.typing is not None and pointer.typing.node_id != data["id"]:
        pointer.end_typing()
    target = target_of_click(window, data["id"], held)
    node_id = node_behind(window.mirror, target, data["id"])
    draft = window.observe(at, "click", target, None if by_pointer else Click(by_keyboard=True), node_id)
    window.answers.clicked = Clicked(at, data["id"], draft)
    await_answer(window, at, window.mirror.node(data["id"]), target, draft, data)
    if by_pointer:
        rage_click(window, at, data, target, data["id"])


def _has_place(data: dict[str, Any], *, unless: bool) -> bool:
    """Return whether a click without a press was made by a pointer.

    Keyboard and scripts click at 0, 0. A recording without a single press may not record places either.
    """
    x, y = data.get("x"), data.get("y")
    return not unless if x is None or y is None else (x, y) != (0, 0)


def _is_list(node: Node | None) -> bool:
    """Return whether a node is in a native list: the click that chooses an option there has no press."""
    return node is not None and node.get("tagName") in _LISTS


def on_selection(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a selection: of text, or only a new place of the caret."""
    move_caret(window, at)
    if any(_is_text(span) for span in items_of(data.get("ranges"))):
        select_text(window, at)
        if window.pointer.held is not None:
            window.pointer.held.selected = True


def move_caret(window: Window, at: float) -> None:
    """Record a new place of the caret, which answers a click just before."""
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_SELECTION_MS)


def _is_text(span: object) -> bool:
    """Return whether a range of a selection contains anything."""
    ends = fields_of(span)
    return (ends.get("start"), ends.get("startOffset")) != (ends.get("end"), ends.get("endOffset"))


def on_scroll(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a scroll position. Uninterrupted scrolling of one element is one observation.

    A jump to the top is the page's, as where it shows another list: a person passes places in between.
    """
    node_id, offset = data["id"], data["y"]
    pointer = window.pointer
    window.activity.touch(at)
    press_scrolled(window, at)
    window.answers.resting = None
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_SCROLL_MS)
    before = pointer.offsets.get(node_id, 0.0)
    if len(pointer.offsets) >= MAX_READ_CHILDREN:
        pointer.offsets.clear()
    pointer.offsets[node_id] = offset
    scrolling = pointer.scrolling
    is_jump = offset == 0 and (scrolling is None or at - scrolling.draft.until > SCROLLING_MS)
    if scrolling and scrolling.node_id == node_id and window.is_last(scrolling.draft) and not is_jump:
        scrolling.lowest = max(scrolling.lowest, offset)
        scrolling.draft.last = at
        scrolling.draft.facts = Scroll(rounded(scrolling.lowest), rounded(offset))
        return
    if offset == 0 and not data.get("x"):
        return
    lowest = max(before, offset)
    draft = window.observe(
        at, "scroll", target_of(window.mirror, node_id), Scroll(rounded(lowest), rounded(offset))
    )
    pointer.scrolling = Scrolling(node_id, draft, lowest)
