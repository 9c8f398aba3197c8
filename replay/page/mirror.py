"""A page as the browser had it, brought up to date when somebody asks.

Most changes of a page are never decoded: they wait until somebody asks for a node they name, and the next
full snapshot makes them void.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from recordings_mcp.replay.intake.compression import encode_json
from recordings_mcp.replay.limits import MAX_READ_CHILDREN, PENDING_BYTES, PENDING_LINES
from recordings_mcp.replay.model import Target
from recordings_mcp.replay.page.page import DAMAGED, Page
from recordings_mcp.replay.page.tree import Change, Node

__all__ = ["DAMAGED", "Change", "Mirror", "Node"]

_IDS: Final = re.compile(rb'd":(\d+)')  # every "id", "parentId" and "nextId"
_MARKED = b'"}]'


class Mirror:
    """One window's page, as it is at the moment somebody asks.

    Attributes:
        targets: What nodes are called, as long as nothing changes.
    """

    def __init__(self, read: Callable[[bytes], Change | None]) -> None:
        """Begin with an empty page.

        Args:
            read: decodes the line of a change, None if that cannot be.
        """
        self._read = read
        self._page = Page()
        self._pending = Pending()
        self.targets: dict[int, Target | None] = {}

    @property
    def damaged(self) -> int:
        """How many changes could not be applied in full, and nodes not named."""
        return self._page.damaged

    @property
    def truncated(self) -> bool:
        """Whether nodes were left out because there were too many."""
        return self._page.truncated

    def reset(self, root: Node) -> None:
        """Take a full snapshot: all nodes and changes from before are gone."""
        self.targets.clear()
        self._pending = Pending()
        self._page.reset(root)

    def change(self, change: Change) -> None:
        """Take a change of the page: removes, adds, texts and attributes, which apply in this order."""
        self.targets.clear()
        self._settle(self._pending.take())
        self._page.change(change)

    def change_later(self, line: bytes) -> None:
        """Take a change of the page as the line that tells it."""
        self.targets.clear()
        self._pending.put(line)
        if self._pending.size >= PENDING_BYTES or len(self._pending) >= PENDING_LINES:
            self._settle(self._pending.take())

    def known(self, node_id: int) -> Node | None:
        """Give a node that somebody asked for before, as it was then."""
        return self._page.known(node_id)

    def node(self, node_id: int) -> Node | None:
        """Give a node that is on the page, or was until a moment ago."""
        if self._pending.size:
            self._settle(self._pending.take_for((node_id,)))
        return self._page.node(node_id)

    def ancestors(self, node: Node, most: int) -> list[Node]:
        """Give the nodes that a node is in, the nearest first; damaged recordings have circles."""
        while True:
            ancestors = self._page.ancestors(node, most)
            if not self._pending.size:
                return ancestors
            lines = self._pending.take_for([node["id"], *(ancestor["id"] for ancestor in ancestors)])
            if not lines:
                return ancestors
            self._settle(lines)

    def children(self, node: Node) -> Sequence[Node]:
        """Give the nodes within a node, in order; not all, if there are more than anyone reads."""
        lines = self._pending.take_for((node["id"],)) if self._pending.size else []
        while True:
            self._settle(lines)
            children = self._page.children(node)
            if not self._pending.size:
                return children
            lines = self._pending.take_for([child["id"] for child in children[:MAX_READ_CHILDREN]])
            if not lines:
                return children

    def element(self, element_id: str) -> Node | None:
        """Give the element that others refer to by its `id`, if that is not changed later by script."""
        self._settle(self._pending.take_with(b'"id":' + encode_json(element_id)))
        return self._page.references().element(element_id)

    def label(self, element_id: str) -> Node | None:
        """Give the label of the field with this `id`, likewise."""
        self._settle(self._pending.take_with(b'"for":' + encode_json(element_id)))
        return self._page.references().label(element_id)

    def note_damage(self) -> None:
        """Count a node that could not be named."""
        self._page.damaged += 1

    def _settle(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            change = self._read(line)
            if change is not None:
                self._page.change(change)


class Pending:
    """Lines that tell changes, in order, not decoded yet.

    A change can matter to a node only if its line names the node, its parent or a sibling by number. The
    numbers in a line are found in a third of the time it takes to decode it. Those of a compressed line
    are not known without: it is taken to matter to all.

    Attributes:
        size: the bytes of all lines.
    """

    __slots__ = ("_lines", "_named", "_names", "_unknown", "size")

    def __init__(self) -> None:
        self.size = 0
        self._lines: list[bytes] = []
        self._names: list[set[bytes]] = []  # of the first lines, as far as somebody asked
        self._named: set[bytes] = set()  # all of those
        self._unknown = 0  # so many lines from the first on end with a compressed one

    def __len__(self) -> int:
        return len(self._lines)

    def put(self, line: bytes) -> None:
        """Take a line."""
        self._lines.append(line)
        self.size += len(line)
        if line.endswith(_MARKED):
            self._unknown = len(self._lines)

    def take(self) -> list[bytes]:
        """Give all lines, and forget them."""
        return self._first(len(self._lines))

    def take_for(self, node_ids: Collection[int]) -> list[bytes]:
        """Give, and forget, the lines up to the last that may matter to one of these nodes."""
        if len(self._names) < len(self._lines):
            self._read_names()
        asked = [str(node_id).encode() for node_id in node_ids]
        if not self._unknown and self._named.isdisjoint(asked):
            return []
        for index in range(len(self._names) - 1, self._unknown - 1, -1):
            if not self._names[index].isdisjoint(asked):
                return self._first(index + 1)
        return self._first(self._unknown)

    def take_with(self, text: bytes) -> list[bytes]:
        """Give, and forget, the lines up to the last that holds a text or is compressed."""
        for index in range(len(self._lines) - 1, self._unknown - 1, -1):
            if text in self._lines[index]:
                return self._first(index + 1)
        return self._first(self._unknown)

    def _read_names(self) -> None:
        for line in self._lines[len(self._names) :]:
            names: set[bytes] = set(_IDS.findall(line))
            self._names.append(names)
            self._named |= names

    def _first(self, count: int) -> list[bytes]:
        if not count:
            return []
        first, self._lines = self._lines[:count], self._lines[count:]
        self._names = self._names[count:]
        self._named = set[bytes]().union(*self._names)
        self._unknown = max(0, self._unknown - count)
        self.size = sum(map(len, self._lines))
        return first
