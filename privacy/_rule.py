"""The kinds of redaction rules and what they share.

A rule costs almost nothing where it finds nothing: a plain string search finds the places where it may match,
and its pattern is tried only there. Every repetition in a pattern is bounded, or possessive over one
character class, so the time is linear in the length of the text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

PiiKind: TypeAlias = Literal[
    "secret", "jwt", "private_key", "card", "iban", "email", "phone", "ip", "name", "address"
]
"""The classes of values that are hidden; also the word in the placeholder, as in `[secret]`."""

Hide: TypeAlias = Callable[[PiiKind, str], str]
"""Counts one hidden value, given in its canonical spelling, and returns its placeholder."""

# A value may begin a word, or follow a percent-encoded character, or an escaped line break in quoted JSON.
BOUNDARY = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"

PLACEHOLDER = r"\[(?:secret|jwt|private_key|card|iban|(?:email|phone|ip|name|address):[0-9a-f]{6})\]"
"""The placeholder of a hidden value."""

_LONG_WORD = 14
_WORD_ENDS = ' \n"=&?@:/'


@dataclass(frozen=True, slots=True)
class Prefilter:
    """What is extracted from a text once, so that rules with nothing to find are skipped."""

    folded: str
    """The whole text in lower case."""
    long_words: str
    """Every word of 14 characters or more, once: where keys, tokens and addresses are."""
    addresses: str
    """The long words with a slash, plain or encoded, in lower case."""
    signed_words: str
    """Every word with `=`, `:` or `%` in it, in lower case, once: where names come before values."""

    @classmethod
    def of(cls, text: str) -> "Prefilter":
        """Return the prefilter of `text`."""
        words = set(text.split())
        long_words = [word for word in words if len(word) >= _LONG_WORD]
        signed = [word for word in words if ":" in word or "=" in word or "%" in word]
        return cls(
            folded=text.lower(),
            long_words="\n".join(long_words),
            addresses="\n".join([word for word in long_words if "/" in word or "%2" in word]).lower(),
            signed_words="\n".join(signed).lower(),
        )


class Rule(Protocol):
    """Finds values of one kind in a text and replaces them."""

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with what this rule finds replaced."""
        ...


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Values within one long word that begin with a literal prefix: their pattern by that prefix."""

    patterns: Mapping[str, re.Pattern[str]]
    kind: PiiKind = "secret"

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with the keys of these shapes replaced."""
        for prefix in self.patterns:
            if prefix in prefilter.long_words:
                starts = places(text, [prefix])
                text = replace_at(
                    text, starts, self.patterns[prefix], lambda match: hide(self.kind, match[0])
                )
        return text


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """Values that follow a known word, in any case.

    `triggers` are those words in lower case. The rule is skipped for a text without `needed`.
    """

    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str], Hide], str]
    needed: str = ""

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with what follows the words replaced."""
        if self.needed not in prefilter.folded:
            return text
        present = [trigger for trigger in self.triggers if trigger in prefilter.folded]
        if not present:
            return text
        return replace_at(
            text, places(fold(text), present), self.pattern, lambda match: self.replace(match, hide)
        )


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Values within an address, after one of a few lower-case literals."""

    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str], Hide], str]

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with the values in its addresses replaced."""
        present = [trigger for trigger in self.triggers if trigger in prefilter.addresses]
        if not present:
            return text
        return replace_at(
            text, places(fold(text), present), self.pattern, lambda match: self.replace(match, hide)
        )


def fold(text: str) -> str:
    """Return `text` in lower case, letter for letter: U+0130 is the one that would become two."""
    return text.replace("\u0130", "i").lower()


def places(text: str, literals: list[str]) -> list[int]:
    """Return the indexes at which any of `literals` begins in `text`, in order."""
    return sorted({place for literal in literals for place in _occurrences(text, literal)})


def replace_at(
    text: str, starts: list[int], pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> str:
    """Return `text` with the matches of `pattern` that begin at one of `starts` replaced, without overlap."""
    pieces: list[str] = []
    done = 0
    for start in starts:
        match = pattern.match(text, start) if start >= done else None
        if match is not None:
            pieces += (text[done:start], replace(match))
            done = match.end()
    return "".join((*pieces, text[done:]))


def word_before(text: str, place: int, reach: int) -> str:
    """Return the end of the word that ends before `place`, at most `reach` characters of it."""
    stretch = text[max(0, place - reach) : place]
    return stretch[max(stretch.rfind(mark) for mark in _WORD_ENDS) + 1 :]


def _occurrences(text: str, literal: str) -> Iterator[int]:
    place = text.find(literal)
    while place >= 0:
        yield place
        place = text.find(literal, place + 1)
