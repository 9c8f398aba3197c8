"""What the person typed into fields, and chose in them. Text is kept only where it was asked for."""

from typing import Any

from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.model import Input, Target
from recordings_mcp.replay.page.fields import field_type, is_search_field, is_secret
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.page.targets import option_label, target_of
from recordings_mcp.replay.shortening import has_mask, one_line
from recordings_mcp.replay.signals.frustration import ANSWERED_BY_CHANGE_MS, answer
from recordings_mcp.replay.signals.window import Typing, Window

TOGGLE_MS = 100
"""A click changed a checkbox or radio button if the change follows within this time."""

TYPED = Input("typed")
TYPED_MASKED = Input("typed", masked=True)
EMPTIED = Input("emptied")

_CHECKABLE = frozenset({"checkbox", "radio"})
_VALUE_LENGTH = 60


def on_input(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a changed field. Only the person's changes are observed: the page sets values too."""
    node_id = data["id"]
    pointer = window.pointer
    window.activity.touch(at)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)
    typing = pointer.typing
    if (
        typing is not None
        and typing.is_open
        and not typing.shows_text
        and typing.node_id == node_id == pointer.focus
        and pointer.focused is None
    ):
        window.activity.actions.append(at)
        typing.update(at, _typed(str(data["text"]), secret=typing.secret), window.session.coverage)
        return
    node = window.mirror.node(node_id)
    if node is not None and field_type(node) in _CHECKABLE:
        _toggle(window, at, node, data)
    elif not _has_focus(window, node_id, node):
        window.session.coverage.page_driven_inputs += 1
    else:
        window.activity.actions.append(at)
        text = str(data["text"])
        if node and node["tagName"] == "select":
            _select(window, at, node_id, text)
        else:
            _type(window, at, node_id, node, text)


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
    return all(now["attributes"].get(key) == before["attributes"].get(key) for key in ("id", "name"))


def _toggle(window: Window, at: float, node: Node, data: dict[str, Any]) -> None:
    if at - window.pointer.clicked_at > TOGGLE_MS:
        window.session.coverage.page_driven_inputs += 1
        return
    if data["isChecked"] or field_type(node) == "checkbox":
        change = Input("checked" if data["isChecked"] else "unchecked")
        window.observe(at, "input", target_of(window.mirror, node["id"]), change)


def _select(window: Window, at: float, node_id: int, value: str) -> None:
    target = target_of(window.mirror, node_id)
    if has_mask(value):
        window.session.coverage.masked_inputs += 1
        choice = Input("chose", masked=True)
    else:
        label = option_label(window.mirror, node_id, value) or one_line(value)
        choice = Input("chose", label or None)
    window.observe(at, "select", target, choice)


def _type(window: Window, at: float, node_id: int, node: Node | None, text: str) -> None:
    """Observe typing. Uninterrupted typing into one field is one observation, however many keys."""
    pointer, coverage = window.pointer, window.session.coverage
    secret = _is_secret(window, node)
    shows_text = not secret and node is not None and _may_show(window, node)
    change = _typed(text, secret=secret, shows_text=shows_text)
    typing = pointer.typing
    target = target_of(window.mirror, node_id)
    if typing is not None and typing.node_id == node_id and _continues(window, typing, target):
        typing.update(at, change, coverage)
    else:
        typing = pointer.typing = Typing(node_id, window.observe(at, "input", target, change))
        typing.count(coverage)
    typing.is_open, typing.secret, typing.shows_text = True, secret, shows_text


def _continues(window: Window, typing: Typing, target: Target | None) -> bool:
    """Return whether nothing was observed since the last typing into the same field, or it kept the focus."""
    return typing.is_open or (window.is_last(typing.draft) and typing.draft.target == target)


def _typed(text: str, *, secret: bool, shows_text: bool = False) -> Input:
    """Return what was typed: that there is text, and the text itself only if it may be shown."""
    if not text:
        return EMPTIED
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
    attributes = node["attributes"]
    name = "\n".join(str(attributes.get(key)) for key in ("id", "name"))
    known = window.pointer.secrets
    if is_secret(node):
        if len(known) < MAX_READ_CHILDREN and ("id" in attributes or "name" in attributes):
            known.add(name)
        return True
    return name in known
