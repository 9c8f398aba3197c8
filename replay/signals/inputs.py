"""What the person typed into fields, and chose in them. Text is kept only where it was asked for."""

from typing import Any, Final

from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.model import Change, Input
from recordings_mcp.replay.page.fields import (
    editor_around,
    field_type,
    is_one_control,
    is_search_field,
    is_secret,
)
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.names import option_label
from recordings_mcp.replay.page.roles import FIELDS
from recordings_mcp.replay.page.targets import target_of
from recordings_mcp.replay.shortening import has_mask, one_line
from recordings_mcp.replay.signals.frustration import ANSWERED_BY_CHANGE_MS, answer, note_value
from recordings_mcp.replay.signals.pointer import Keys, Typing
from recordings_mcp.replay.signals.window import Window

TOGGLE_MS = 100
"""A click changed a checkbox or radio button if the change follows within this time."""

FOCUSED_BY_PRESS_MS = 1000
"""A node takes the focus by a press if it does so within this time."""

MOVED_FOCUS_MS = 50
"""The focus moves from one node to another, as with the Tab key, if they follow each other in this time."""

SET_WITH_FOCUS_MS = 100
"""A field that is new has a value set by the page if it changes within this time of taking the focus."""

TYPED = Input("typed")
TYPED_MASKED = Input("typed", masked=True)
EMPTIED = Input("emptied")

NEW_NODE = -1
"""The id that recorders write for a node that was added a moment ago."""

_MOST_TRIES = 100
_NOT_TYPED: Final[dict[str, Change]] = {"range": "set", "color": "set", "file": "chose_file"}
_CHECKABLE = frozenset({"checkbox", "radio"})
_VALUE_LENGTH = 60
_OTHER_NAMES = ("autocomplete", "aria-label", "placeholder")


def on_focus(window: Window, at: float, node_id: int) -> None:
    """Handle a node that takes the focus. A node that is too new to have an id is -1."""
    pointer = window.pointer
    by_person = at - pointer.pressed_at <= FOCUSED_BY_PRESS_MS or at - pointer.blurred_at <= MOVED_FOCUS_MS
    pointer.set_focus(node_id, at, by_person=by_person)
    find_editor(window)


def on_blur(window: Window, at: float, node_id: int) -> None:
    """Handle a node that loses the focus."""
    pointer = window.pointer
    if pointer.focus == node_id:
        pointer.set_focus(None, at)
    pointer.blurred_at = at
    pointer.end_typing()


def on_click_in_field(window: Window, at: float, node: Node) -> None:
    """Handle a click on a field or editor. It may have had the focus before the recorder started."""
    pointer = window.pointer
    if node.get("tagName") in FIELDS:
        if pointer.focus != node["id"]:
            pointer.set_focus(node["id"], at, by_person=True)
    elif pointer.editor is None and (editor := editor_around(window.mirror, node)) is not None:
        pointer.set_focus(editor["id"], at, by_person=True)
        find_editor(window)


def on_input(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a changed field. Only the person's changes are observed: the page sets values too."""
    node_id = data["id"]
    pointer = window.pointer
    window.activity.touch(at)
    note_value(window, data)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)
    typing = pointer.typing
    if (
        typing is not None
        and typing.is_open
        and not typing.shows_text
        and not typing.has_list
        and data["text"]
        and typing.node_id == node_id == pointer.focus
        and pointer.focused is None
        and at - pointer.clicked_at > TOGGLE_MS
    ):
        continue_typing(window, at, typing, _changed(str(data["text"]), typing.change, secret=typing.secret))
        return
    node = window.mirror.node(node_id)
    if node is not None and field_type(node) in _CHECKABLE:
        _toggle(window, at, node, data)
    elif not _is_persons(window, at, node, data):
        window.count_set_by_page(node_id)
    else:
        text = str(data["text"])
        if node and node["tagName"] == "select":
            window.activity.actions.append(at)
            _select(window, at, node_id, text)
        elif node is None or "list" not in node["attributes"] or not _choose_listed(window, at, node, text):
            observe_typing(window, at, node_id, node, text)


def _is_persons(window: Window, at: float, node: Node | None, data: dict[str, Any]) -> bool:
    """Return whether the person changed a field: it has the focus, and no click elsewhere set its value."""
    node_id = data["id"]
    if data.get("userTriggered") is False or not _has_focus(window, at, node_id, node):
        return False
    if not data["text"] and node is not None and node["tagName"] == "textarea":
        return editor_around(window.mirror, node) is None  # an editor takes the text out of its hidden field
    pointer = window.pointer
    if node is None or node["tagName"] == "select" or pointer.clicked_id in (None, node_id):
        return True
    return at - pointer.clicked_at > TOGGLE_MS  # a click on an option of a list sets the field's value


def _has_focus(window: Window, at: float, node_id: int, node: Node | None) -> bool:
    pointer = window.pointer
    if pointer.focused is not None:
        is_same = node_id != pointer.focus or _is_same(pointer.focused, node)
        pointer.set_focus(pointer.focus if is_same else None, at, by_person=pointer.focused_by_person)
    if pointer.disowned == node_id:
        return False
    if pointer.focus == NEW_NODE and node is not None:
        if at - pointer.focused_at <= SET_WITH_FOCUS_MS:
            return False
        pointer.set_focus(node_id, at, by_person=pointer.focused_by_person)
    if pointer.focus is None and node is not None and _takes_focus(window, node):
        pointer.set_focus(node_id, at, by_person="autofocus" not in node["attributes"])
    return pointer.focus == node_id


def _takes_focus(window: Window, node: Node) -> bool:
    """Return whether a field has the focus by itself, or by a press on another node of its control."""
    if "autofocus" in node["attributes"]:
        return True
    clicked_id = window.pointer.clicked_id
    clicked = None if clicked_id is None else window.mirror.node(clicked_id)
    return clicked is not None and is_one_control(window.mirror, clicked, node)


def _is_same(before: Node, now: Node | None) -> bool:
    """Return whether nodes with the same id before and after a full snapshot are the same element."""
    if now is None or now.get("tagName") != before.get("tagName"):
        return False
    return all(now["attributes"].get(key) == before["attributes"].get(key) for key in ("id", "name"))


def _toggle(window: Window, at: float, node: Node, data: dict[str, Any]) -> None:
    """Observe a box that a click on it, or on another node of its control, has changed.

    A radio button that is no longer checked, because another one is, was changed by the browser.
    """
    pointer, mirror = window.pointer, window.mirror
    clicked = None if pointer.clicked_id is None else mirror.node(pointer.clicked_id)
    is_clicked = clicked is not None and (
        clicked["id"] == node["id"] or is_one_control(mirror, clicked, node)
    )
    in_time = at - pointer.clicked_at <= TOGGLE_MS
    if field_type(node) == "radio" and not data["isChecked"] and in_time:
        return
    if not (in_time and is_clicked):
        window.count_set_by_page(node["id"])
    else:
        change = Input("checked" if data["isChecked"] else "unchecked")
        window.observe(at, "input", target_of(mirror, node["id"]), change)


def _select(window: Window, at: float, node_id: int, value: str) -> None:
    """Observe a choice, in the words of the page: a value that no option has is not shown."""
    if has_mask(value):
        window.session.coverage.masked_inputs += 1
        choice = Input("chose", masked=True)
    else:
        label = option_label(window.mirror, node_id, value)
        choice = Input("chose", label or None) if label or not value else Input("chose_unnamed")
    window.observe(at, "select", target_of(window.mirror, node_id), choice)


def _choose_listed(window: Window, at: float, node: Node, value: str) -> bool:
    """Observe a choice among the suggestions of a field, its `datalist`, and return whether it is one.

    It is one if a suggestion is there at once, with several characters more than before.
    """
    typing, mirror = window.pointer.typing, window.mirror
    before = typing.length if typing is not None and typing.node_id == node["id"] else 0
    listed = mirror.referred("id", str(node["attributes"]["list"])) if len(value) - before > 1 else []
    label = option_label(mirror, listed[0]["id"], value) if listed else None
    if label is None or has_mask(value) or _is_secret(window, node):
        return False
    window.activity.actions.append(at)
    window.pointer.end_typing()
    window.observe(at, "select", target_of(mirror, node["id"]), Input("chose", label or one_line(value)))
    return True


def observe_typing(window: Window, at: float, node_id: int, node: Node | None, text: str) -> None:
    """Observe typing. Uninterrupted typing into one field is one observation, however many keys."""
    pointer = window.pointer
    secret = _is_secret(window, node)
    shows_text = not secret and node is not None and _may_show(window, node)
    kind = "typed" if node is None else _NOT_TYPED.get(field_type(node), "typed")
    change = _changed(text, kind, secret=secret, shows_text=shows_text)
    typing = pointer.typing
    if typing is None or typing.node_id != node_id or not _continues(window, typing):
        target = target_of(window.mirror, node_id)
        draft = window.observe(at, "input", target, change)
        typing = pointer.typing = Typing(node_id, draft, Keys(at, at), change=kind)
        typing.count(window.session.coverage)
        window.activity.actions.append(at)
    else:
        continue_typing(window, at, typing, change)
    typing.is_open, typing.secret, typing.shows_text = True, secret, shows_text
    typing.has_list = node is not None and "list" in node["attributes"]
    typing.length = len(text) if typing.has_list else 0


def continue_typing(window: Window, at: float, typing: Typing, change: Input) -> None:
    """Record the next value of a field that the person types into, unless it changes like no person types."""
    window.activity.actions.append(at)
    typing.update(at, change, window.session.coverage)
    if typing.keys.add(at) and not window.pointer.focused_by_person:
        _disown(window, typing)


def _disown(window: Window, typing: Typing) -> None:
    """Take back typing that the page did, in a field that it focused itself."""
    window.count_set_by_page(typing.node_id)
    typing.uncount(window.session.coverage)
    del window.activity.actions[-typing.keys.number :]
    window.take_back(typing.draft)
    window.pointer.disowned, window.pointer.typing = typing.node_id, None


def _continues(window: Window, typing: Typing) -> bool:
    """Return whether nothing was observed since the last typing into the same field, or it kept the focus."""
    if typing.is_open:
        return True
    return window.is_last(typing.draft) and typing.draft.target == target_of(window.mirror, typing.node_id)


def _changed(text: str, change: Change, *, secret: bool, shows_text: bool = False) -> Input:
    """Return what was done: that there is text, and the text itself only if it may be shown."""
    if not text:
        return EMPTIED
    if change != "typed":
        return Input(change, masked=has_mask(text))
    if secret or has_mask(text):
        return TYPED_MASKED
    return Input("typed", one_line(text, _VALUE_LENGTH)) if shows_text else TYPED


def _may_show(window: Window, node: Node) -> bool:
    show = window.session.show_typing
    return show == "all" or (show == "search" and is_search_field(window.mirror, node))


def _is_secret(window: Window, node: Node | None) -> bool:
    """Return whether a field holds a secret, or did before a full snapshot that no longer says so."""
    if node is None:
        return True
    if is_secret(node):
        _remember_secret(window, node)
        return True
    return _names_of_field(node) in window.pointer.secrets


def remember_secrets(window: Window) -> None:
    """Remember the page's fields for secrets before a full snapshot, which may show one as text.

    Without that, typing in it would be kept where typing is asked for.
    """
    if window.session.show_typing == "none":
        return
    for node in window.mirror.elements("input"):
        if field_type(node) != "hidden" and is_secret(node):
            _remember_secret(window, node)


def _remember_secret(window: Window, node: Node) -> None:
    if len(window.pointer.secrets) < MAX_READ_CHILDREN:
        window.pointer.secrets.add(_names_of_field(node))


def _names_of_field(node: Node) -> tuple[str, ...]:
    """Return what tells a field from others in another snapshot, where its node has another id."""
    attributes = node["attributes"]
    names = ("id", "name") if "id" in attributes or "name" in attributes else _OTHER_NAMES
    return tuple(str(attributes.get(name)) for name in names)


def find_editor(window: Window) -> None:
    """Remember the editor that has the focus, whose changes are typing."""
    pointer = window.pointer
    pointer.editor, pointer.tries = None, 0
    pointer.editor_texts.clear()
    if pointer.focus == NEW_NODE:
        pointer.editor, pointer.tries = NEW_NODE, _MOST_TRIES
    elif pointer.focus is not None:
        node = window.mirror.node(pointer.focus)
        if node is not None and node.get("tagName") not in FIELDS:
            editor = editor_around(window.mirror, node)
            pointer.editor = None if editor is None else editor["id"]
