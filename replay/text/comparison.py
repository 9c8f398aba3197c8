"""A comparison of several recordings, as text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordings_mcp.replay.digest.model import Digest, Moment, OutcomeStatus
from recordings_mcp.replay.digest.paths import SharedWay, shared_way
from recordings_mcp.replay.digest.signals import Signature
from recordings_mcp.replay.digest.vocabulary import page_kind
from recordings_mcp.replay.kinds import Kind
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.line import target_text
from recordings_mcp.replay.text.numbers import counted
from recordings_mcp.replay.text.words import join, with_article

_MOST_SHARED = 20
_TWO = 2


@dataclass(frozen=True, slots=True)
class CommonTrouble:
    """A problem that occurred in more than one recording.

    Attributes:
        says: The problem in this project's own words: `the same exception`.
        same_control: Whether only the control is the same.
        moments: The heaviest moment in each recording that has it, by the recording's index in the list.
    """

    says: str
    same_control: bool
    moments: Mapping[int, Moment]

    @property
    def evidence(self) -> str:
        """The best evidence, or the control if only that is the same. Untrusted text."""
        best = max(self.moments.values(), key=lambda moment: moment.score)
        return target_text(best.target) if self.same_control and best.target else best.evidence


@dataclass(frozen=True, slots=True)
class CommonLine:
    """A line on the console of more than one recording.

    Attributes:
        kind: `console_warn` or `console_error`.
        text: The line of the first recording that has it. Untrusted text.
        times: Seconds from the start to its first occurrence in each, by the recording's index in the list.
    """

    kind: Kind
    text: str
    times: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of recordings.

    Attributes:
        finding: The comparison in one or two sentences, in this project's own words.
        outcomes: The recordings with each outcome, by their index in the list.
        way: The path they share.
        troubles: The problems of more than one recording, the most common first.
        console: The console lines of more than one recording that are none of these, the most common first.
    """

    finding: str
    outcomes: Mapping[OutcomeStatus, Sequence[int]]
    way: SharedWay
    troubles: Sequence[CommonTrouble]
    console: Sequence[CommonLine]


def compare_digests(digests: Sequence[Digest]) -> Comparison:
    """Compare recordings."""
    outcomes: dict[OutcomeStatus, list[int]] = {}
    for index, digest in enumerate(digests):
        outcomes.setdefault(digest.outcome.status, []).append(index)
    troubles = _troubles(digests)
    way = shared_way([digest.path for digest in digests])
    return Comparison(
        finding=" ".join(_finding(len(digests), outcomes, troubles, way)),
        outcomes=dict(sorted(outcomes.items(), key=lambda item: -len(item[1]))),
        way=way,
        troubles=troubles,
        console=_console(digests),
    )


def _console(digests: Sequence[Digest]) -> list[CommonLine]:
    """Return the common lines; what is evidence of a moment in two recordings is a trouble already."""
    evidence = Counter(name for digest in digests for name in _signatures(digest))
    lines: dict[Signature, dict[int, Observation]] = {}
    for index, digest in enumerate(digests):
        for signature, seen in digest.console.items():
            if evidence[signature] < _TWO:
                lines.setdefault(signature, {})[index] = seen
    common = [
        CommonLine(first.kind, first.text, {index: seen.t for index, seen in found.items()})
        for found in lines.values()
        if len(found) >= _TWO and (first := next(iter(found.values())))
    ]
    return sorted(common, key=lambda line: len(line.times), reverse=True)[:_MOST_SHARED]


def _signatures(digest: Digest) -> set[Signature]:
    return {signature for moment in digest.moments for signature in moment.signatures}


def _troubles(digests: Sequence[Digest]) -> list[CommonTrouble]:
    found: dict[Signature, dict[int, Moment]] = {}
    words: dict[Signature, str] = {}
    for index, digest in enumerate(digests):
        for moment in digest.moments:
            for signature, says in moment.signatures.items():
                found.setdefault(signature, {}).setdefault(index, moment)
                words.setdefault(signature, says)
    together: dict[tuple[tuple[int, float, str], ...], list[Signature]] = {}
    for signature, moments in found.items():
        if len(moments) >= _TWO:
            where = tuple((index, moment.t, moment.evidence) for index, moment in moments.items())
            together.setdefault(where, []).append(signature)
    troubles = [_trouble(names, words, found[names[0]]) for names in together.values()]
    return sorted(troubles, key=_weight, reverse=True)[:_MOST_SHARED]


def _trouble(
    signatures: Sequence[Signature], words: Mapping[Signature, str], moments: Mapping[int, Moment]
) -> CommonTrouble:
    """Describe what is the same; mention the control only if nothing else is the same."""
    others = [signature for signature in signatures if signature.name != "same_control"]
    says = join(list(dict.fromkeys(words[signature] for signature in others or signatures)))
    return CommonTrouble(says, not others, moments)


def _weight(trouble: CommonTrouble) -> tuple[int, int]:
    return len(trouble.moments), max(moment.score for moment in trouble.moments.values())


def _finding(
    number: int,
    outcomes: Mapping[OutcomeStatus, Sequence[int]],
    troubles: Sequence[CommonTrouble],
    way: SharedWay,
) -> list[str]:
    ended = ", ".join(f"{len(found)} {status.replace('_', ' ')}" for status, found in outcomes.items())
    compared = f"{counted(number, 'recording')} compared: {ended}."
    if number < _TWO:
        return [compared]
    if not troubles:
        return [compared, "No error and no friction is common to two of them.", _way(way)]
    first = troubles[0]
    return [compared, f"In common: {first.says}, in {len(first.moments)} of {number}.", _way(way)]


def _way(way: SharedWay) -> str:
    """Describe how much of their path all recordings share."""
    if not way.pages:
        return "No page is in all of them."
    pages = counted(len(way.pages), "page")
    if len(way.branches) == 1:
        return f"All share {pages}, to their last one."
    kind = page_kind(way.pages[-1], None)
    where = with_article(f"{kind} page") if kind else "the last of these"
    return f"All share {pages} and part after {where}."
