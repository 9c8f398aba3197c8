"""Targets: the role of a node, and the name by which a person knows it.

The computation follows accessible names in browsers (W3C, Accessible Name and Description Computation), but
is cheap and bounded: from the node up to the nearest control, then the first of label attributes, associated
labels, visible text, and texts of images inside.
"""

import re
from collections import deque
from typing import Any, Literal

from recordings_mcp.replay.model import Target
from recordings_mcp.replay.page.attributes import declarations
from recordings_mcp.replay.page.fields import editor_around, field_type, is_editor
from recordings_mcp.replay.page.mirror import DAMAGED, Mirror, Node
from recordings_mcp.replay.page.shadow import (
    above_in_tree,
    drawn_ancestors,
    drawn_children,
    nodes_of_shadow,
    root_of,
)
from recordings_mcp.replay.shortening import MASKED, NAME_LENGTH, one_line, shown_name

WHOLE_PAGE = Target("page")
"""The target of scrolling or a click on the page itself rather than an element."""

_MAX_ANCESTORS = 6
_MAX_SIBLINGS = 100
_MAX_VISITED = 300
_MAX_OPTIONS = 2000
_MAX_VISITED_FOR_OPTIONS = 8000
_MAX_VISITED_IN_OPTION = 20
_VISITS_FOR_NAME = 10
_ATTRIBUTE_LENGTH = 40
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
_CONTROLS = frozenset({"a", "button", "input", "select", "textarea", "label", "summary", "option"})
_CONTROL_ROLES = frozenset(
    {
        "button",
        "checkbox",
        "columnheader",
        "combobox",
        "gridcell",
        "link",
        "listbox",
        "menuitem",
        "menuitemcheckbox",
        "menuitemradio",
        "option",
        "radio",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "tab",
        "textbox",
        "treeitem",
    }
)
_NO_ROLES = frozenset({"none", "presentation"})
_NAMED_BY_AUTHOR = frozenset({"combobox", "listbox", "searchbox", "slider", "spinbutton", "textbox"})
_ICON_NAMES = ("aria-label", "alt", "title")
_FIELDS = frozenset({"input", "select", "textarea"})
_BUTTON_TYPES = frozenset({"button", "submit", "reset", "image"})
_INPUT_ROLES = {
    "checkbox": "checkbox",
    "radio": "radio",
    "range": "slider",
    "number": "spinbutton",
    "search": "searchbox",
    "password": "password field",
    "file": "file field",
    "color": "color field",
    "date": "date field",
    "datetime-local": "date field",
    "month": "date field",
    "week": "date field",
    "time": "time field",
}
_TAG_ROLES = {
    "a": "link",
    "textarea": "textbox",
    "select": "combobox",
    "img": "image",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "p": "paragraph",
    "li": "list item",
    "td": "cell",
    "th": "cell",
    "tr": "row",
}
_PAGE_TAGS = frozenset({"html", "body"})
_EMPTY_EDITOR = ("aria-placeholder", "data-placeholder", "placeholder", "title")
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "select", "textarea"})


def target_of(mirror: Mirror, node_id: int) -> Target | None:
    """Return a node as a target at this moment; None if it is unknown or malformed."""
    if node_id not in mirror.targets:
        try:
            node = mirror.node(node_id)
            mirror.targets[node_id] = None if node is None else _clicked(mirror, node)
        except DAMAGED:
            mirror.note_damage()
            return None
    return mirror.targets[node_id]


def node_behind(mirror: Mirror, target: Target | None, node_id: int) -> int | None:
    """Return the node of the control that a target without a name stands for; None if it has a name.

    So two controls without names are told apart.
    """
    if target is not None and (target == WHOLE_PAGE or target.name not in (None, MASKED)):
        return None
    try:
        node = mirror.node(node_id)
        control: int = node_id if node is None else control_of(mirror, node)["id"]
    except DAMAGED:
        mirror.note_damage()
        return node_id
    return control


def _clicked(mirror: Mirror, node: Node) -> Target:
    """Return the control that a node belongs to, or an icon with a name in a control without one."""
    control = control_of(mirror, node)
    target = _target(mirror, control)
    if target.name is None and target != WHOLE_PAGE:
        for current in (node, *drawn_ancestors(mirror, node, _MAX_ANCESTORS)):
            if current is control:
                break
            if current["type"] == _ELEMENT and _first(current["attributes"], _ICON_NAMES):
                return _target(mirror, current)
    return target


def _target(mirror: Mirror, node: Node) -> Target:
    if node["type"] != _ELEMENT or (node["tagName"] in _PAGE_TAGS and not is_editor(node)):
        return WHOLE_PAGE
    get = node["attributes"].get
    attribute = get("data-attr") or get("data-testid") or get("id") or get("name")
    return Target(
        role_of(node),
        _affordable_name(mirror, node),
        one_line(str(attribute), _ATTRIBUTE_LENGTH)
        if isinstance(attribute, str | int) and attribute
        else None,
    )


def _affordable_name(mirror: Mirror, node: Node) -> str | None:
    """Return the name of an element if the recording's budget of work allows it; else count its absence."""
    mirror.work.visit(_VISITS_FOR_NAME)
    name = None if mirror.work.spent else name_of(mirror, node)
    if mirror.work.spent:  # then the name may be incomplete
        mirror.work.unnamed += 1
        return None
    return name


def control_of(mirror: Mirror, node: Node) -> Node:
    """Return the control that a node belongs to, or else an element marked for tests, or else the element.

    Inside an editor that is the editor: the text of any other element there was typed.
    """
    asked, control = mirror.controls.get(node["id"], (None, node))
    if asked is not node:
        control = _find_control(mirror, node)
        mirror.controls[node["id"]] = node, control
    return control


def _find_control(mirror: Mirror, node: Node) -> Node:
    editor = None if node.get("tagName") in _FIELDS else editor_around(mirror, node)
    if editor is not None:
        return editor
    element: Node | None = None
    marked: Node | None = None
    for current in (node, *drawn_ancestors(mirror, node, _MAX_ANCESTORS)):
        if current["type"] == _ELEMENT:
            attributes = current["attributes"]
            if _is_control(current):
                return current
            element = element or current
            if marked is None and ("data-attr" in attributes or "data-testid" in attributes):
                marked = current
    return marked or element or node


def _is_control(node: Node) -> bool:
    return node["tagName"] in _CONTROLS or node["attributes"].get("role") in _CONTROL_ROLES


def role_of(node: Node) -> str:
    """Return the role of an element: its `role`, the one implied by its tag, or the tag itself."""
    attributes = node["attributes"]
    role = attributes.get("role")
    if role and isinstance(role, str) and role not in _NO_ROLES:
        return one_line(role, _ATTRIBUTE_LENGTH)
    if is_editor(node):
        return "textbox"
    tag = node["tagName"]
    if tag == "input":
        kind = field_type(node)
        return "button" if kind in _BUTTON_TYPES else _INPUT_ROLES.get(kind, "textbox")
    if tag == "a" and not attributes.get("href"):
        return "a"
    return _TAG_ROLES.get(tag) or one_line(str(tag), _ATTRIBUTE_LENGTH)


def name_of(mirror: Mirror, node: Node) -> str | None:
    """Return the name of an element in one line of at most 60 characters, or None if it has none.

    Text in a field or an editor is never a name: a person may have typed it.
    """
    attributes = node["attributes"]
    is_field = node["tagName"] in _FIELDS
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
    if not is_field and _is_control(node):
        name = name or text_of(mirror, node, hidden=True)
        name = _without_key_hint(name)
    return shown_name(name) if name else None


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
    unspoken = _is_control(node)
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
    if node["tagName"] == "input" and field_type(node) in _BUTTON_TYPES:
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
