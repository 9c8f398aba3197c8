"""A rebuilt page that is brought up to date on demand.

Most changes of a page are never decoded. They wait until a node that they mention is requested, or any node
while few are waiting, and the next full snapshot discards them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, Literal

from recordings_mcp.replay.intake.compression import encode_json
from recordings_mcp.replay.limits import MAX_READ_CHILDREN, PENDING_BYTES, PENDING_LINES
from recordings_mcp.replay.model import Target
from recordings_mcp.replay.page.page import DAMAGED, Page
from recordings_mcp.replay.page.tree import Change, Node
from recordings_mcp.replay.work import Work

__all__ = ["DAMAGED", "Change", "Mirror", "Node"]

_IDS: Final = re.compile(rb'd":(\d+)')  # every "id", "parentId" and "nextId"
_MARK = b'"cv":"'
_MARK_BYTES = 80  # the mark of compression is among the last bytes of a line
_READ_AT_ONCE_BYTES = 32 * 1024  # fewer are decoded in less time than their ids are searched, several times
_SEARCHED_BYTES = 128  # searched in the time that a node takes


class Mirror:
    """One window's page, brought up to date on demand.

    Attributes:
        work: What may still be visited.
        targets: A cache of the targets of nodes, cleared by every change.
        choices: A cache of the labels of each select element's options by value, cleared by every change.
        controls: A cache of nodes and the controls that they belong to, cleared by every change.
        editors: A cache of nodes and the editors that they are in, cleared by every change.
        above: A cache of nodes, how many ancestors were requested, and these; cleared by every change.
        nodes: A cache of nodes, cleared by every change.
    """

    def __init__(self, read: Callable[[bytes], Change | None], work: Work) -> None:
        """Create an empty page.

        Args:
            read: Decodes the line of a change; returns None if it cannot be decoded.
            work: What may still be visited.
        """
        self.work = work
        self._read = read
        self._page = Page(work)
        self._pending = Pending()
        self.targets: dict[int, Target | None] = {}
        self.choices: dict[int, dict[str, str]] = {}
        self.controls: dict[int, tuple[Node, Node]] = {}
        self.editors: dict[int, tuple[Node, Node | None]] = {}
        self.above: dict[int, tuple[Node, int, list[Node]]] = {}
        self.nodes: dict[int, Node | None] = {}

    @property
    def damaged(self) -> int:
        """The number of changes that could not be fully applied, and of nodes without a name."""
        return self._page.damaged

    @property
    def truncated(self) -> bool:
        """Whether nodes were left out because there were too many."""
        return self._page.truncated

    def reset(self, root: Node) -> None:
        """Load a full snapshot, and discard all earlier nodes and changes."""
        self._forget()
        self._pending = Pending()
        self._page.reset(root)

    def change(self, change: Change) -> None:
        """Apply a change of the page: removes, adds, texts and attributes, in this order."""
        self._forget()
        self._apply(self._pending.take())
        self._page.change(change)

    def defer(self, line: bytes) -> None:
        """Store the line of a change, to be decoded when needed."""
        self._forget()
        pending = self._pending
        pending.put(line)
        if pending.size >= PENDING_BYTES or len(pending.lines) >= PENDING_LINES:
            self._apply(pending.take())

    def known(self, node_id: int) -> Node | None:
        """Return a node that was requested before, as it was then."""
        return self._page.known(node_id)

    def node(self, node_id: int) -> Node | None:
        """Return a node that is on the page, or was removed a moment ago."""
        if node_id not in self.nodes:
            if self._pending.size:
                self._apply(self._take_for((node_id,)))
            self.nodes[node_id] = self._page.node(node_id)
        return self.nodes[node_id]

    def ancestors(self, node: Node, most: int) -> list[Node]:
        """Return at most `most` ancestors of a node, the nearest first."""
        asked, requested, above = self.above.get(node["id"], (None, 0, list[Node]()))
        is_whole = len(above) < requested
        if asked is not node or (most > requested and not is_whole):
            above = self._find_ancestors(node, most)
            self.above[node["id"]] = node, most, above
        return above[:most]

    def _find_ancestors(self, node: Node, most: int) -> list[Node]:
        while True:
            ancestors = self._page.ancestors(node, most)
            if not self._pending.size:
                return ancestors
            lines = self._take_for([node["id"], *(ancestor["id"] for ancestor in ancestors)])
            if not lines:
                return ancestors
            self._apply(lines)

    def children(self, node: Node) -> Sequence[Node]:
        """Return the children of a node, in order; of very many not all."""
        lines = self._take_for((node["id"],)) if self._pending.size else []
        while True:
            self._apply(lines)
            children = self._page.children(node)
            if not self._pending.size:
                return children
            read = children[:MAX_READ_CHILDREN]
            self.work.visit(len(read))
            lines = self._take_for([child["id"] for child in read])
            if not lines:
                return children

    def referred(self, attribute: Literal["id", "for"], value: str) -> list[Node]:
        """Return elements whose `id` or `for` is this, those that were added last first; of many not all."""
        self._apply(self._take_with(b'"%s":' % attribute.encode(), value))
        found = self._page.references().of(attribute, value)
        lines = self._take_for([node["id"] for node in found]) if found and self._pending.size else []
        self._apply(lines)
        return self._page.references().of(attribute, value) if lines else found

    def elements(self, tag: str) -> list[Node]:
        """Return the elements with a tag that are on the page, or were removed a moment ago."""
        self._apply(self._pending.take())
        return [node for node in self._page.nodes() if node.get("tagName") == tag]

    def note_damage(self) -> None:
        """Count a node that could not be named."""
        self._page.damaged += 1

    def _take_for(self, node_ids: Collection[int]) -> list[bytes]:
        """Take the lines up to the last one that may affect one of these nodes."""
        if self.work.spent or self._pending.size < _READ_AT_ONCE_BYTES:
            return self._pending.take()
        lines = self._pending.take_for(node_ids)
        if lines:
            self.work.visit(self._pending.names)
        return lines

    def _take_with(self, attribute: bytes, value: str) -> list[bytes]:
        self.work.visit((self._pending.size + len(value)) // _SEARCHED_BYTES)
        return self._pending.take_with(attribute + encode_json(value)) if self._pending.size else []

    def _forget(self) -> None:
        if self.nodes or self.above:  # the other caches are filled from these
            self.nodes.clear()
            self.above.clear()
            self.targets.clear()
            self.choices.clear()
            self.controls.clear()
            self.editors.clear()

    def _apply(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.work.check()
            change = self._read(line)
            if change is not None:
                self._page.change(change)


class Pending:
    """Lines of changes, in order, not yet decoded.

    A change can affect a node only if its line contains the id of the node, its parent or a sibling. Finding
    the ids in a line takes a third of the time of decoding it. The ids of a compressed line are unknown, so
    it may affect all nodes.

    Attributes:
        lines: The lines.
        size: The size of all of them in bytes.
    """

    __slots__ = ("_named", "_names", "_unknown", "lines", "size")

    def __init__(self) -> None:
        self.size = 0
        self.lines: list[bytes] = []
        self._names: list[set[bytes]] = []  # the ids in the first lines, as far as they were read
        self._named: set[bytes] = set()  # the union of these
        self._unknown = 0  # this many lines, from the first, until the last compressed one

    @property
    def names(self) -> int:
        """The number of ids that were read in the lines."""
        return len(self._named)

    def put(self, line: bytes) -> None:
        """Add a line."""
        self.lines.append(line)
        self.size += len(line)
        if _MARK in line[-_MARK_BYTES:]:
            self._unknown = len(self.lines)

    def take(self) -> list[bytes]:
        """Remove and return all lines."""
        return self._first(len(self.lines))

    def take_for(self, node_ids: Collection[int]) -> list[bytes]:
        """Remove and return the lines up to the last one that may affect one of these nodes."""
        if len(self._names) < len(self.lines):
            self._read_names()
        asked = [str(node_id).encode() for node_id in node_ids]
        if not self._unknown and self._named.isdisjoint(asked):
            return []
        for index in range(len(self._names) - 1, self._unknown - 1, -1):
            if not self._names[index].isdisjoint(asked):
                return self._first(index + 1)
        return self._first(self._unknown)

    def take_with(self, text: bytes) -> list[bytes]:
        """Remove and return the lines up to the last one that contains `text` or is compressed."""
        for index in range(len(self.lines) - 1, self._unknown - 1, -1):
            if text in self.lines[index]:
                return self._first(index + 1)
        return self._first(self._unknown)

    def _read_names(self) -> None:
        for line in self.lines[len(self._names) :]:
            names: set[bytes] = set(_IDS.findall(line))
            self._names.append(names)
            self._named |= names

    def _first(self, count: int) -> list[bytes]:
        if not count:
            return []
        first, self.lines = self.lines[:count], self.lines[count:]
        self._names = self._names[count:]
        self._named = set[bytes]().union(*self._names)
        self._unknown = max(0, self._unknown - count)
        self.size = sum(map(len, self.lines))
        return first
