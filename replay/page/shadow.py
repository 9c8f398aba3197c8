"""Shadow roots: what a component draws, and where it shows the children that it was given.

rrweb records the nodes of a shadow root as children of its host, each with `isShadow`. The person sees the
flat tree (DOM, "Slots"): the shadow root instead of the host's own children, and these in its slots.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from recordings_mcp.replay.page.mirror import Mirror, Node
from recordings_mcp.replay.shapes import fields_of

_MAX_DEPTH = 200
_MAX_VISITED = 300
_DOCUMENT = 0
_ELEMENT = 2
_TEXT = 3


def root_of(mirror: Mirror, node: Node) -> Node | None:
    """Return what the tree of a node belongs to: the host of its shadow root, or its document."""
    for below, above in pairwise([node, *mirror.ancestors(node, _MAX_DEPTH)]):
        if below.get("isShadow") or above["type"] == _DOCUMENT:
            return above
    return None


def above_in_tree(mirror: Mirror, node: Node, most: int) -> list[Node]:
    """Return at most `most` ancestors of a node in its own shadow root or document, the nearest first."""
    found: list[Node] = []
    for below, above in pairwise([node, *mirror.ancestors(node, most)]):
        if below.get("isShadow") or above["type"] == _DOCUMENT:
            break
        found.append(above)
    return found


def drawn_children(mirror: Mirror, node: Node) -> Sequence[Node]:
    """Return the children of a node in the flat tree."""
    children = mirror.children(node)
    if node.get("isShadowHost"):
        return [child for child in children if child.get("isShadow")] or children
    if node.get("tagName") == "slot":
        return _assigned(mirror, node) or children
    return children


def drawn_ancestors(mirror: Mirror, node: Node, most: int) -> list[Node]:
    """Return at most `most` ancestors of a node in the flat tree, the nearest first."""
    ancestors = mirror.ancestors(node, most)
    for index, (below, host) in enumerate(pairwise([node, *ancestors])):
        if host.get("isShadowHost") and not below.get("isShadow"):
            slot = _slot_for(mirror, host, below)
            if slot is not None:
                return [*ancestors[:index], slot, *drawn_ancestors(mirror, slot, most - index - 1)]
    return ancestors


def nodes_of_shadow(mirror: Mirror, host: Node) -> list[Node]:
    """Return the elements in a shadow root, without those in roots below it; of very many not all."""
    found: list[Node] = []
    waiting = deque([host])
    room = 0 if mirror.work.spent else _MAX_VISITED
    while waiting and room > 0:
        current = waiting.popleft()
        children = [
            child for child in mirror.children(current) if bool(child.get("isShadow")) == (current is host)
        ]
        elements = [child for child in children[:room] if child["type"] == _ELEMENT]
        mirror.work.visit(1 + len(children))
        room -= 1 + len(elements)
        found += elements
        waiting += elements
    return found


def _assigned(mirror: Mirror, slot: Node) -> list[Node]:
    """Return the host's own children that a slot shows."""
    host = root_of(mirror, slot)
    if host is None or not host.get("isShadowHost"):
        return []
    name = slot["attributes"].get("name") or ""
    children = mirror.children(host)[:_MAX_VISITED]
    mirror.work.visit(len(children))
    return [
        child
        for child in children
        if not child.get("isShadow") and child["type"] in (_ELEMENT, _TEXT) and _slot_name(child) == name
    ]


def _slot_for(mirror: Mirror, host: Node, child: Node) -> Node | None:
    """Return the slot of a shadow root that shows a child of its host."""
    name = _slot_name(child)
    for element in nodes_of_shadow(mirror, host):
        if element["tagName"] == "slot" and (element["attributes"].get("name") or "") == name:
            return element
    return None


def _slot_name(child: Node) -> object:
    return fields_of(child.get("attributes")).get("slot") or ""
