"""A rebuilt page.

Pages change far more often than people act on them, so as little as possible is done before a node must be
named:

- A node is the dictionary as decoded from the recording, an addition is the entry as decoded.
- A snapshot is not indexed. rrweb numbers nodes in document order, so a node is found by descending the tree.
  If that fails, as in later snapshots of one document, the whole snapshot is indexed.
- Additions are stored by parent, and inserted among their siblings when these are read. All that happened to
  the children of one parent is applied at once and in order, so it makes no difference when they are read.

Parents are stored by id, not by reference. So there are no reference cycles, and memory is freed without the
cyclic garbage collector. Removed nodes are only marked, and swept later: a click may arrive after the button
it hit was removed, and still needs its name.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, islice, pairwise
from operator import itemgetter

from recordings_mcp.replay.limits import MAX_NODES, MAX_READ_CHILDREN
from recordings_mcp.replay.page.attributes import change_attributes
from recordings_mcp.replay.page.tree import Change, Node, in_order, within
from recordings_mcp.replay.work import Work

_ID = itemgetter("id")
_NODE = itemgetter("node")
_DOCUMENT = 0
_REFERRED = ("id", "for")
_MAX_REFERRED = 20
_SWEEP_AFTER = 20_000
_MAX_SCANNED = 5_000_000
_SCANNED_PER_ADDITION = 500
_MAX_DESCENTS = 200
DAMAGED = (KeyError, TypeError, AttributeError, ValueError)
"""What a malformed tree raises."""


class References:
    """An index of the elements that attributes of other elements refer to, or that refer to others.

    Attributes:
        later: Nodes that are indexed at the next look-up.
    """

    __slots__ = ("_found", "later")

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._found: dict[tuple[str, str], list[Node]] = {}
        self.later: list[Iterable[Node]] = [nodes]

    def of(self, attribute: str, value: str) -> list[Node]:
        """Return elements whose `id` or `for` is this, those that were added last first; of many not all."""
        later, self.later = self.later, []
        for node in chain.from_iterable(later):
            attributes = node.get("attributes")
            if attributes:
                for name in _REFERRED:
                    if name in attributes and isinstance(attributes[name], str):
                        self._found.setdefault((name, attributes[name]), []).append(node)
        latest = reversed(self._found.get((attribute, value), ()))
        return [node for node in islice(latest, _MAX_REFERRED) if node["attributes"].get(attribute) == value]


class Page:
    """One window's page.

    Attributes:
        damaged: The number of changes that could not be fully applied.
        truncated: Whether nodes were left out because there were too many.
    """

    def __init__(self, work: Work) -> None:
        self.damaged = 0
        self.truncated = False
        self._work = work
        self.reset({"id": 0, "type": _DOCUMENT})

    def reset(self, root: Node) -> None:
        """Load a full snapshot, and discard all earlier nodes and changes."""
        self._root = root
        self._indexed = False
        self._descents = 0
        self._nodes: dict[
            int, Node
        ] = {}  # nodes of the snapshot as far as found, and of subtrees added as a whole
        self._parents: dict[int, int] = {}  # the parents of these
        self._entries: dict[int, Change] = {}  # all other additions, by the id of the node
        self._unread: defaultdict[int, list[Change]] = defaultdict(
            list
        )  # additions that are not yet in the childNodes of their parents, by the id of the parent
        self._detached: set[int] = set()
        self._leftovers = 0  # additions and removals since the last sweep
        self._scans_left = _MAX_SCANNED  # how many nodes of very long lists may still be scanned
        self._references: References | None = None

    def change(self, change: Change) -> None:
        """Apply removes, adds, texts and attributes, in this order; a malformed change as far as possible."""
        try:
            self._apply(change)
        except DAMAGED:
            self.damaged += 1
        if self._leftovers > max(_SWEEP_AFTER, 3 * (len(self._nodes) + len(self._entries)) // 2):
            self._sweep()

    def node(self, node_id: int) -> Node | None:
        """Return a node that is on the page, or was removed a moment ago."""
        return self.known(node_id) or (None if self._indexed else self._find(node_id))

    def known(self, node_id: int) -> Node | None:
        """Return a node that was added, or requested before."""
        entry = self._entries.get(node_id)
        if entry is not None:
            node: Node = entry["node"]
            return node
        return self._nodes.get(node_id)

    def parent(self, node: Node) -> Node | None:
        """Return the parent of a node."""
        ancestors = self.ancestors(node, 1)
        return ancestors[0] if ancestors else None

    def ancestors(self, node: Node, most: int) -> list[Node]:
        """Return at most `most` ancestors of a node, the nearest first."""
        ancestors: list[Node] = []
        entries, nodes, parents = self._entries, self._nodes, self._parents
        node_id = node["id"]
        while len(ancestors) < most:
            entry = entries.get(node_id)
            parent_id = parents.get(node_id) if entry is None else entry["parentId"]
            if parent_id is None and not self._indexed:
                self._find(node_id)
                nodes, parents = self._nodes, self._parents
                parent_id = parents.get(node_id)
            if parent_id is None:
                break
            entry = entries.get(parent_id)
            above = nodes.get(parent_id) if entry is None else entry["node"]
            if above is None:
                above = self.node(parent_id)
                nodes, parents = self._nodes, self._parents
                if above is None:
                    break
            ancestors.append(above)
            node_id = above["id"]
        self._work.visit(len(ancestors))
        return ancestors

    def children(self, node: Node) -> Sequence[Node]:
        """Return the children of a node, in order; of very many not all."""
        children: list[Node] = node.get("childNodes") or []
        changes = self._unread.pop(node["id"], None)
        if changes is not None:
            self._work.visit(min(len(children), MAX_READ_CHILDREN))
            node["childNodes"] = children = in_order(children, changes)
        if not children or not (self._entries or self._detached):
            return children
        if len(children) > MAX_READ_CHILDREN:
            if len(children) > self._scans_left:
                children = children[:MAX_READ_CHILDREN]
                self._work.visit(len(children))
                return self._live(children)
            self._scans_left -= len(children)
        self._work.visit(len(children))
        live = self._live(children)
        if len(live) < len(children):
            node["childNodes"] = live
        return live

    def _live(self, children: list[Node]) -> list[Node]:
        """Return the nodes that were not removed, or replaced by others with the same id."""
        entries, nodes, detached = self._entries, self._nodes, self._detached
        return [
            child
            for child in children
            if (node_id := child["id"]) not in detached
            and (entries[node_id]["node"] if node_id in entries else nodes.get(node_id, child)) is child
        ]

    def references(self) -> References:
        """Return the index of references."""
        if self._references is None:
            self._references = References(self.nodes())
        return self._references

    def nodes(self) -> list[Node]:
        """Return all nodes that are on the page, or were removed a moment ago."""
        self._index_root()
        return self._known()

    def _known(self) -> list[Node]:
        nodes = [node for node_id, node in self._nodes.items() if node_id not in self._entries]
        nodes += [entry["node"] for entry in self._entries.values()]
        return nodes

    def _parent_id(self, node_id: int) -> int | None:
        entry = self._entries.get(node_id)
        return self._parents.get(node_id) if entry is None else entry["parentId"]

    def _apply(self, change: Change) -> None:
        removes = change.get("removes")
        if removes:
            self._leftovers += len(removes)
            self._detached.update([entry["id"] for entry in removes])
        adds = change.get("adds")
        if adds:
            self._leftovers += len(adds)
            self._scans_left += _SCANNED_PER_ADDITION * len(adds)
            self._add(adds)
        for entry in change.get("texts") or ():
            node = self.node(entry["id"])
            if node is not None:
                node["textContent"] = entry["value"]
        for entry in change.get("attributes") or ():
            node = self.node(entry["id"])
            if node is not None:
                change_attributes(node["attributes"], entry["attributes"])
                if self._references is not None and not entry["attributes"].keys().isdisjoint(_REFERRED):
                    self._references.later.append((node,))

    def _add(self, adds: list[Change]) -> None:
        """Add nodes to the page in any order: parents and siblings are looked up later, by id."""
        if len(self._nodes) + len(self._entries) + len(adds) > MAX_NODES:
            self.truncated = True
            return
        nodes = list(map(_NODE, adds))
        node_ids = list(map(_ID, nodes))
        self._entries.update(zip(node_ids, adds, strict=True))
        unread = self._unread
        if not self._detached.isdisjoint(node_ids):
            returned = self._detached.intersection(node_ids)
            self._detached -= returned
            for entry in adds:
                if entry["node"]["id"] in returned:
                    unread[entry["parentId"]].append({"id": entry["node"]["id"]})
        for entry in adds:
            unread[entry["parentId"]].append(entry)
        if self._references is not None:
            self._references.later.append(nodes)
        for node in nodes:
            if node.get("childNodes"):
                self._add_subtree(node)

    def _add_subtree(self, root: Node) -> None:
        """Add the descendants of a node that arrived with its children, such as the document of a frame."""
        order = self._walk(root)
        for node in order[1:]:
            self._entries.pop(node["id"], None)
        self._nodes.update({node["id"]: node for node in order})
        self._detached.difference_update([node["id"] for node in order])
        if self._references is not None:
            self._references.later.append(order)
        frame = self.parent(root) if root["type"] == _DOCUMENT else None
        for child in self.children(frame) if frame else ():
            if child["type"] == _DOCUMENT and child is not root:
                self._detached.add(child["id"])  # a frame shows one document; a new one replaces it

    def _walk(self, root: Node) -> list[Node]:
        """Return a node and its descendants, and store their parents."""
        parents = self._parents
        order = [root]
        for node in order:
            children = node.get("childNodes")
            if children:
                order += children
                node_id = node["id"]
                for child in children:
                    parents[child["id"]] = node_id
        if len(order) + len(self._nodes) > MAX_NODES:
            self.truncated = True
            del order[max(0, MAX_NODES - len(self._nodes)) :]
        return order

    def _find(self, node_id: int) -> Node | None:
        """Find a node of the snapshot; search a malformed one as far as possible."""
        self._descents += 1
        try:
            if self._descents <= _MAX_DESCENTS and self._descend(node_id):
                return self._nodes[node_id]
        except DAMAGED:
            self.damaged += 1
        self._index_root()
        return self._nodes.get(node_id)

    def _descend(self, node_id: int) -> bool:
        """Descend to where a node must be if ids are in document order; return whether it is there."""
        node, path = self._root, [self._root]
        while node["id"] != node_id and node.get("childNodes"):
            children = node["childNodes"]
            node = children[bisect_right(children, node_id, key=_ID) - 1]
            path.append(node)
        if node["id"] != node_id:
            return False
        self._work.visit(len(path))
        for node in path:  # those above are usually requested next
            self._nodes.setdefault(node["id"], node)
        for above, below in pairwise(path):
            self._parents.setdefault(below["id"], above["id"])
        return True

    def _index_root(self) -> None:
        if self._indexed:
            return
        self._indexed = True
        later, self._parents = self._parents, {}
        try:
            nodes = {node["id"]: node for node in self._walk(self._root)}
        except DAMAGED:
            self.damaged += 1
            nodes = {}
        self._parents |= later
        self._nodes = nodes | self._nodes

    def _sweep(self) -> None:
        """Forget removed nodes and their descendants."""
        self._index_root()
        for parent_id in list(self._unread):
            parent = self.known(parent_id)
            if parent is not None:
                self.children(parent)
        gone = within(self._detached, [*self._nodes, *self._entries], self._parent_id)
        self._references = None
        for node_id in gone:
            self._nodes.pop(node_id, None)
            self._parents.pop(node_id, None)
            self._entries.pop(node_id, None)
            self._unread.pop(node_id, None)
        for node in self._known():
            children = node.get("childNodes")
            if children and not gone.isdisjoint([child["id"] for child in children]):
                node["childNodes"] = [child for child in children if child["id"] not in gone]
        self._detached.clear()
        self._leftovers = 0
