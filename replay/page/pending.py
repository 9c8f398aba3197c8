"""Changes of a page that wait until somebody asks for what they touch."""

import re
from collections.abc import Collection
from typing import Final

_IDS: Final = re.compile(rb'd":(\d+)')  # every "id", "parentId" and "nextId"
_MARKED = b'"}]'


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
