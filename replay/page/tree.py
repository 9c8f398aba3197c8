"""Trees of nodes with ids: the order of children, and descendants."""

from collections.abc import Callable, Iterable
from typing import Any

from recordings_mcp.replay.limits import MAX_READ_CHILDREN

Node = dict[str, Any]
Change = dict[str, Any]


def in_order(children: list[Node], changes: list[Change]) -> list[Node]:
    """Return the children of a node after additions and removals, which are applied in their order.

    An addition has a `node`, and is inserted before the sibling of its `nextId`, or at the end; before a
    sibling that has not arrived yet it waits at the end for it. A removal has an `id` only. In a linked list
    each takes constant time. Where there are very many, additions keep the order of their arrival.
    """
    added = [entry for entry in changes if "node" in entry]
    if len(children) + len(added) > MAX_READ_CHILDREN or all(entry.get("nextId") is None for entry in added):
        return children + [entry["node"] for entry in added]  # whatever was removed is another object
    chain = _Chain()
    for child in children:
        chain.put(child, None)
    for entry in changes:
        if "node" in entry:
            chain.put(entry["node"], entry.get("nextId"))
        else:
            chain.remove(entry["id"])
    return chain.nodes()


class _Chain:
    """A linked list of nodes by id. None marks both its beginning and its end."""

    def __init__(self) -> None:
        self._nodes: dict[int, Node] = {}
        self._following: dict[int | None, int | None] = {None: None}
        self._preceding: dict[int | None, int | None] = {None: None}
        self._waiting: dict[int, list[Node]] = {}

    def put(self, node: Node, before: int | None) -> None:
        """Insert a node before another, or at the end, and move those that waited for it before it."""
        self._insert(node, before)
        if before is not None and before not in self._nodes:
            self._waiting.setdefault(before, []).append(node)
        for waiting in self._waiting.pop(node["id"], ()):
            self._insert(waiting, node["id"])

    def remove(self, node_id: int) -> None:
        """Remove a node if it is here; others may wait for it to return."""
        if self._nodes.pop(node_id, None) is not None:
            self._close(node_id)

    def _close(self, node_id: int) -> None:
        """Link the two neighbours of a node with each other."""
        first, second = self._preceding[node_id], self._following[node_id]
        self._following[first], self._preceding[second] = second, first

    def _insert(self, node: Node, before: int | None) -> None:
        node_id = node["id"]
        following, preceding = self._following, self._preceding
        if node_id in self._nodes:
            self._close(node_id)
        if before == node_id or before not in self._nodes:
            before = None
        self._nodes[node_id] = node
        previous = preceding[before]
        following[previous], preceding[node_id] = node_id, previous
        following[node_id], preceding[before] = before, node_id

    def nodes(self) -> list[Node]:
        """Return the nodes in order."""
        result: list[Node] = []
        current = self._following[None]
        while current is not None:
            result.append(self._nodes[current])
            current = self._following[current]
        return result


def within(roots: set[int], node_ids: Iterable[int], parent_of: Callable[[int], int | None]) -> set[int]:
    """Return the roots, and all of these nodes that descend from one of them. Cycles descend from none."""
    found = set(roots)
    outside: set[int | None] = {None}
    for node_id in node_ids:
        path: list[int] = []
        current: int | None = node_id
        while current is not None and current not in found and current not in outside:
            path.append(current)
            outside.add(current)
            current = parent_of(current)
        if current in found:
            outside.difference_update(path)
            found.update(path)
    return found
