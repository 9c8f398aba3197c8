"""Folding a timeline to fit a budget: the least important lines first, and no more than necessary."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from recordings_mcp.replay.kinds import FOLDS, Kind
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.line import folded_line, observation_line, vitals_line, what

_TOKENS = re.compile(
    r" ?[A-Z]?[a-z]{1,9}(?![a-z]{7})"  # a word of up to 9 letters, or the end of one of up to 15
    r"|[a-z]{1,2}|[A-Z]{1,3}|[0-9]{1,3}"  # longer ones are no words; capitals and digits take more
    r"| ?[!-/:-@\[-`{-~]{1,2}"
    r"|[\u0370-\u0e7f\u10a0-\u10ff]{1,2}"  # alphabets other than Latin; an accented letter ends a word
    r"|[ \t]+|[\s\S]"
)
_TWO_TOKENS = re.compile(r"[\u0f00-\u0fff\u1200-\u139f\U00010000-\U0010ffff]")
"""Emoji, mathematical letters and the rarest scripts."""

Tags = Mapping[str, str]


@dataclass(slots=True)
class Item:
    """A line and the observations it reports; `folded` if each would have its own in a longer text.

    Attributes:
        cost: The tokens of the line and its end, counted once: folding adds them up again and again.
    """

    observations: list[Observation]
    line: str
    folded: bool = False
    cost: int = field(init=False)

    def __post_init__(self) -> None:
        self.cost = estimate_tokens(self.line) + 1


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has, without a tokenizer.

    Of answers it is never fewer than o200k counts, and at most 15 % more, which `python -m benchmarks.tokens`
    checks. Text in capitals or in other alphabets than the Latin is taken for up to three times as long as it
    is, and letters without any sense for a fourth.
    """
    count = len(_TOKENS.findall(text))
    return count if text.isascii() else count + len(_TWO_TOKENS.findall(text))


def as_item(observations: list[Observation], tags: Tags) -> Item:
    """Return the line of an observation, of a page's web vitals, or of what a click into a field led to."""
    several_vitals = len(observations) > 1 and observations[0].kind == "web_vital"
    line = vitals_line(observations, tags) if several_vitals else observation_line(observations[-1], tags)
    return Item(observations, line)


def fold(items: list[Item], budget: int, tags: Tags) -> list[Item]:
    """Fold items until the lines fit into `budget` tokens or nothing is left to fold."""
    items = _fold_runs(items, FOLDS[0], budget)
    if _cost(items) > budget:
        items = _merge_repeats(items, tags)
    for kinds in FOLDS[1:]:
        items = _fold_runs(items, kinds, budget)
    return items


def count_fitting(items: Sequence[Item], budget: int) -> int:
    """Return how many of the lines fit into the budget, at least 1."""
    spent = 0
    for index, item in enumerate(items):
        spent += item.cost
        if spent > budget:
            return max(index, 1)
    return len(items)


def _cost(items: Sequence[Item]) -> int:
    return sum(item.cost for item in items)


def _fold_runs(items: list[Item], kinds: frozenset[Kind], budget: int) -> list[Item]:
    """Fold runs of consecutive items of these kinds, those that save most first."""
    excess = _cost(items) - budget
    if excess <= 0:
        return items
    folded: dict[int, tuple[int, Item]] = {}
    for saving, begin, end, item in sorted(_runs(items, kinds), key=lambda run: -run[0]):
        if excess <= 0:
            break
        folded[begin] = (end, item)
        excess -= saving
    result: list[Item] = []
    at = 0
    while at < len(items):
        end, item = folded.get(at, (at + 1, items[at]))
        result.append(item)
        at = end
    return result


def _runs(items: list[Item], kinds: frozenset[Kind]) -> list[tuple[int, int, int, Item]]:
    """Return each run as (tokens saved, first index, index after the last, folded item)."""
    runs: list[tuple[int, int, int, Item]] = []
    begin = 0
    for end in range(len(items) + 1):
        if end < len(items) and all(observation.kind in kinds for observation in items[end].observations):
            continue
        if end - begin > 1:
            observations = [observation for item in items[begin:end] for observation in item.observations]
            item = Item(observations, folded_line(observations), folded=True)
            saving = _cost(items[begin:end]) - item.cost
            if saving > 0:
                runs.append((saving, begin, end, item))
        begin = end + 1
    return runs


def _merge_repeats(items: list[Item], tags: Tags) -> list[Item]:
    """Merge repetitions into the first occurrence, with their number and the time of the last."""
    first: dict[tuple[str, Kind, str], int] = {}
    result: list[Item] = []
    repeats: dict[int, list[Observation]] = {}
    for item in items:
        observation = item.observations[0]
        key = (observation.window, observation.kind, what(observation))
        if len(item.observations) > 1 or observation.kind == "page":
            result.append(item)
        elif key in first:
            repeats.setdefault(first[key], [result[first[key]].observations[0]]).append(observation)
        else:
            first[key] = len(result)
            result.append(item)
    for index, same in repeats.items():
        result[index] = Item(same, observation_line(_merged(same), tags), folded=True)
    return result


def _merged(observations: Sequence[Observation]) -> Observation:
    last = observations[-1]
    return replace(
        observations[0],
        count=sum(observation.count for observation in observations),
        last=last.t if last.last is None else last.last,
    )
