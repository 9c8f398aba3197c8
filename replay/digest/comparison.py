"""Several recordings side by side: the way they share, where they part, what went wrong in more than one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recordings_mcp.replay.digest.errors import without_numbers
from recordings_mcp.replay.digest.evidence import SAME_CONTROL
from recordings_mcp.replay.digest.model import Digest, Moment, OutcomeStatus
from recordings_mcp.replay.digest.says import counted, join
from recordings_mcp.replay.digest.vocabulary import page_kind

MOST_PAGES = 200
"""Pages of each recording that are compared; finding what all share takes the square of them."""

_MOST_SHARED = 20
_MOST_POPULAR = 3
_TWO = 2


@dataclass(frozen=True, slots=True)
class Branch:
    """Where some recordings went after the last page all share.

    Attributes:
        page: The next page, numbers left out; None when the recording ended. A stranger's text.
        recordings: Which ones, by their place in the list compared.
    """

    page: str | None
    recordings: Sequence[int]


@dataclass(frozen=True, slots=True)
class CommonTrouble:
    """Something that went wrong in more than one recording.

    Attributes:
        says: What, in this project's own words: `the same exception`.
        moments: The weightiest moment in each recording that has it, by the recording's place in the list.
    """

    says: str
    moments: Mapping[int, Moment]

    @property
    def evidence(self) -> str:
        """What shows it best, or the control when that is what is in common. Strangers' texts."""
        best = max(self.moments.values(), key=lambda moment: moment.score)
        return best.target if self.says == SAME_CONTROL and best.target else best.evidence


@dataclass(frozen=True, slots=True)
class Comparison:
    """Recordings side by side.

    Attributes:
        finding: The comparison in one or two sentences, in this project's own words.
        outcomes: Which recordings ended how, by their place in the list.
        shared_path: Pages all of them visited, in the same order, numbers left out. Strangers' texts.
        branches: Where they went after the last of these, the commonest way first.
        popular: Pages that most of them visited, with how many did, when none is shared by all. Strangers'
            texts.
        troubles: What went wrong in more than one, the commonest first.
    """

    finding: str
    outcomes: Mapping[OutcomeStatus, Sequence[int]]
    shared_path: Sequence[str]
    branches: Sequence[Branch]
    popular: Mapping[str, int]
    troubles: Sequence[CommonTrouble]


def compare_digests(digests: Sequence[Digest]) -> Comparison:
    """Compare recordings. What is the same is decided without numbers and ids, so `/orders/7` is `/orders/8`.

    The shared path is a sequence of pages that each recording has in this order, found by the longest common
    subsequence of the first two, then of that and the next; with other orders of recordings it may be another
    one.
    """
    paths = [[without_numbers(place) for place in digest.path[:MOST_PAGES]] for digest in digests]
    shared = paths[0] if len(paths) > 1 else []
    for path in paths[1:]:
        shared = _common(shared, path)
    outcomes: dict[OutcomeStatus, list[int]] = {}
    for index, digest in enumerate(digests):
        outcomes.setdefault(digest.outcome.status, []).append(index)
    troubles = _troubles(digests)
    branches = _branches(paths, shared) if shared else []
    return Comparison(
        finding=" ".join(_finding(len(digests), outcomes, troubles, _way(shared, branches))),
        outcomes=dict(sorted(outcomes.items(), key=lambda item: -len(item[1]))),
        shared_path=shared,
        branches=branches,
        popular={} if shared else _popular(paths),
        troubles=troubles,
    )


def _common(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Give the longest common subsequence of two paths."""
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


def _troubles(digests: Sequence[Digest]) -> list[CommonTrouble]:
    found: dict[str, dict[int, Moment]] = {}
    words: dict[str, str] = {}
    for index, digest in enumerate(digests):
        for moment in digest.moments:
            for signature, says in moment.signatures.items():
                found.setdefault(signature, {}).setdefault(index, moment)
                words.setdefault(signature, says)
    together: dict[tuple[tuple[int, float, str], ...], list[str]] = {}
    for signature, moments in found.items():
        if len(moments) >= _TWO:
            where = tuple((index, moment.t, moment.evidence) for index, moment in moments.items())
            together.setdefault(where, []).append(signature)
    troubles = [
        CommonTrouble(_words(words[name] for name in names), found[names[0]]) for names in together.values()
    ]
    return sorted(troubles, key=_weight, reverse=True)[:_MOST_SHARED]


def _words(words: Iterable[str]) -> str:
    """List what is the same; that it was at the same control goes without saying then."""
    different = list(dict.fromkeys(words))
    return join([one for one in different if one != SAME_CONTROL] or different)


def _weight(trouble: CommonTrouble) -> tuple[int, int]:
    return len(trouble.moments), max(moment.score for moment in trouble.moments.values())


def _finding(
    number: int, outcomes: Mapping[OutcomeStatus, Sequence[int]], troubles: Sequence[CommonTrouble], way: str
) -> list[str]:
    ended = ", ".join(f"{len(found)} {status.replace('_', ' ')}" for status, found in outcomes.items())
    compared = f"{counted(number, 'recording')} compared: {ended}."
    if number < _TWO:
        return [compared]
    if not troubles:
        return [compared, "No error and no friction is common to two of them.", way]
    first = troubles[0]
    return [compared, f"In common: {first.says}, in {len(first.moments)} of {number}.", way]


def _way(shared: Sequence[str], branches: Sequence[Branch]) -> str:
    """Say how far all went the same way."""
    if not shared:
        return "No page is in all of them."
    pages = counted(len(shared), "page")
    if len(branches) == 1:
        return f"All share {pages}, to their last one."
    kind = page_kind(shared[-1], None)
    where = f"{'an' if kind and kind[0] in 'aeiou' else 'a'} {kind} page" if kind else "the last of these"
    return f"All share {pages} and part after {where}."
