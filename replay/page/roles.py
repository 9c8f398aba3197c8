"""Roles of elements, and which elements are controls.

Roles are those of browsers (W3C, HTML Accessibility API Mappings), in the words of the timeline.
"""

from recordings_mcp.replay.page.fields import field_type, is_editor
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.shortening import one_line

FIELDS = frozenset({"input", "select", "textarea"})
BUTTON_TYPES = frozenset({"button", "submit", "reset", "image"})
_ATTRIBUTE_LENGTH = 40
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


def is_control(node: Node) -> bool:
    """Return whether a person can operate an element, by its tag or its `role`."""
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
        return "button" if kind in BUTTON_TYPES else _INPUT_ROLES.get(kind, "textbox")
    if tag == "a" and not attributes.get("href"):
        return "a"
    return _TAG_ROLES.get(tag) or one_line(str(tag), _ATTRIBUTE_LENGTH)
