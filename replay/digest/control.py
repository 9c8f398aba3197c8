"""What was clicked or filled in, and what it is for."""

from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.vocabulary import Purpose, looks_around, purpose_of, words_of
from recordings_mcp.replay.model import Target

Role = Literal["button", "link", "field", "search field", "choice", "tab", "page", "element"]
"""What a control is, in the words of this project, whatever role the page gave it."""

_ROLES: dict[str, Role] = {
    "button": "button",
    "link": "link",
    "a": "link",
    "tab": "tab",
    "menuitem": "tab",
    "summary": "tab",
    "textbox": "field",
    "password field": "field",
    "date field": "field",
    "time field": "field",
    "file field": "field",
    "color field": "field",
    "spinbutton": "field",
    "slider": "field",
    "combobox": "field",
    "listbox": "field",
    "searchbox": "search field",
    "checkbox": "choice",
    "radio": "choice",
    "switch": "choice",
    "option": "choice",
    "label": "choice",
    "page": "page",
}


@dataclass(frozen=True, slots=True)
class Control:
    """What was clicked or filled in.

    Attributes:
        role: What it is.
        name: What it shows. Untrusted text.
        attribute: What developers call it. Untrusted text.
        purpose: What it is for, if its names tell.
        arranges: Whether its name says that it opens, closes or arranges something, and sends nothing off.
    """

    role: Role
    name: str | None
    attribute: str | None
    purpose: Purpose | None
    arranges: bool = False


def control_of(target: Target | None) -> Control:
    """Return what a target is; one that is not known is an element without a name."""
    if target is None:
        return Control("element", None, None, None)
    role = _ROLES.get(target.role or "", "element")
    names = target.name, target.attribute
    if role == "field" and any(" search " in words_of(name or "") for name in names):
        role = "search field"
    purpose = purpose_of(*names)
    return Control(role, target.name, target.attribute, purpose, looks_around(target.name))
