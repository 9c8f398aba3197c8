"""What Chromium calls a clicked control, compared with what the timeline calls it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recordings_mcp.replay import Target

_ROLES = {
    "ColorWell": "color field",
    "ComboBoxSelect": "combobox",
    "Date": "date field",
    "DateTime": "date field",
    "DisclosureTriangle": "summary",
    "DisclosureTriangleGrouped": "summary",
    "InputTime": "time field",
    "LabelText": "label",
    "MenuListOption": "option",
    "MenuListPopup": "combobox",
}
"""Chromium's own roles, by the words of the timeline."""

_CONTROLS = frozenset(
    {"button", "checkbox", "combobox", "gridcell", "link", "listbox", "menuitem", "menuitemcheckbox"}
    | {"menuitemradio", "option", "radio", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox"}
    | {"treeitem", *_ROLES}
)
_SAME_ROLES = {("password field", "textbox"), ("file field", "button")}
# Icon fonts draw them; the timeline leaves them out.
_ICONS = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Accessible:
    """A node of Chromium's accessibility tree; the role is None if the tree ignores the node."""

    role: str | None
    name: str


def control_among(ancestry: Sequence[Accessible]) -> Accessible | None:
    """Return the control that a node belongs to: the first of its ancestors, or itself."""
    return next((node for node in ancestry if node.role in _CONTROLS), None)


def same_role(target: Target, control: Accessible) -> bool:
    """Return whether the timeline gives a control the role that Chromium gives it."""
    role = _ROLES.get(control.role or "", control.role)
    return target.role == role or (target.role, role) in _SAME_ROLES


def same_name(target: Target, control: Accessible) -> bool:
    """Return whether the timeline gives a control the name that Chromium gives it, as far as it is shown."""
    ours, theirs = _plain(target.name or ""), _plain(control.name)
    if ours.endswith("…"):
        return theirs.startswith(ours[:-1].rstrip())
    return ours == theirs


def _plain(name: str) -> str:
    return " ".join(_ICONS.sub(" ", name).replace('"', "'").split())
