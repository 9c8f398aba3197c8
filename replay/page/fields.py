"""What a field is: one for a secret, one for searching, or an editor.

HTML compares `type` and `autocomplete` without case, and `autocomplete` is a list of words (HTML, "Autofill"
and "The type attribute").
"""

import re
from typing import Any

from recordings_mcp.replay.page.attributes import PASSWORD_MARKS
from recordings_mcp.replay.page.mirror import Mirror, Node
from recordings_mcp.replay.page.shadow import drawn_ancestors

_SECRET_TYPES = frozenset({"password", "hidden"})
_TYPED_TYPES = frozenset({"text", "password", "tel", "number"})
_HIDES_TEXT = re.compile(r"text-security\s*:\s*(?!none)|text-security-")
_SEARCH_WORDS = re.compile(r"(?<![a-z])(?:search|query|suchen?|recherche|buscar|cerca|zoeken)(?![a-z])")
_SEARCH_NAMES = frozenset({"q", "s"})
_NAMING = ("name", "id", "placeholder", "aria-label", "title")
_EDITABLE = frozenset({"", "true", "plaintext-only"})
_TEXT_ROLES = frozenset({"textbox", "searchbox"})
_FIELDS = frozenset({"input", "textarea"})
_CONTROLS = frozenset({"button", "a", "input", "select", "textarea"})
_DRAW_TEXT = frozenset({"CodeMirror", "monaco-editor", "ace_editor"})
_ACTING = frozenset({"button", "a", "option", "summary"})
_ACTING_ROLES = frozenset({"button", "link", "option", "menuitem", "tab"})
_GROUPS = frozenset({"html", "body", "form", "fieldset", "table", "tbody", "tr", "main", "ul"})
_TEXT = 3
_CONTROL_DEPTH = 3
_MAX_READ = 300
_MAX_ANCESTORS = 40


def is_secret(node: Node | None) -> bool:
    """Return whether a field's value must never be shown, even if the recorder did not mask it.

    That is a field for a password (also while the page shows it as text), a payment card, a one-time code or
    one digit of it, a field that hides its text by style, and any field that is unknown.
    """
    if node is None:
        return True
    attributes = node["attributes"]
    kind = field_type(node)
    words = str(attributes.get("autocomplete") or "").lower().split()
    return (
        kind in _SECRET_TYPES
        or any(attributes.get(mark) not in (None, False, "false") for mark in PASSWORD_MARKS)
        or any(word.startswith("cc-") or "password" in word or word == "one-time-code" for word in words)
        or (kind in _TYPED_TYPES and str(attributes.get("maxlength")).strip() == "1")
        or _hides_text(attributes)
    )


def field_type(node: Node) -> str:
    """Return the type of an input element or button in lower case; `text` if it has none."""
    kind = _attributes(node).get("type")
    return kind.strip().lower() if isinstance(kind, str) and kind.strip() else "text"


def is_search_field(mirror: Mirror, node: Node) -> bool:
    """Return whether a field is for searching: by its type or role, its names, or the region it is in."""
    attributes = node["attributes"]
    if field_type(node) == "search" or attributes.get("role") == "searchbox":
        return True
    names = [value.lower() for key in _NAMING if isinstance(value := attributes.get(key), str)]
    if any(name in _SEARCH_NAMES or _SEARCH_WORDS.search(name) for name in names):
        return True
    return any(
        ancestor.get("tagName") == "search" or _attributes(ancestor).get("role") == "search"
        for ancestor in mirror.ancestors(node, _MAX_ANCESTORS)
    )


def is_editor(node: Node) -> bool:
    """Return whether the text inside an element is what a person typed.

    That is an element with `contenteditable`, one that is a text field only by its role, and the editors that
    draw the text of a hidden field (CodeMirror 5, Monaco, Ace).
    """
    attributes = node["attributes"]
    editable = attributes.get("contenteditable")
    if editable is not None:
        return str(editable).strip().lower() in _EDITABLE
    if attributes.get("role") in _TEXT_ROLES and node["tagName"] not in _FIELDS:
        return True
    classes = attributes.get("class")
    return isinstance(classes, str) and not _DRAW_TEXT.isdisjoint(classes.split())


def editor_around(mirror: Mirror, node: Node) -> Node | None:
    """Return the editor that a node is, or is shown in; None if it is in none.

    A component may show the children that it was given in an editor of its shadow root. A control in a part
    of an editor that cannot be edited, such as a button in the toolbar of a table, is in none.
    """
    asked, editor = mirror.editors.get(node["id"], (None, None))
    if asked is not node:
        editor = _find_editor(mirror, node)
        mirror.editors[node["id"]] = node, editor
    return editor


def _find_editor(mirror: Mirror, node: Node) -> Node | None:
    in_control = False
    for current in (node, *drawn_ancestors(mirror, node, _MAX_ANCESTORS)):
        tag = current.get("tagName")
        if not tag:
            continue
        if is_editor(current):
            return current
        in_control = in_control or tag in _CONTROLS or current["attributes"].get("role") == "button"
        if in_control and current["attributes"].get("contenteditable") == "false":
            return None
    return None


def is_one_control(mirror: Mirror, clicked: Node, field: Node) -> bool:
    """Return whether a click on one node is a click in a field: on its label, or on a part of its control."""
    if clicked.get("tagName") in _FIELDS:
        return False
    above = [clicked, *mirror.ancestors(clicked, _CONTROL_DEPTH)]
    label = next((node for node in above if node.get("tagName") == "label"), None)
    if label is not None:
        target = label["attributes"].get("for")
        return (bool(target) and target == field["attributes"].get("id")) or any(
            node is label for node in mirror.ancestors(field, _MAX_ANCESTORS)
        )
    if any(_acts(node) for node in above):
        return False
    parts = {node["id"] for node in above if node.get("tagName") not in _GROUPS}
    return any(node["id"] in parts for node in (field, *mirror.ancestors(field, _CONTROL_DEPTH)))


def _attributes(node: Node) -> dict[str, Any]:
    """Return the attributes of a node; none if it is no element."""
    attributes: dict[str, Any] | None = node.get("attributes")
    return attributes or {}


def _acts(node: Node) -> bool:
    """Return whether a click on a node does something of its own."""
    attributes = _attributes(node)
    return node.get("tagName") in _ACTING or attributes.get("role") in _ACTING_ROLES


def typed_text(mirror: Mirror, editor: Node) -> str:
    """Return the text of an editor, of at most 300 nodes."""
    parts: list[str] = []
    stack = [editor]
    for _ in range(_MAX_READ):
        if not stack:
            break
        node = stack.pop()
        if node.get("type") == _TEXT:
            parts.append(str(node.get("textContent")))
        else:
            stack += reversed(mirror.children(node)[:_MAX_READ])
    return " ".join(filter(str.strip, parts))


def _hides_text(attributes: dict[str, Any]) -> bool:
    """Return whether a style, as text or as an object, shows dots in place of characters."""
    style = attributes.get("style")
    return style is not None and _HIDES_TEXT.search(str(style).lower().replace("'", "")) is not None
