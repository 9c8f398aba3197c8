"""Nodes that were added to a page and are not among their parents' children yet."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

Change = dict[str, Any]

_PARENT_ID = itemgetter("parentId")
_UNSORTED = 64


class Additions:
    """Additions by parent.

    They come in batches, which are sorted by parent only when one of theirs is asked for.
    """

    __slots__ = ("_batches", "_by_parent")

    def __init__(self) -> None:
        self._batches: list[tuple[list[Change], set[int]]] = []
        self._by_parent: dict[int, list[Change]] = {}

    def put(self, adds: list[Change]) -> None:
        """Take a batch."""
        self._batches.append((adds, set(map(_PARENT_ID, adds))))

    def pop(self, parent_id: int) -> list[Change] | None:
        """Give the additions to a node, in the order they came, and forget them."""
        if self._batches:
            self._sort(parent_id if len(self._batches) <= _UNSORTED else None)
        return self._by_parent.pop(parent_id, None)

    def keep(self, is_current: Callable[[Change], bool], gone: set[int]) -> None:
        """Forget additions that were replaced or removed, and those to parents that are gone."""
        self._sort(None)
        self._by_parent = {
            parent_id: [entry for entry in entries if is_current(entry)]
            for parent_id, entries in self._by_parent.items()
            if parent_id not in gone
        }

    def _sort(self, parent_id: int | None) -> None:
        """Sort by parent the batches that add to this one, or all if it is None."""
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
