"""What a field is: one for a secret, one for searching, or an editor.

HTML compares `type` and `autocomplete` without case, and `autocomplete` is a list of words (HTML, "Autofill"
and "The type attribute").
"""

import re
from typing import Any

from recordings_mcp.replay.page.attributes import PASSWORD_MARKS
from recordings_mcp.replay.page.mirror import Mirror, Node

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
_DRAWS_TEXT = re.compile(r"(?<!\S)(?:CodeMirror|monaco-editor|ace_editor)(?!\S)")
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
    """Return the type of an input element in lower case; `text` if it has none."""
    kind = node["attributes"].get("type")
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
        ancestor.get("tagName") == "search" or (ancestor.get("attributes") or {}).get("role") == "search"
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
    return isinstance(classes, str) and _DRAWS_TEXT.search(classes) is not None


def editor_around(mirror: Mirror, node: Node) -> Node | None:
    """Return the editor that a node is, or is in; None if it is in none.

    A control in a part of it that cannot be edited, such as a button in the toolbar of a table, is in none.
    """
    in_control = False
    for current in (node, *mirror.ancestors(node, _MAX_ANCESTORS)):
        tag = current.get("tagName")
        if not tag:
            continue
        if is_editor(current):
            return current
        in_control = in_control or tag in _CONTROLS or current["attributes"].get("role") == "button"
        if in_control and current["attributes"].get("contenteditable") == "false":
            return None
    return None


def _hides_text(attributes: dict[str, Any]) -> bool:
    """Return whether a style, as text or as an object, shows dots in place of characters."""
    style = attributes.get("style")
    return style is not None and _HIDES_TEXT.search(str(style).lower().replace("'", "")) is not None
