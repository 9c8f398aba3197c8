"""Numbers that belong to a person: payment cards, bank accounts, phones, IPv4 addresses.

All four are clusters of digits. One scan over a byte-sized shadow of the text finds the clusters, and the
patterns search only around them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from recordings_mcp.privacy._accounts import cards_in, iban_length_at
from recordings_mcp.privacy._rule import Hide, PiiKind, Prefilter

_SHADOW = bytes(
    ord("0")
    if chr(code).isascii() and chr(code).isdigit()
    else ord(" ")
    if chr(code) in " +-.()/%"
    else ord("x")
    for code in range(256)
)
_CLUSTER = re.compile(rb"0[0 ]{6,}+")
_REACH = 40
_OTHER_DIGIT = re.compile(r"[^\W\x00-\x7fA-Za-z_](?<=\d)")
_LARGEST_OCTET = 255


class Finding(NamedTuple):
    """A number to hide: its position, its class, and its canonical spelling."""

    start: int
    end: int
    kind: PiiKind
    canonical: str


_Finder: TypeAlias = Callable[[str, int, int], Iterator[Finding]]

# The first character comes before its look-behind: searching is much faster in that order.
_START = r"\d(?:(?<![\w.]\d)|(?<=%[0-9A-Fa-f]{2}\d))"
_IBAN_HEAD = re.compile(r"[A-Za-z]{2}(?:(?<![A-Za-z]{3})|(?<=%[0-9A-Fa-f]{2}[A-Za-z]{2}))\d{2}")
_LONGEST_IBAN = 80  # 32 characters, each with an encoded space
_CARD = re.compile(rf"{_START}(?<!\w-\d)(?:(?:[ +-]|%20|%2[BbDd])?\d){{12,47}}+(?!\w)")
_IPV4 = re.compile(rf"{_START}\d{{0,2}}(?:\.\d{{1,3}}){{3}}(?!\w|\.\d)")
_NO_ADDRESS_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])[A-Z][A-Za-z]{0,20}/"  # a product in a user agent
    r"|(?i:version|release|build|\bver)\W{1,4}|\bv"
    r"|(?<![\d.])\d{1,6}(?:\.\d{1,6})?-)$"  # coordinates of a drawing
)
_SPACER = r"(?:[ ./()-]|%20){0,3}"
_INTERNATIONAL = re.compile(
    rf"(?:\+(?<![A-Za-z_+]\+)|%2[Bb])\(?[1-9](?:{_SPACER}\d){{7,14}}(?!\d)"
    rf"|00(?<![\w+.-]00)[1-9]\d{{0,2}}[ ./(-](?:{_SPACER}\d){{6,12}}(?!\d)"
)
_NATIONAL = re.compile(
    r"(?:(?<![\w.+/-])|(?=\())(?:"
    r"(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}(?P<dash>[.-]))\d{3}(?(dash)(?P=dash)|[ .-])\d{4}"  # NANP
    r"|0[1-9](?P<mark>[ .-])\d\d(?:(?P=mark)\d\d){3}"  # France, Belgium
    r"|\(?0\d{2,4}\)?[ /-]\d{3,4}[ -]?\d{3,4}"  # Britain, Germany, Italy, Japan
    r")(?!\w|[ .-]\d)"
)
_CALLED_A_PHONE = re.compile(
    r"(?:phone|fon|fax|tel|whatsapp|cell|mobile number)(?![a-z])"
    r"(?:[^\d\n\[]|\[(?!(?:secret|jwt|card|iban|email|phone|ip)[:\]])){0,24}"
    r"(?!\d{4}-\d\d-\d\d|\d{1,9}\.\d{1,9}\.\d)(?P<number>\d(?:[ ./()-]{0,2}\d){6,14})(?!\w)",
    re.IGNORECASE,
)
_PHONE_WORDS = ("phone", "fon", "fax", "tel", "whatsapp", "cell", "mobile")


class NumberRule:
    """Numbers of some classes; where two overlap, the class of the first finder wins."""

    def __init__(self, *finders: _Finder) -> None:
        self._finders = finders

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with the numbers of persons replaced."""
        del prefilter
        digits = text
        if not text.isascii():
            digits = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)
        windows = list(_windows(digits))
        if not windows:
            return text
        pieces: list[str] = []
        done = 0
        for found in sorted(_without_overlaps(digits, windows, self._finders)):
            pieces += (text[done : found.start], hide(found.kind, found.canonical))
            done = found.end
        return "".join((*pieces, text[done:]))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the merged stretches around clusters of digits, never ending within a word."""
    start, end = 0, -1
    for cluster in _CLUSTER.finditer(text.encode("latin-1", "replace").translate(_SHADOW)):
        if end < 0 or cluster.start() - _REACH > end:
            if end >= 0:
                yield start, _word_end(text, end)
            start = max(0, cluster.start() - _REACH)
        end = min(len(text), cluster.end() + _REACH)
    if end >= 0:
        yield start, _word_end(text, end)


def _word_end(text: str, place: int) -> int:
    limit = min(len(text), place + 256)
    while place < limit and text[place].isalnum():
        place += 1
    return place


def _without_overlaps(
    text: str, windows: list[tuple[int, int]], finders: tuple[_Finder, ...]
) -> Iterator[Finding]:
    """Yield the findings of all finders, except those that overlap a finding of an earlier finder."""
    taken = bytearray(len(text))
    for finder in finders:
        for start, end in windows:
            for found in finder(text, start, end):
                if taken.find(1, found.start, found.end) < 0:
                    taken[found.start : found.end] = b"\1" * (found.end - found.start)
                    yield found


def _ibans(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _IBAN_HEAD.finditer(text, start, end):
        begin = match.start()
        found = text[begin : begin + iban_length_at(text[begin : begin + _LONGEST_IBAN])]
        if found:
            yield Finding(begin, begin + len(found), "iban", re.sub(r"%20|[^A-Za-z0-9]", "", found).upper())


def _cards(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _CARD.finditer(text, start, end):
        for first, last, digits in cards_in(match[0]):
            yield Finding(match.start() + first, match.start() + last, "card", digits)


def _ipv4_addresses(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _IPV4.finditer(text, start, end):
        address = match[0]
        harmless = address.startswith(("0.", "127.")) or address.endswith(".0.0.0")
        octets = address.split(".")
        if harmless or not all(int(one) <= _LARGEST_OCTET and str(int(one)) == one for one in octets):
            continue
        if _NO_ADDRESS_BEFORE.search(text[max(0, match.start() - 24) : match.start()]) is None:
            yield Finding(match.start(), match.end(), "ip", address)


def _phones(text: str, start: int, end: int) -> Iterator[Finding]:
    for pattern in (_INTERNATIONAL, _NATIONAL):
        for match in pattern.finditer(text, start, end):
            yield Finding(match.start(), match.end(), "phone", _digits(match[0]))
    nearby = text[start:end].lower()
    if any(word in nearby for word in _PHONE_WORDS):
        for match in _CALLED_A_PHONE.finditer(text, start, end):
            yield Finding(*match.span("number"), "phone", _digits(match["number"]))


def _digits(number: str) -> str:
    return re.sub(r"%2[0Bb]|\D", "", number).removeprefix("00")


ACCOUNT_NUMBERS = NumberRule(_ibans, _cards)
"""Numbers of accounts: secret, no matter whose they are."""

PERSONAL_NUMBERS = NumberRule(_ibans, _cards, _ipv4_addresses, _phones)
"""All of them, those with the strictest check first."""
