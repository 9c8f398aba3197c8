"""Names of elements: what a person calls them.

The computation follows accessible names in browsers (W3C, Accessible Name and Description Computation), but
is cheap and bounded: the first of label attributes, associated labels, visible text, and texts of images
inside.
"""

import re
from collections import deque
from typing import Any, Literal

from recordings_mcp.replay.page.attributes import declarations
from recordings_mcp.replay.page.fields import editor_around, field_type, is_editor
from recordings_mcp.replay.page.mirror import DAMAGED, Mirror, Node
from recordings_mcp.replay.page.roles import BUTTON_TYPES, FIELDS, is_control
from recordings_mcp.replay.page.shadow import (
    above_in_tree,
    drawn_children,
    nodes_of_shadow,
    root_of,
)
from recordings_mcp.replay.shortening import NAME_LENGTH, one_line, shown_name

_MAX_ANCESTORS = 6
_MAX_SIBLINGS = 100
_MAX_VISITED = 300
_MAX_OPTIONS = 2000
_MAX_VISITED_FOR_OPTIONS = 8000
_MAX_VISITED_IN_OPTION = 20
_TEXT_LENGTH = 8 * NAME_LENGTH
_TEXT_READ = 8 * _TEXT_LENGTH + 1  # one more than `one_line` reads, so that it knows that there is more
_KEY_HINT = re.compile(
    r"\s*\(?(?:[⌘⌃⌥⇧][\s+]*)+[^\s()]{0,6}\)?$"
    r"|\s\(?(?:(?:Ctrl|Cmd|Alt|Shift|Meta)\s?\+\s?)+[^\s()]{1,6}\)?$"
    r"|\sCtrl \w$"
)
_BULLETS = frozenset("•●")  # masked text or, where it is all there is, an icon
_ICONS = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_ELEMENT = 2
_TEXT = 3
_NAMED_BY_AUTHOR = frozenset({"combobox", "listbox", "searchbox", "slider", "spinbutton", "textbox"})
_ICON_NAMES = ("aria-label", "alt", "title")
_EMPTY_EDITOR = ("aria-placeholder", "data-placeholder", "placeholder", "title")
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "select", "textarea"})


def name_of(mirror: Mirror, node: Node) -> str | None:
    """Return the name of an element in one line of at most 60 characters, or None if it has none.

    Text in a field or an editor is never a name: a person may have typed it.
    """
    attributes = node["attributes"]
    is_field = node["tagName"] in FIELDS
    name = _string(attributes.get("aria-label")) or _labelled_by(mirror, node)
    if not name and is_editor(node):
        name = _editor_name(mirror, node)
        return shown_name(name) if name else None
    name = (
        name
        or (_field_name(mirror, node) if is_field else _shown_text(mirror, node))
        or _first(attributes, ("title", "alt"))
        or ("" if attributes.get("role") in _NAMED_BY_AUTHOR else _name_within(mirror, node))
    )
    if not is_field and is_control(node):
        name = name or text_of(mirror, node, hidden=True)
        name = _without_key_hint(name)
    return shown_name(name) if name else None


def names_itself(node: Node) -> bool:
    """Return whether an element, such as an icon, has a name in its attributes."""
    return bool(_first(node["attributes"], _ICON_NAMES))


def _shown_text(mirror: Mirror, node: Node) -> str:
    """Return the text inside a node unless it is a single bullet, which is an icon."""
    text = text_of(mirror, node)
    return "" if text in _BULLETS else text


def _without_key_hint(name: str) -> str:
    """Return the name of a control without the keys at its end that press it, such as `⌘K` or `Ctrl+K`."""
    has_keys = not name.isascii() or "+" in name or "Ctrl" in name
    return (_KEY_HINT.sub("", name) or name) if has_keys else name


def text_of(mirror: Mirror, node: Node, room: int = _MAX_VISITED, *, hidden: bool = False) -> str:
    """Return the text inside a node, without that of editors, up to slightly more than a name's length.

    Adjacent texts belong together, as scripts often divide one; at the edges of an element there is a blank.

    Args:
        mirror: The page.
        node: The node.
        room: At most this many nodes are visited.
        hidden: Whether to read what is hidden, too.
    """
    if is_editor(node):
        return ""
    children = drawn_children(mirror, node)
    if len(children) == 1 and children[0]["type"] == _TEXT:
        return _words(children[0]["textContent"])
    unspoken = is_control(node)
    labels = unspoken and node["attributes"].get("role") not in _NAMED_BY_AUTHOR
    pieces: list[str] = []
    length = 0
    stack: list[Node | None] = [*reversed(children[:room])]
    mirror.work.visit(len(stack))
    while stack and length <= NAME_LENGTH:
        current = stack.pop()
        if current is None:
            pieces.append(" ")
        elif current["type"] == _TEXT:
            content = current["textContent"]
            words = _words(content)
            pieces += (" " if content[:1].isspace() else "", words, " " if content[-1:].isspace() else "")
            length += len(words)
        elif (
            room > 0
            and current["type"] == _ELEMENT
            and current["tagName"] not in _UNREAD_TAGS
            and not is_editor(current)
        ):
            if not hidden and (
                _is_hidden(current["attributes"], unspoken=unspoken)
                or (unspoken and current["tagName"] == "kbd")
            ):
                continue
            label = _label_within(current) if labels else ""
            if label:
                pieces += (" ", label, " ")
                length += len(label)
                continue
            within = drawn_children(mirror, current)[:room]
            mirror.work.visit(1 + len(within))
            room -= len(within)
            pieces.append(" ")
            stack.append(None)
            stack += reversed(within)
    return " ".join("".join(pieces).split())


def _label_within(node: Node) -> str:
    """Return the label of a part of a control, which then is read instead of its text."""
    attributes = node["attributes"]
    return _first(attributes, ("aria-label", "alt") if node["tagName"] == "img" else ("aria-label",))


def _words(text: str) -> str:
    """Return a text in one line, without the private characters that icon fonts draw as icons."""
    text = text[:_TEXT_READ]
    return one_line(text if text.isascii() else _ICONS.sub(" ", text), _TEXT_LENGTH)


def _is_hidden(attributes: dict[str, Any], *, unspoken: bool) -> bool:
    """Return whether attributes hide an element; rules of style sheets are not known.

    Args:
        attributes: The attributes of the element.
        unspoken: Whether to include what is on the screen, but not part of a control's name.
    """
    if "hidden" in attributes or (unspoken and attributes.get("aria-hidden") == "true"):
        return True
    if "style" not in attributes:
        return False
    style = declarations(attributes["style"])
    return style.get("display", "").startswith("none") or style.get("visibility", "").startswith("hidden")


def option_label(mirror: Mirror, node_id: int, value: str) -> str | None:
    """Return the text of the option with this `value` of a select element; of very many not the last ones."""
    labels = mirror.choices.get(node_id)
    if labels is None:
        labels = mirror.choices[node_id] = {}
        try:
            _read_options(mirror, mirror.node(node_id), labels)
        except DAMAGED:
            mirror.note_damage()
    return labels.get(value)


def _read_options(mirror: Mirror, select: Node | None, labels: dict[str, str]) -> None:
    """Add the texts of a select element's options by value, the first of each."""
    waiting = deque(mirror.children(select)[:_MAX_OPTIONS] if select else ())
    room = _MAX_VISITED_FOR_OPTIONS
    while waiting and room > 0 and not mirror.work.spent:
        current = waiting.popleft()
        mirror.work.visit(1)
        room -= 1
        if current.get("tagName") == "option":
            room -= min(_MAX_VISITED_IN_OPTION, len(mirror.children(current)))
            text = text_of(mirror, current, _MAX_VISITED_IN_OPTION)
            value = current["attributes"].get("value", text)
            if isinstance(value, str):
                labels.setdefault(value, one_line(text))
        elif current.get("tagName") == "optgroup":
            waiting.extend(mirror.children(current)[: max(0, _MAX_OPTIONS - len(waiting))])


def _string(value: object) -> str:
    return _words(value) if isinstance(value, str) else ""


def _first(attributes: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if name in attributes and (text := _string(attributes[name]))), "")


def _labelled_by(mirror: Mirror, node: Node) -> str:
    value = node["attributes"].get("aria-labelledby")
    if value is None:
        return ""
    references = _string(value).split()[:4]
    elements = [_in_same_tree(mirror, node, "id", reference) for reference in references]
    names = [
        _label_within(element) or _label_text(mirror, element) for element in elements if element is not None
    ]
    return " ".join(names).strip()


def _label_text(mirror: Mirror, label: Node) -> str:
    """Return the text of a label; nothing in an editor, where it was typed, as in a list of tasks."""
    return "" if editor_around(mirror, label) is not None else text_of(mirror, label)


def _in_same_tree(mirror: Mirror, node: Node, attribute: Literal["id", "for"], value: str) -> Node | None:
    """Return the element with this `id`, or the label `for` it, in the shadow root or document of a node.

    Components are often used many times, and each has the same ids in its shadow root.
    """
    root = root_of(mirror, node)
    if root is not None and root.get("isShadowHost"):
        found = nodes_of_shadow(mirror, root)
        return next((element for element in found if element["attributes"].get(attribute) == value), None)
    for element in mirror.referred(attribute, value):
        if root_of(mirror, element) is root:
            return element
    return None


def _field_name(mirror: Mirror, node: Node) -> str:
    attributes = node["attributes"]
    if node["tagName"] == "input" and field_type(node) in BUTTON_TYPES:
        return _first(attributes, ("value", "alt")) or field_type(node)
    return (
        _wrapping_label(mirror, node)
        or _label_near(mirror, node)
        or _label_anywhere(mirror, node)
        or _first(attributes, ("placeholder", "title", "name"))
    )


def _editor_name(mirror: Mirror, node: Node) -> str:
    """Return the label of an editor, or the words that it shows while it is empty."""
    name = _wrapping_label(mirror, node) or _label_anywhere(mirror, node)
    for current in (node, *mirror.children(node)[:1]):
        name = name or _first(current.get("attributes") or {}, _EMPTY_EDITOR)
    return name


def _label_near(mirror: Mirror, node: Node) -> str:
    """Return the text of a field's label if it is a sibling, as most are: that needs no search."""
    element_id = node["attributes"].get("id")
    above = mirror.ancestors(node, 1) if element_id else None
    for sibling in mirror.children(above[0])[:_MAX_SIBLINGS] if above else ():
        is_near = sibling.get("isShadow") == node.get("isShadow")
        if is_near and sibling.get("tagName") == "label" and sibling["attributes"].get("for") == element_id:
            return _label_text(mirror, sibling)
    return ""


def _label_anywhere(mirror: Mirror, node: Node) -> str:
    element_id = node["attributes"].get("id")
    if not isinstance(element_id, str) or not element_id:
        return ""
    label = _in_same_tree(mirror, node, "for", element_id)
    return _label_text(mirror, label) if label else ""


def _wrapping_label(mirror: Mirror, node: Node) -> str:
    for ancestor in above_in_tree(mirror, node, _MAX_ANCESTORS):
        if ancestor.get("tagName") == "label":
            return _label_text(mirror, ancestor)
    return ""


def _name_within(mirror: Mirror, node: Node) -> str:
    """Return the name of an image or icon inside a control without text."""
    waiting = deque(drawn_children(mirror, node)[:_MAX_VISITED])
    for _ in range(_MAX_VISITED):
        if not waiting:
            break
        current = waiting.popleft()
        if current["type"] == _ELEMENT and not is_editor(current):
            name = _first(current["attributes"], _ICON_NAMES)
            if name:
                return name
            within = drawn_children(mirror, current)[:_MAX_VISITED]
            mirror.work.visit(1 + len(within) // 8)
            waiting.extend(within)
    return ""
