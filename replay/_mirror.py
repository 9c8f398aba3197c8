"""The page as the browser had it, kept up to date change by change.

A node is the very dictionary the recording decoded to; nothing is copied. Each node knows its children
(`childNodes`), `parents` knows each node's parent by id, so that no reference goes round in a circle and memory is
freed without the cyclic collector. Removed nodes are only marked at first: they can still be named for a moment
(a click often arrives just after the button it hit was removed) and are purged together, which is faster.
"""

from operator import itemgetter
from typing import Any

from recordings_mcp.replay._limits import MAX_NODES

Node = dict[str, Any]

_ID = itemgetter("id")
_DOCUMENT = 0
_PURGE_AT = 512
_SIBLINGS_SEARCHED = 500


class Mirror:
    """One window's nodes by id.

    Attributes:
        nodes: every node of the page, and for a while those that were removed.
        parents: the id of each node's parent.
        detached: ids of removed nodes that are not purged yet.
        version: changes whenever nodes come or go.
        truncated: whether nodes were left out because there were too many.
    """

    __slots__ = ("_leftovers", "_shrunk", "detached", "nodes", "parents", "truncated", "version")

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.parents: dict[int, int] = {}
        self.detached: set[int] = set()
        self.version = 0
        self.truncated = False
        self._leftovers = 0
        self._shrunk: set[int] = set()

    def reset(self, root: Node) -> None:
        """Take a full snapshot: nodes from before are gone."""
        self.nodes = {}
        self.parents = {}
        self.detached = set()
        self._shrunk = set()
        self.version += 1
        self._index(root)

    def is_live(self, node: Node) -> bool:
        """Say whether a node found in some `childNodes` is still there."""
        node_id = node["id"]
        return self.nodes.get(node_id) is node and node_id not in self.detached

    def children(self, node: Node) -> list[Node]:
        """Give the children of a node that are still there."""
        children = node.get("childNodes")
        return [child for child in children if self.is_live(child)] if children else []

    def remove(self, removes: list[dict[str, Any]]) -> None:
        """Take nodes out of the page, with all that is in them."""
        for entry in removes:
            node_id = entry["id"]
            if node_id in self.nodes:
                self.detached.add(node_id)
                self._shrunk.add(entry["parentId"])
        self.version += 1
        self._leftovers += len(removes)
        if self._leftovers > _PURGE_AT:
            self._purge()

    def add(self, adds: list[dict[str, Any]]) -> None:
        """Put nodes into the page. They may come in any order: before their parent, or their next sibling."""
        nodes = self.nodes
        waiting: dict[int, list[dict[str, Any]]] = {}
        self.version += 1
        for entry in adds:
            parent_id = entry["parentId"]
            parent = nodes.get(parent_id)
            if parent is None:
                waiting.setdefault(parent_id, []).append(entry)
            else:
                self._attach(entry, parent, parent_id)
        if waiting:
            self._attach_waiting(waiting)

    def set_texts(self, texts: list[dict[str, Any]]) -> None:
        """Change the text of text nodes."""
        nodes = self.nodes
        for entry in texts:
            node = nodes.get(entry["id"])
            if node is not None:
                node["textContent"] = entry["value"]

    def set_attributes(self, changes: list[dict[str, Any]]) -> None:
        """Change attributes; None takes one away."""
        nodes = self.nodes
        for entry in changes:
            node = nodes.get(entry["id"])
            if node is not None:
                node["attributes"].update(entry["attributes"])

    def _index(self, root: Node) -> list[Node]:
        """Take in a node with all that is below it, level by level."""
        parents = self.parents
        order = [root]
        for node in order:
            children = node.get("childNodes")
            if children:
                order += children
                node_id = node["id"]
                for child in children:
                    parents[child["id"]] = node_id
        if len(order) + len(self.nodes) > MAX_NODES:
            self.truncated = True
            del order[max(0, MAX_NODES - len(self.nodes)) :]
        self.nodes.update(zip(map(_ID, order), order, strict=True))
        return order

    def _attach(self, entry: dict[str, Any], parent: Node, parent_id: int) -> list[Node] | None:
        """Put one node in its place; gives all nodes that came with it, if any did."""
        node = entry["node"]
        node_id = node["id"]
        nodes = self.nodes
        if node_id in nodes:
            self._shrunk.add(self.parents.get(node_id, parent_id))
            self._leftovers += 1
        elif len(nodes) >= MAX_NODES:
            self.truncated = True
            return None
        if node["type"] == _DOCUMENT:
            self._replace_documents(parent)
        nodes[node_id] = node
        self.parents[node_id] = parent_id
        self.detached.discard(node_id)
        children = parent.get("childNodes")
        if children:
            next_id = entry.get("nextId")
            if next_id is None:
                children.append(node)
            else:
                children.insert(_position(children, next_id), node)
        else:
            parent["childNodes"] = [node]
        return self._index(node) if node.get("childNodes") else None

    def _replace_documents(self, frame: Node) -> None:
        """A frame shows one document: loading another removes the one before."""
        for child in frame.get("childNodes") or ():
            if child["type"] == _DOCUMENT:
                self.detached.add(child["id"])
                self._shrunk.add(frame["id"])

    def _attach_waiting(self, waiting: dict[int, list[dict[str, Any]]]) -> None:
        """Attach nodes whose parents came after them; orphans are kept by id, so that a click can be named."""
        nodes = self.nodes
        arrived = [parent_id for parent_id in waiting if parent_id in nodes]
        while arrived:
            parent_id = arrived.pop()
            for entry in waiting.pop(parent_id, ()):
                below = self._attach(entry, nodes[parent_id], parent_id)
                arrived.append(entry["node"]["id"])
                if below:
                    arrived += [node["id"] for node in below]
        for entries in waiting.values():
            for entry in entries:
                if len(nodes) < MAX_NODES:
                    self._index(entry["node"])

    def _purge(self) -> None:
        """Forget removed nodes and all that was in them."""
        nodes, parents = self.nodes, self.parents
        gone = [nodes[node_id] for node_id in self.detached if node_id in nodes]
        for node in gone:
            for child in node.get("childNodes") or ():
                if nodes.get(child["id"]) is child and child["id"] not in self.detached:
                    gone.append(child)  # noqa: B909  a work list: what is below is purged next
        shrunk = [nodes[node_id] for node_id in self._shrunk if node_id in nodes]
        for node in gone:
            nodes.pop(node["id"], None)
            parents.pop(node["id"], None)
        self.detached.clear()
        self._shrunk.clear()
        self._leftovers = 0
        for node in shrunk:
            node["childNodes"] = [child for child in node["childNodes"] if nodes.get(child["id"]) is child]


def _position(children: list[Node], next_id: int) -> int:
    """Find where a node goes that stands before `next_id`: mostly near the beginning or the end."""
    for index in range(min(len(children), _SIBLINGS_SEARCHED)):
        if children[index]["id"] == next_id:
            return index
    for index in range(len(children) - 1, max(len(children) - _SIBLINGS_SEARCHED, 0), -1):
        if children[index]["id"] == next_id:
            return index
    return len(children)
