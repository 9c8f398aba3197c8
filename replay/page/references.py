"""Elements that others refer to: by their `id`, and labels by the `id` of what they label."""

from collections.abc import Iterable
from typing import Any

Node = dict[str, Any]


class References:
    """Where the references of a page lead.

    Attributes:
        later: nodes that came later, and are taken in when somebody looks.
    """

    __slots__ = ("_elements", "_labels", "later")

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._elements: dict[str, Node] = {}
        self._labels: dict[str, Node] = {}
        self.later: list[Iterable[Node]] = [nodes]

    def element(self, element_id: str) -> Node | None:
        """Give the element with this `id`."""
        self._catch_up()
        return self._elements.get(element_id)

    def label(self, element_id: str) -> Node | None:
        """Give the label of the field with this `id`."""
        self._catch_up()
        return self._labels.get(element_id)

    def _catch_up(self) -> None:
        later, self.later = self.later, []
        for nodes in later:
            self._note(nodes)

    def _note(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            attributes = node.get("attributes")
            if attributes:
                if "id" in attributes and isinstance(attributes["id"], str):
                    self._elements[attributes["id"]] = node
                if "for" in attributes and isinstance(attributes["for"], str):
                    self._labels[attributes["for"]] = node
