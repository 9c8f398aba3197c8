"""Trees of nodes with ids: the order of children, and descendants."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from recordings_mcp.replay.limits import MAX_READ_CHILDREN

Node = dict[str, Any]
Change = dict[str, Any]

_PARENT_ID = itemgetter("parentId")
_UNSORTED = 64


class Additions:
    """Added nodes by parent, until they are inserted among their parents' children.

    They arrive in batches. A batch is sorted by parent only when one of its parents is requested.
    """

    __slots__ = ("_batches", "_by_parent")

    def __init__(self) -> None:
        self._batches: list[tuple[list[Change], set[int]]] = []
        self._by_parent: dict[int, list[Change]] = {}

    def put(self, adds: list[Change]) -> None:
        """Add a batch."""
        self._batches.append((adds, set(map(_PARENT_ID, adds))))

    def pop(self, parent_id: int) -> list[Change] | None:
        """Remove and return the additions to a node, in the order of their arrival."""
        if self._batches:
            self._sort(parent_id if len(self._batches) <= _UNSORTED else None)
        return self._by_parent.pop(parent_id, None)

    def keep(self, is_current: Callable[[Change], bool], gone: set[int]) -> None:
        """Forget additions that were replaced or removed, and those to removed parents."""
        self._sort(None)
        self._by_parent = {
            parent_id: [entry for entry in entries if is_current(entry)]
            for parent_id, entries in self._by_parent.items()
            if parent_id not in gone
        }

    def _sort(self, parent_id: int | None) -> None:
        """Sort by parent the batches that add to this parent, or all batches if it is None."""
        by_parent = self._by_parent
        unsorted: list[tuple[list[Change], set[int]]] = []
        for batch in self._batches:
            if parent_id is not None and parent_id not in batch[1]:
                unsorted.append(batch)
                continue
            for entry in batch[0]:
                parent = entry["parentId"]
                if parent in by_parent:
                    by_parent[parent].append(entry)
                else:
                    by_parent[parent] = [entry]
        self._batches = unsorted


def in_order(children: list[Node], added: list[dict[str, Any]]) -> list[Node]:
    """Insert additions among children: each before the sibling of its `nextId`, or at the end.

    In a linked list each insertion takes constant time. An addition before a sibling that has not arrived yet
    waits at the end for it. A node that is added again leaves its old place. Where there are very many,
    additions keep the order of their arrival.
    """
    if len(children) + len(added) > MAX_READ_CHILDREN or all(entry.get("nextId") is None for entry in added):
        return children + [entry["node"] for entry in added]
    chain = _Chain()
    for child in children:
        chain.put(child, None)
    for entry in added:
        chain.put(entry["node"], entry.get("nextId"))
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

    def _insert(self, node: Node, before: int | None) -> None:
        node_id = node["id"]
        following, preceding = self._following, self._preceding
        if node_id in self._nodes:
            first, second = preceding[node_id], following[node_id]
            following[first], preceding[second] = second, first
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
