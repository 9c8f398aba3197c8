"""Forms that the browser refuses to send. It says so in a bubble of its own, which is never recorded."""

from typing import Any, Final

from recordings_mcp.replay.page.mirror import Mirror, Node

_MOST_AROUND = 30
_SUBMITS: Final = frozenset({"submit", "image"})
_CONSTRAINTS: Final = ("required", "pattern", "min", "max", "minlength", "step")
_CHECKED_TYPES: Final = frozenset(
    {"email", "url", "number", "date", "month", "week", "time", "datetime-local"}
)


def refuses(mirror: Mirror, button: Node, field: Node) -> bool:
    """Return whether the browser may refuse to send the form of a button because of this field.

    Source: HTML, constraint validation: a submitting button checks the fields of its form unless one of them
    has `novalidate` or `formnovalidate`, and the focus moves to the first invalid field.
    """
    form = form_of(mirror, button)
    return form is not None and _is_checked(field) and form_of(mirror, field) is form


def form_of(mirror: Mirror, control: Node) -> Node | None:
    """Return the form that a button submits and checks, or that a field belongs to."""
    attributes: dict[str, Any] = control.get("attributes") or {}
    tag = control.get("tagName")
    submits = attributes.get("type", "submit" if tag == "button" else None) in _SUBMITS
    if (tag == "button" and not submits) or attributes.get("formnovalidate") is not None:
        return None
    form = next(
        (one for one in mirror.ancestors(control, _MOST_AROUND) if one.get("tagName") == "form"), None
    )
    if form is None or (form.get("attributes") or {}).get("novalidate") is not None:
        return None
    return form


def _is_checked(field: Node) -> bool:
    attributes: dict[str, Any] = field.get("attributes") or {}
    return attributes.get("type") in _CHECKED_TYPES or any(
        attributes.get(name) is not None for name in _CONSTRAINTS
    )
