"""The path that several recordings share, and where they diverge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordings_mcp.replay.digest.errors import without_numbers

MOST_PAGES = 200
"""At most this many pages of each recording are compared: the comparison is quadratic."""

_MOST_POPULAR = 3
_TWO = 2


@dataclass(frozen=True, slots=True)
class Branch:
    """Where some recordings went after the last shared page.

    Attributes:
        page: The next page, without numbers; None if the recording ended. Untrusted text.
        recordings: The recordings, by their index in the compared list.
    """

    page: str | None
    recordings: Sequence[int]


@dataclass(frozen=True, slots=True)
class SharedWay:
    """The pages that recordings have in common, without numbers. Untrusted texts.

    Attributes:
        pages: Pages that all of them visited, in the same order.
        branches: Where they went after the last of these, the most common page first.
        popular: If no page is shared by all, the most visited pages with the number of their recordings.
    """

    pages: Sequence[str]
    branches: Sequence[Branch]
    popular: Mapping[str, int]


def shared_way(paths: Sequence[Sequence[str]]) -> SharedWay:
    """Find what paths share. Numbers and ids are ignored: `/orders/7` equals `/orders/8`.

    The shared pages are the longest common subsequence of the first two paths, then of that and the next
    path, and so on. The result may depend on the order of the paths.
    """
    plain = [[without_numbers(place) for place in path[:MOST_PAGES]] for path in paths]
    shared = plain[0] if len(plain) > 1 else []
    for path in plain[1:]:
        shared = _common(shared, path)
    return SharedWay(
        pages=shared,
        branches=_branches(plain, shared) if shared else [],
        popular={} if shared else _popular(plain),
    )


def _common(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return the longest common subsequence of two paths."""
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            same = one[i] == other[j]
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if same else max(lengths[i + 1][j], lengths[i][j + 1])
    common: list[str] = []
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            common.append(one[i])
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return common


def _branches(paths: Sequence[Sequence[str]], shared: Sequence[str]) -> list[Branch]:
    after: dict[str | None, list[int]] = {}
    for index, path in enumerate(paths):
        at = -1
        for page in shared:
            at = path.index(page, at + 1)
        after.setdefault(path[at + 1] if at + 1 < len(path) else None, []).append(index)
    return [Branch(page, found) for page, found in sorted(after.items(), key=lambda item: -len(item[1]))]


def _popular(paths: Sequence[Sequence[str]]) -> dict[str, int]:
    visits = Counter(page for path in paths for page in dict.fromkeys(path))
    return {page: count for page, count in visits.most_common(_MOST_POPULAR) if count >= _TWO}
