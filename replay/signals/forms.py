"""Forms that the browser refuses to send. It says so in a bubble of its own, which is never recorded."""

from collections.abc import Mapping
from typing import Any, Final

from recordings_mcp.replay.page.fields import field_type
from recordings_mcp.replay.page.mirror import Mirror, Node
from recordings_mcp.replay.shapes import fields_of

_MOST_AROUND = 30
_MOST_READ = 300
_NEVER_REQUIRED: Final = frozenset({"hidden", "range", "color", "submit", "image", "reset", "button"})
_BUTTONS: Final = frozenset({"button", "input"})
_SUBMITS: Final = frozenset({"submit", "image"})
_CONSTRAINTS: Final = ("required", "pattern", "min", "max", "minlength", "step")
_CHECKED_TYPES: Final = frozenset(
    {"email", "url", "number", "date", "month", "week", "time", "datetime-local"}
)


def refuses(mirror: Mirror, button: Node, field: Node) -> bool:
    """Return whether the browser may have refused to send the form of a button because of this field.

    Source: HTML, constraint validation: a submitting button checks the fields of its form unless one of them
    has `novalidate` or `formnovalidate`, and the focus moves to the first invalid field.
    """
    form = _validated_form_of(mirror, button)
    return form is not None and _is_checked(field) and _form_around(mirror, field) is form


def submits(mirror: Mirror, control: Node) -> bool:
    """Return whether a control submits a form."""
    tag = control.get("tagName")
    if tag not in _BUTTONS:
        return False
    submits_alone = tag == "button" and fields_of(control.get("attributes")).get("type") is None
    return (submits_alone or field_type(control) in _SUBMITS) and _form_around(mirror, control) is not None


def _validated_form_of(mirror: Mirror, button: Node) -> Node | None:
    """Return the form that a button submits, if the browser checks it first."""
    if not submits(mirror, button) or fields_of(button.get("attributes")).get("formnovalidate") is not None:
        return None
    form = _form_around(mirror, button)
    return None if form is None or fields_of(form.get("attributes")).get("novalidate") is not None else form


def _form_around(mirror: Mirror, control: Node) -> Node | None:
    around = mirror.ancestors(control, _MOST_AROUND)
    return next((one for one in around if one.get("tagName") == "form"), None)


def _is_checked(field: Node) -> bool:
    attributes: dict[str, Any] = field.get("attributes") or {}
    return field_type(field) in _CHECKED_TYPES or any(
        attributes.get(name) is not None for name in _CONSTRAINTS
    )


def missing_field(mirror: Mirror, button: Node, filled: Mapping[int, bool]) -> Node | None:
    """Return the first required field of a button's form that is empty: the browser does not send the form.

    Args:
        mirror: The page.
        button: What was clicked.
        filled: Whether each field that changed since its snapshot has a value.
    """
    form = _validated_form_of(mirror, button)
    waiting, read = [] if form is None else [form], 0
    while waiting and read < _MOST_READ:
        node = waiting.pop()
        read += 1
        if _is_missing(node, filled):
            return node
        waiting += reversed(mirror.children(node)[: _MOST_READ - read])
    return None


def _is_missing(node: Node, filled: Mapping[int, bool]) -> bool:
    attributes: dict[str, Any] = node.get("attributes") or {}
    if node.get("tagName") not in ("input", "textarea") or attributes.get("required") is None:
        return False
    if any(attributes.get(name) is not None for name in ("disabled", "readonly")):
        return False
    kind = field_type(node)
    if kind == "radio" or kind in _NEVER_REQUIRED:
        return False
    value = attributes.get("checked" if kind == "checkbox" else "value")
    return not filled.get(node["id"], value not in (None, "", False))
