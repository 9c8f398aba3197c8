"""Controls: what was clicked or filled in, and its purpose."""

from dataclasses import dataclass
from typing import Literal

from recordings_mcp.replay.digest.vocabulary import Purpose, is_secondary, purpose_of, words_of
from recordings_mcp.replay.model import Target

Role = Literal["button", "link", "field", "search field", "choice", "tab", "page", "element"]
"""The kind of control, whatever role the page gave it."""

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
    """A control that was clicked or filled in.

    Attributes:
        role: Its kind.
        name: Its visible name. Untrusted text.
        attribute: The developers' name for it. Untrusted text.
        purpose: What it is for, if its name or attribute says so.
        is_secondary: Whether its name is that of a secondary action, such as Cancel or Show more.
    """

    role: Role
    name: str | None
    attribute: str | None
    purpose: Purpose | None
    is_secondary: bool = False


def control_of(target: Target | None) -> Control:
    """Return the control that a target is; for None, an element without a name."""
    if target is None:
        return Control("element", None, None, None)
    role = _ROLES.get(target.role or "", "element")
    names = target.name, target.attribute
    if role == "field" and any(" search " in words_of(name or "") for name in names):
        role = "search field"
    purpose = purpose_of(*names)
    return Control(role, target.name, target.attribute, purpose, is_secondary(target.name))
