"""Typing in editors: changes of the page under the focus, since rrweb records no Input events of them."""

import re

from recordings_mcp.replay.limits import MAX_READ_CHILDREN
from recordings_mcp.replay.model import Input
from recordings_mcp.replay.page.fields import editor_around, typed_text
from recordings_mcp.replay.page.mirror import DAMAGED, Change, Node
from recordings_mcp.replay.signals.inputs import NEW_NODE, continue_typing, observe_typing
from recordings_mcp.replay.signals.window import Window

_CHANGED_TEXT = re.compile(rb'"texts":\[\{"id":(\d+),')
_TEXT = 3
_MOST_ENTRIES = 100


def is_more_typing(window: Window, at: float, line: bytes) -> bool:
    """Record a change that is more typing into the same text, without decoding it; return whether it is."""
    pointer = window.pointer
    typing = pointer.typing
    if typing is None or typing.shows_text or not typing.is_open or typing.node_id != pointer.editor:
        return False
    found = _CHANGED_TEXT.search(line)
    if found is None or found[1] not in pointer.editor_texts or not isinstance(typing.draft.facts, Input):
        return False
    continue_typing(window, at, typing, typing.draft.facts)
    return True


def on_change_in_focus(window: Window, at: float, change: Change) -> None:
    """Apply a change of the page while an editor, or a new node, has the focus.

    rrweb records no Input events of editors. A change of the text in the one that has the focus is typing:
    texts, and nodes with text that are added or removed.
    """
    pointer, mirror = window.pointer, window.mirror
    try:
        editor = _changed_editor(window, change)
    except DAMAGED:
        editor = None  # it is counted where the change is applied
    mirror.change(change)
    try:
        shown = "" if editor is None or window.session.show_typing == "none" else typed_text(mirror, editor)
        recorded = shown or _texts_of(change)
    except DAMAGED:
        mirror.note_damage()
        return
    if editor is None:
        pointer.tries -= 1
        if pointer.editor == NEW_NODE and pointer.tries <= 0:
            pointer.editor = None
    elif pointer.disowned != editor["id"]:
        if pointer.editor == NEW_NODE:
            pointer.set_focus(editor["id"], at, by_person=pointer.focused_by_person)
            pointer.editor = editor["id"]
        observe_typing(window, at, editor["id"], editor, recorded)
        texts: list[Change] = change.get("texts") or []
        is_only = len(texts) == 1 and not change.get("adds") and not change.get("removes")
        if is_only and len(pointer.editor_texts) < MAX_READ_CHILDREN:
            pointer.editor_texts.add(str(texts[0]["id"]).encode())


def _texts_of(change: Change) -> str:
    """Return texts of a change, which tell whether the recorder masks them; never an empty text."""
    texts = [str(entry["value"]) for entry in (change.get("texts") or ())[:_MOST_ENTRIES]]
    texts += [
        str(entry["node"].get("textContent") or "") for entry in (change.get("adds") or ())[:_MOST_ENTRIES]
    ]
    return " ".join(filter(None, texts)) or " "


def _changed_editor(window: Window, change: Change) -> Node | None:
    """Return the editor with the focus if its text changes."""
    mirror = window.mirror
    adds = [(entry["parentId"], entry["node"]) for entry in (change.get("adds") or ())[:_MOST_ENTRIES]]
    added = {node["id"]: parent_id for parent_id, node in adds}
    places = [parent_id for parent_id, node in adds if _has_text(node)]
    for entry in (change.get("texts") or ())[:_MOST_ENTRIES]:
        node = mirror.node(entry["id"])
        if node is not None and node.get("textContent") != entry["value"]:
            places.append(entry["id"])
    for entry in (change.get("removes") or ())[:_MOST_ENTRIES]:
        node = mirror.node(entry["id"])
        if node is not None and _has_text(node):
            places.append(entry["parentId"])
    for place in dict.fromkeys(places):
        node_id = place
        for _ in range(_MOST_ENTRIES):
            if node_id not in added:
                break
            node_id = added[node_id]
        node = mirror.node(node_id)
        editor = None if node is None else editor_around(mirror, node)
        if editor is not None and window.pointer.editor in (editor["id"], NEW_NODE):
            return editor
    return None


def _has_text(node: Node) -> bool:
    """Return whether a node is text, or has some among its children."""
    texts = [node] if node.get("type") == _TEXT else (node.get("childNodes") or ())[:_MOST_ENTRIES]
    return any(text.get("type") == _TEXT and str(text.get("textContent")).strip() for text in texts)
