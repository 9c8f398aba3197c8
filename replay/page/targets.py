"""Targets: the control that a node belongs to, by its role and the name by which a person knows it."""

from recordings_mcp.replay.model import Target
from recordings_mcp.replay.page.fields import editor_around, is_editor
from recordings_mcp.replay.page.mirror import DAMAGED, Mirror, Node
from recordings_mcp.replay.page.names import name_of, names_itself
from recordings_mcp.replay.page.roles import FIELDS, is_control, role_of
from recordings_mcp.replay.page.shadow import drawn_ancestors
from recordings_mcp.replay.shortening import MASKED, one_line

WHOLE_PAGE = Target("page")
"""The target of scrolling or a click on the page itself rather than an element."""

_MAX_ANCESTORS = 6
_VISITS_FOR_NAME = 10
_ATTRIBUTE_LENGTH = 40
_ELEMENT = 2
_PAGE_TAGS = frozenset({"html", "body"})


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
            if current["type"] == _ELEMENT and names_itself(current):
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
    editor = None if node.get("tagName") in FIELDS else editor_around(mirror, node)
    if editor is not None:
        return editor
    element: Node | None = None
    marked: Node | None = None
    for current in (node, *drawn_ancestors(mirror, node, _MAX_ANCESTORS)):
        if current["type"] == _ELEMENT:
            attributes = current["attributes"]
            if is_control(current):
                return current
            element = element or current
            if marked is None and ("data-attr" in attributes or "data-testid" in attributes):
                marked = current
    return marked or element or node
