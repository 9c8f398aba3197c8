"""Elements that others refer to: by their `id`, and labels by the `id` of what they label."""

from collections.abc import Iterable
from typing import Any

Node = dict[str, Any]


class References:
    """Where the references of a page lead.

    Attributes:
        elements: elements by their `id`.
        labels: label elements by the `id` of the field they name.
    """

    __slots__ = ("elements", "labels")

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.elements: dict[str, Node] = {}
        self.labels: dict[str, Node] = {}
        self.note(nodes)

    def note(self, nodes: Iterable[Node]) -> None:
        """Take in nodes that came later."""
        for node in nodes:
            attributes = node.get("attributes")
            if attributes:
                if "id" in attributes and isinstance(attributes["id"], str):
                    self.elements[attributes["id"]] = node
                if "for" in attributes and isinstance(attributes["for"], str):
                    self.labels[attributes["for"]] = node
