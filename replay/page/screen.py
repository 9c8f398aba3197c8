"""A screen of a native mobile app, as PostHog's Android, iOS, Flutter and React Native libraries record it.

A screen is either wireframes (boxes with a type, a text or a value, at absolute positions) or a screenshot.
With wireframes, a touched element is found by its position; on a screenshot only the position is known.
"""

from typing import Any

from recordings_mcp.replay.limits import MAX_SCREEN_NODES
from recordings_mcp.replay.model import Target
from recordings_mcp.replay.shapes import fields_of, items_of
from recordings_mcp.replay.shortening import one_line, shown_name
from recordings_mcp.replay.work import Work

Wireframe = dict[str, Any]

_VISITS = 4  # to a node of a page take as long as one to a wireframe
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
        width: The screen's width, in the units of the wireframes.
        height: The screen's height.
        name: The app's name for the screen.
        keyboard_top: The y position from which the keyboard covers the screen; infinite if it is closed.
    """

    def __init__(
        self, wireframes: object, name: str | None, size: tuple[float, float] | None, work: Work
    ) -> None:
        self._work = work
        self.name = name
        self.width, self.height = size or (0.0, 0.0)
        self.keyboard_top = float("inf")
        self._roots: list[Any] = []
        self._places: dict[object, list[Any]] = {}  # the list each wireframe is in, by its id
        self._wireframes: dict[object, Wireframe] = {}
        for wireframe in items_of(wireframes):
            self._insert(fields_of(wireframe), self._roots, len(self._roots))

    def change(self, data: dict[str, Any]) -> list[tuple[Wireframe, Wireframe]]:
        """Apply a change; return each updated wireframe before and after it."""
        updated: list[tuple[Wireframe, Wireframe]] = []
        for entry in items_of(data.get("removes")):
            self._remove(entry["id"])
        for entry in items_of(data.get("adds")):
            self._add(entry.get("parentId"), entry["wireframe"])
        for entry in items_of(data.get("updates")):
            wireframe = entry["wireframe"]
            before = self._wireframes.get(wireframe["id"])
            if before is None:
                self._add(entry.get("parentId"), wireframe)
            else:
                siblings, index = self._remove(wireframe["id"])
                self._insert(wireframe, siblings, index)
                updated.append((before, wireframe))
        return updated

    def at(self, x: float, y: float) -> Wireframe | None:
        """Return the topmost wireframe at this position; None if the budget of work is spent."""
        found = None
        if self._work.spent:
            self._work.unnamed += 1
            return None
        for wireframe in self._in_order():
            left, top = wireframe.get("x") or 0, wireframe.get("y") or 0
            width, height = wireframe.get("width"), wireframe.get("height")
            across = isinstance(width, str) or left <= x <= left + (
                width or 0
            )  # a string is relative, such as 100vw
            down = isinstance(height, str) or top <= y <= top + (height or 0)
            if across and down:
                found = wireframe
        return found

    def has_fields(self) -> bool:
        """Return whether the screen has text fields, whose changes then report typing."""
        self._work.visit(len(self._wireframes))
        return any(is_typed_into(wireframe) for wireframe in self._wireframes.values())

    def target(self, x: float, y: float) -> Target | None:
        """Return the target at a position; None if it is unnamed, or the background of half the screen."""
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
        """Return the part of the screen at a position, with an `attribute` such as `bottom centre`."""
        down = _third(y, self.height, ("top", "middle", "bottom"))
        across = _third(x, self.width, ("left", "centre", "right"))
        return Target("screen", one_line(self.name or ""), f"{down} {across}")

    def _in_order(self) -> list[Wireframe]:
        """Return all wireframes from bottom to top: parents before children, earlier ones before later."""
        order: list[Wireframe] = []
        stack = self._roots[::-1]
        while stack and len(order) < MAX_SCREEN_NODES:
            wireframe = stack.pop()
            order.append(wireframe)
            stack += items_of(wireframe.get(_CHILDREN))[::-1]
        self._work.visit(_VISITS * len(order))
        return order

    def _add(self, parent_id: object, wireframe: Wireframe) -> None:
        if wireframe["id"] in self._wireframes:
            self._remove(wireframe["id"])
        parent = self._wireframes.get(parent_id)
        siblings = self._roots if parent is None else parent.setdefault(_CHILDREN, [])
        self._insert(wireframe, siblings, len(siblings))

    def _insert(self, wireframe: Wireframe, siblings: list[Any], index: int) -> None:
        """Insert a wireframe, with its descendants, at a place among its siblings."""
        siblings.insert(index, wireframe)
        waiting = [(wireframe, siblings)]
        while waiting and len(self._wireframes) < MAX_SCREEN_NODES:
            current, place = waiting.pop()
            if self._wireframes.get(current["id"], current) is not current:
                self._remove(current["id"])  # apps may send a box again inside another one
            self._wireframes[current["id"]] = current
            self._places[current["id"]] = place
            children = items_of(current.get(_CHILDREN))
            waiting += [(child, children) for child in children]

    def _remove(self, wireframe_id: object) -> tuple[list[Any], int]:
        """Remove a wireframe; return the siblings and index at which it was."""
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
                self._work.visit(index)
                del siblings[index]
                return siblings, index
        return siblings, len(siblings)


def target_of(wireframe: Wireframe) -> Target | None:
    """Return a wireframe as a target, or None if it cannot be named."""
    name = name_of(wireframe)
    if name or wireframe.get("type") in _BARS:
        return Target(role_of(wireframe), name)
    if wireframe.get("type") == "input":
        return Target(role_of(wireframe), attribute=one_line(str(wireframe.get("inputType"))))
    return None


def is_typed_into(wireframe: Wireframe) -> bool:
    """Return whether a wireframe is a text field."""
    return wireframe.get("type") == "input" and wireframe.get("inputType") in _TYPED


def role_of(wireframe: Wireframe) -> str:
    """Return the role of a wireframe, in the terms used for web pages."""
    kind = wireframe.get("type")
    if kind == "input":
        return _INPUT_ROLES.get(str(wireframe.get("inputType")), "textbox")
    return _ROLES.get(str(kind)) or one_line(str(kind))


def name_of(wireframe: Wireframe) -> str | None:
    """Return the label or text of a wireframe, or else the texts of its children."""
    if wireframe.get("type") in _PICTURES:
        return None
    parts = [wireframe.get("label")]
    if not is_typed_into(wireframe):
        parts.append(wireframe.get("text"))
    if wireframe.get("inputType") in _NAMED_BY_VALUE:
        parts.append(wireframe.get("value"))
    text = next((part for part in parts if isinstance(part, str) and part.strip()), None)
    if text is None:
        children = map(fields_of, items_of(wireframe.get(_CHILDREN)))
        within = [child.get("text") for child in children if not is_typed_into(child)]
        text = " ".join(part for part in within if isinstance(part, str))
    return shown_name(text) if text.strip() else None


def _third(place: float, size: float, names: tuple[str, str, str]) -> str:
    return names[min(2, max(0, int(3 * place / size)))] if size > 0 else names[1]
