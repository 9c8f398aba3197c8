"""Changes of an element's attributes, as rrweb writes them."""

import re
from typing import Any

from recordings_mcp.replay.shapes import is_fields, is_items

PASSWORD_MARKS = ("data-rr-is-password", "rr_is_password")
"""Attributes with which recorders mark a field that was once a password field (rrweb)."""

_DECLARATION = re.compile(
    r"""(?:[^;"'(]++ | "(?:[^"\\]|\\.)*+"? | '(?:[^'\\]|\\.)*+'? | \((?:[^()"']|"[^"]*+"|'[^']*+')*+ )++""",
    re.VERBOSE | re.DOTALL,
)


def change_attributes(attributes: dict[str, Any], changes: dict[str, Any]) -> None:
    """Change attributes in place: None removes one, and a `style` that is an object changes declarations.

    A password field is marked as one before it changes its type, as when the page shows what was typed.
    """
    if "type" in changes and str(attributes.get("type")).strip().lower() == "password":
        attributes[PASSWORD_MARKS[0]] = "true"
    for name, value in changes.items():
        if value is None:
            attributes.pop(name, None)
        elif name == "style" and is_fields(value):
            style = attributes["style"] = declarations(attributes.get("style"))
            _change_style(style, value)
        else:
            attributes[name] = value


def declarations(style: object) -> dict[str, str]:
    """Return the declarations of a `style` attribute by property, such as `{"color": "red !important"}`.

    Args:
        style: The attribute as it is in a snapshot, a text, or after changes, its declarations.
    """
    if is_fields(style):
        return style
    found: dict[str, str] = {}
    for declaration in _DECLARATION.findall(style) if isinstance(style, str) else ():
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if name and value:
            found[name if name.startswith("--") else name.lower()] = value
    return found


def _change_style(style: dict[str, str], changes: dict[str, Any]) -> None:
    """Set declarations: a value, a value and its priority, or False or None for one that was removed."""
    for name, value in changes.items():
        text, priority = (*value[:2], "")[:2] if is_items(value) and value else (value, "")
        if isinstance(text, str) and text:
            style[name] = f"{text} !{priority}" if priority else text
        else:
            style.pop(name, None)
