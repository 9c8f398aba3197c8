"""The kinds of redaction rules and what they share.

A rule costs almost nothing where it finds nothing: a plain string search finds the places where it may match,
and its pattern is tried only there. Every repetition in a pattern is bounded, or possessive over one
character class, so the time is linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Protocol, TypeAlias

PiiKind: TypeAlias = Literal[
    "secret", "jwt", "private_key", "card", "iban", "email", "phone", "ip", "national_id", "name", "address"
]
"""The classes of values that are hidden; also the word in the placeholder, as in `[secret]`."""

Hide: TypeAlias = Callable[[PiiKind, str], str]
"""Counts one hidden value, given in its canonical spelling, and returns its placeholder."""

# A value may begin a word, or follow a percent-encoded character, or an escaped line break in quoted JSON.
BOUNDARY = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"

PLACEHOLDER = (
    r"\[(?:secret|jwt|private_key|card|iban|(?:email|phone|ip|national_id|name|address):[0-9a-f]{6})\]"
)
"""The placeholder of a hidden value."""

_OTHER_DIGIT = re.compile(r"[^\W\x00-\x7fA-Za-z_](?<=\d)")
_SHADOW = bytes(
    ord("0" if sign in "0123456789" else " " if sign in " +-.()/%" else "A" if "A" <= sign <= "Z" else "x")
    for sign in map(chr, range(256))
)
_LONG_WORD = 14
_SHORT_TEXT = 300
_WORD_ENDS = ' \n"=&?@:/'


@dataclass(frozen=True, slots=True)
class Prefilter:
    """What is extracted from a text once, so that rules with nothing to find are skipped."""

    folded: str
    """The whole text in lower case, letter for letter."""
    digits: str
    """The whole text with every decimal digit in ASCII, letter for letter."""
    shadow: bytes
    """A byte for each: `0` for a digit, a blank for a sign in numbers, `A` for a capital, `x` otherwise."""
    words: str
    """Every word of it, once, which is much less than a long text; a short text as it is."""
    long_words: str
    """Every word of 14 characters or more, once: where keys, tokens and addresses are."""
    addresses: str
    """The long words with a slash, plain or encoded, in lower case."""
    signed_words: str
    """Every word with `=`, `:` or `%` in it, in lower case, once: where names come before values."""
    colons: str
    """Those of them with two colons or more, plain or encoded: where IPv6 addresses are."""

    @classmethod
    def of(cls, text: str) -> "Prefilter":
        """Return the prefilter of `text`."""
        folded = fold(text)
        words = set(text.split())
        all_words = text if len(text) < _SHORT_TEXT else "\n".join(words)
        digits = text if text.isascii() else _with_plain_digits(text, all_words)
        long_words = [word for word in words if len(word) >= _LONG_WORD]
        signed = [word for word in words if ":" in word or "=" in word or "%" in word]
        return cls(
            folded=folded,
            digits=digits,
            shadow=_shadow(digits),
            words=folded if all_words is text else fold(all_words),
            long_words="\n".join(long_words),
            addresses="\n".join([word for word in long_words if "/" in word or "%2" in word]).lower(),
            signed_words="\n".join(signed).lower(),
            colons="\n".join([word for word in signed if word.count(":") > 1 or "%" in word]).lower(),
        )

    def after(self, text: str) -> "Prefilter":
        """Return the prefilter of what the text became when values in it were hidden."""
        digits = text if text.isascii() else _with_plain_digits(text, text)
        return replace(self, folded=fold(text), digits=digits, shadow=_shadow(digits))


class Finding(NamedTuple):
    """A value to hide: its position, its class, and its canonical spelling."""

    start: int
    end: int
    kind: PiiKind
    canonical: str


class Rule(Protocol):
    """Finds values of one kind in a text."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return what this rule finds in `text`; of two findings that overlap, the first one counts."""
        ...


Hidden: TypeAlias = Callable[[re.Match[str]], Finding | None]
"""Returns what a match of a pattern says has to be hidden, if anything."""


def group_of(match: re.Match[str], kind: PiiKind = "secret") -> Finding:
    """Return the finding for the one named group that matched, or for the whole match if none is named."""
    group = match.lastgroup or 0
    return Finding(*match.span(group), kind, match[group])


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Values within one long word that begin with a literal prefix: their pattern by that prefix."""

    patterns: Mapping[str, re.Pattern[str]]
    kind: PiiKind = "secret"
    hidden: Callable[[re.Match[str]], bool] = bool

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the keys of these shapes."""
        words = prefilter.long_words
        present = [prefix for prefix in self.patterns if prefix in words] if words else []
        return [
            group_of(match, self.kind)
            for prefix in present
            for match in matches_at(text, places(text, [prefix]), self.patterns[prefix])
            if self.hidden(match)
        ]


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """Values that follow a known word, in any case.

    `triggers` are those words in lower case, `phrases` those with a blank. The rule is skipped for a text
    that has none of `needed`, which are without blanks.
    """

    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    hidden: Hidden = group_of
    needed: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return what follows the words."""
        words = prefilter.words
        if self.needed and not has_any(words, self.needed):
            return ()
        present = [trigger for trigger in self.triggers if trigger in words]
        if self.phrases:
            present += [phrase for phrase in self.phrases if phrase in prefilter.folded]
        return _found(text, present, self, prefilter) if present else ()


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Values within an address, after one of a few lower-case literals."""

    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    hidden: Hidden = group_of

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the values in addresses."""
        if not prefilter.addresses:
            return ()
        present = [trigger for trigger in self.triggers if trigger in prefilter.addresses]
        return _found(text, present, self, prefilter) if present else ()


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are tried only on a text that has one of `needed` in a word of it, in any case."""

    needed: tuple[str, ...]
    rules: tuple[Rule, ...]

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return what these rules find."""
        if not has_any(prefilter.words, self.needed):
            return ()
        return [found for rule in self.rules for found in rule.find(text, prefilter)]


def has_any(text: str, words: tuple[str, ...]) -> bool:
    """Return whether one of `words` is in `text`."""
    for word in words:  # noqa: SIM110 - a generator takes three times as long
        if word in text:
            return True
    return False


def _found(
    text: str, present: list[str], rule: PhraseRule | AddressRule, prefilter: Prefilter
) -> Sequence[Finding]:
    matches = matches_at(text, places(prefilter.folded, present), rule.pattern)
    return [found for match in matches if (found := rule.hidden(match)) is not None]


def fold(text: str) -> str:
    """Return `text` in lower case, letter for letter: U+0130 is the one that would become two."""
    return text.lower() if text.isascii() else text.replace("\u0130", "i").lower()


def _with_plain_digits(text: str, words: str) -> str:
    if _OTHER_DIGIT.search(words) is None:
        return text
    return _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def _shadow(text: str) -> bytes:
    return text.encode("latin-1", "replace").translate(_SHADOW)


def places(text: str, literals: list[str]) -> list[int]:
    """Return the indexes at which any of `literals` begins in `text`, in order."""
    return sorted({place for literal in literals for place in _occurrences(text, literal)})


def matches_at(text: str, starts: list[int], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches of `pattern` that begin at one of `starts`, without overlap."""
    done = 0
    for start in starts:
        match = pattern.match(text, start) if start >= done else None
        if match is not None:
            done = match.end()
            yield match


def replaced(text: str, findings: Iterable[Finding], hide: Hide) -> str:
    """Return `text` with the findings replaced; of two that overlap, the first one counts."""
    pieces: list[str] = []
    done = 0
    for found in sorted(findings, key=lambda found: (found.start, -found.end)):
        if found.start >= done:
            pieces += (text[done : found.start], hide(found.kind, found.canonical))
            done = found.end
    return "".join((*pieces, text[done:])) if pieces else text


def word_before(text: str, place: int, reach: int) -> str:
    """Return the end of the word that ends before `place`, at most `reach` characters of it."""
    stretch = text[max(0, place - reach) : place]
    return stretch[max(stretch.rfind(mark) for mark in _WORD_ENDS) + 1 :]


def _occurrences(text: str, literal: str) -> Iterator[int]:
    place = text.find(literal)
    while place >= 0:
        yield place
        place = text.find(literal, place + 1)
