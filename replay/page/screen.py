"""A screen of a native mobile app, as PostHog's Android, iOS, Flutter and React Native libraries record it.

A screen is either wireframes (boxes with a type, a text or a value, at absolute places) or a screenshot.
Where there are wireframes, what a finger touched is known by its place; on a screenshot only the place
is.
"""

from typing import Any

from recordings_mcp.replay.limits import MAX_SCREEN_NODES
from recordings_mcp.replay.model import Target
from recordings_mcp.replay.shapes import fields_of, items_of
from recordings_mcp.replay.shortening import one_line, shown_name

Wireframe = dict[str, Any]

_CHILDREN = "childWireframes"
_INPUT_ROLES = {
    "button": "button",
    "checkbox": "checkbox",
    "toggle": "switch",
    "radio": "radio",
    "select": "combobox",
    "progress": "progress bar",
    "password": "password field",
}
_ROLES = {
    "div": "area",
    "rectangle": "area",
    "radio_group": "radio group",
    "status_bar": "status bar",
    "navigation_bar": "navigation bar",
}
_BARS = frozenset({"status_bar", "navigation_bar"})
_TYPED = frozenset({"text", "email", "number", "search", "tel", "url", "password", "text_area"})
_PICTURES = frozenset({"screenshot", "web_view", "placeholder"})
_NAMED_BY_VALUE = frozenset({"button", "checkbox", "toggle", "radio"})


class Screen:
    """The wireframes of one window.

    Attributes:
        width: of the screen, in the units of the wireframes.
        height: of the screen.
        name: as the app calls it.
        keyboard_top: from where on down the keyboard covers it; infinite when there is none.
    """

    def __init__(self, wireframes: object, name: str | None, size: tuple[float, float] | None) -> None:
        self.name = name
        self.width, self.height = size or (0.0, 0.0)
        self.keyboard_top = float("inf")
        self._roots: list[Any] = []
        self._places: dict[object, list[Any]] = {}  # the list each wireframe is in, by its id
        self._wireframes: dict[object, Wireframe] = {}
        for wireframe in items_of(wireframes):
            self._put(fields_of(wireframe), self._roots, len(self._roots))

    def change(self, data: dict[str, Any]) -> list[tuple[Wireframe, Wireframe]]:
        """Take a change; gives each updated wireframe as it was and as it is."""
        updated: list[tuple[Wireframe, Wireframe]] = []
        for entry in items_of(data.get("removes")):
            self._take(entry["id"])
        for entry in items_of(data.get("adds")):
            self._add(entry.get("parentId"), entry["wireframe"])
        for entry in items_of(data.get("updates")):
            wireframe = entry["wireframe"]
            before = self._wireframes.get(wireframe["id"])
            if before is None:
                self._add(entry.get("parentId"), wireframe)
            else:
                siblings, index = self._take(wireframe["id"])
                self._put(wireframe, siblings, index)
                updated.append((before, wireframe))
        return updated

    def at(self, x: float, y: float) -> Wireframe | None:
        """Give the wireframe on top at this place."""
        found = None
        for wireframe in self._in_order():
            left, top = wireframe.get("x") or 0, wireframe.get("y") or 0
            width, height = wireframe.get("width"), wireframe.get("height")
            across = isinstance(width, str) or left <= x <= left + (
                width or 0
            )  # a string is a share, such as 100vw
            down = isinstance(height, str) or top <= y <= top + (height or 0)
            if across and down:
                found = wireframe
        return found

    def has_fields(self) -> bool:
        """Say whether fields to type into are among its wireframes: then these tell what is typed."""
        return any(is_typed_into(wireframe) for wireframe in self._wireframes.values())

    def target(self, x: float, y: float) -> Target | None:
        """Return what is at a place; None if that has no name, or is the background of half the screen."""
        found = self.at(x, y)
        if found is None:
            return None
        width, height = found.get("width"), found.get("height")
        is_background = (
            isinstance(width, (int, float))
            and isinstance(height, (int, float))
            and width * height >= self.width * self.height / 2
        )
        named = found.get("text") or found.get("label") or found.get("type") in _BARS
        return target_of(found) if named or not is_background else None

    def part(self, x: float, y: float) -> Target:
        """Return which part of the screen a place is in: its `attribute` is such as `bottom centre`."""
        down = _third(y, self.height, ("top", "middle", "bottom"))
        across = _third(x, self.width, ("left", "centre", "right"))
        return Target("screen", one_line(self.name or ""), f"{down} {across}")

    def _in_order(self) -> list[Wireframe]:
        """Give all wireframes from bottom to top: parents before children, earlier ones before later."""
        order: list[Wireframe] = []
        stack = self._roots[::-1]
        while stack and len(order) < MAX_SCREEN_NODES:
            wireframe = stack.pop()
            order.append(wireframe)
            stack += items_of(wireframe.get(_CHILDREN))[::-1]
        return order

    def _add(self, parent_id: object, wireframe: Wireframe) -> None:
        if wireframe["id"] in self._wireframes:
            self._take(wireframe["id"])
        parent = self._wireframes.get(parent_id)
        siblings = self._roots if parent is None else parent.setdefault(_CHILDREN, [])
        self._put(wireframe, siblings, len(siblings))

    def _put(self, wireframe: Wireframe, siblings: list[Any], index: int) -> None:
        """Put a wireframe, and what is in it, at a place among others."""
        siblings.insert(index, wireframe)
        waiting = [(wireframe, siblings)]
        while waiting and len(self._wireframes) < MAX_SCREEN_NODES:
            current, place = waiting.pop()
            if self._wireframes.get(current["id"], current) is not current:
                self._take(current["id"])  # apps send a box again within another one
            self._wireframes[current["id"]] = current
            self._places[current["id"]] = place
            children = items_of(current.get(_CHILDREN))
            waiting += [(child, children) for child in children]

    def _take(self, wireframe_id: object) -> tuple[list[Any], int]:
        """Take a wireframe away; gives the place it was at."""
        siblings = self._places.get(wireframe_id, self._roots)
        wireframe = self._wireframes.get(wireframe_id)
        waiting = [] if wireframe is None else [wireframe]
        while waiting:
            current = waiting.pop()
            if self._wireframes.get(current["id"]) is current:
                del self._wireframes[current["id"]], self._places[current["id"]]
                waiting += items_of(current.get(_CHILDREN))
        for index, sibling in enumerate(siblings):
            if sibling is wireframe:
                del siblings[index]
                return siblings, index
        return siblings, len(siblings)


def target_of(wireframe: Wireframe) -> Target | None:
    """Return what a wireframe is, or None if there is nothing to call it by."""
    name = name_of(wireframe)
    if name or wireframe.get("type") in _BARS:
        return Target(role_of(wireframe), name)
    if wireframe.get("type") == "input":
        return Target(role_of(wireframe), attribute=one_line(str(wireframe.get("inputType"))))
    return None


def is_typed_into(wireframe: Wireframe) -> bool:
    """Say whether a wireframe is a field for text."""
    return wireframe.get("type") == "input" and wireframe.get("inputType") in _TYPED


def role_of(wireframe: Wireframe) -> str:
    """Give the role of a wireframe in the words used for web pages."""
    kind = wireframe.get("type")
    if kind == "input":
        return _INPUT_ROLES.get(str(wireframe.get("inputType")), "textbox")
    return _ROLES.get(str(kind)) or one_line(str(kind))


def name_of(wireframe: Wireframe) -> str | None:
    """Give the label or text of a wireframe, or the texts within it."""
    if wireframe.get("type") in _PICTURES:
        return None
    parts = [wireframe.get("label"), wireframe.get("text")]
    if wireframe.get("inputType") in _NAMED_BY_VALUE:
        parts.append(wireframe.get("value"))
    text = next((part for part in parts if isinstance(part, str) and part.strip()), None)
    if text is None:
        within = [fields_of(child).get("text") for child in items_of(wireframe.get(_CHILDREN))]
        text = " ".join(part for part in within if isinstance(part, str))
    return shown_name(text) if text.strip() else None


def _third(place: float, size: float, names: tuple[str, str, str]) -> str:
    return names[min(2, max(0, int(3 * place / size)))] if size > 0 else names[1]
