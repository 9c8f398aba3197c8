"""Numbers that belong to a person: payment cards, bank accounts, phones, IPv4 addresses.

All four stand in clusters of digits. One scan over a byte-sized shadow of the text finds the clusters, and
the patterns look only around them.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from recordings_mcp.privacy._accounts import cards_in, iban_length_at
from recordings_mcp.privacy._rule import Glance, Hide, Kind

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
_START = r"(?:(?<![\w.])|(?<=%[0-9A-Fa-f]{2}))"


class Finding(NamedTuple):
    """A number to hide: where it stands, what it is, and its one canonical spelling."""

    start: int
    end: int
    kind: Kind
    canonical: str


_Finder: TypeAlias = Callable[[str, int, int], Iterator[Finding]]

_IBAN = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))[A-Za-z]{2}\d{2}(?:(?:[ +-]|%20)?[A-Za-z0-9]){11,40}+"
)
_CARD = re.compile(rf"{_START}(?<!\w-)\d(?:(?:[ +-]|%20|%2[BbDd])?\d){{12,47}}+(?!\w)")
_IPV4 = re.compile(rf"{_START}(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){{3}}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\w|\.\d)")
_VERSION_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])[A-Z][A-Za-z]{0,20}/|(?i:version|release|build|\bver)\W{1,4}|\bv)$"
)
_SPACER = r"(?:[ ./()-]|%20){0,3}"
_PHONES = (
    re.compile(rf"(?<![\w+])(?:\+|%2[Bb])\(?[1-9](?:{_SPACER}\d){{7,14}}(?!\d)"),
    re.compile(rf"(?<![\w+.-])00[1-9]\d{{0,2}}[ ./(-](?:{_SPACER}\d){{6,12}}(?!\d)"),
    re.compile(
        r"(?<![\w.+/-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}(?P<mark>[.-]))"
        r"\d{3}(?(mark)(?P=mark)|[ .-])\d{4}(?!\w|[.-]\d)"
    ),
    re.compile(r"(?<![\w.+/-])0[1-9](?P<mark>[ .-])\d\d(?:(?P=mark)\d\d){3}(?!\w|[ .-]\d)"),
    re.compile(r"(?<![\w.+/-])\(?0\d{2,4}\)?[ /-]\d{3,4}[ -]?\d{3,4}(?!\w|[ .-]\d)"),
    re.compile(
        r"(?i:(?<![a-z])(?:tele)?(?:phone|tel|fon|fax|whatsapp|mobile (?:number|phone)|cell)(?![a-z]))"
        r"[^\d\n]{0,24}"
        r"(?!\d{4}-\d\d-\d\d|\d+\.\d+\.\d)(?P<number>\d(?:[ ./()-]{0,2}\d){6,14})(?!\w)"
    ),
)


class NumberRule:
    """Cards, IBANs, IPv4 addresses and phones, the stricter proof first."""

    def apply(self, text: str, glance: Glance, hide: Hide) -> str:
        """Return `text` with the numbers of persons replaced."""
        del glance
        windows = list(_windows(text))
        if not windows:
            return text
        findings: list[Finding] = []
        for finder in _FINDERS:
            for start, end in windows:
                findings += (new for new in finder(text, start, end) if not _overlaps(new, findings))
        pieces: list[str] = []
        done = 0
        for found in sorted(findings):
            pieces += (text[done : found.start], hide(found.kind, found.canonical))
            done = found.end
        return "".join((*pieces, text[done:]))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches around clusters of digits, merged and in order, never ending within a word."""
    start = end = -1
    for cluster in _CLUSTER.finditer(text.encode("latin-1", "replace").translate(_SHADOW)):
        if cluster.start() - _REACH > end:
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


def _overlaps(new: Finding, findings: list[Finding]) -> bool:
    return any(new.start < old.end and old.start < new.end for old in findings)


def _ibans(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _IBAN.finditer(text, start, end):
        length = iban_length_at(match[0])
        if length:
            found = match[0][:length]
            yield Finding(match.start(), match.start() + length, "iban", _compact(found).upper())


def _cards(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _CARD.finditer(text, start, end):
        for first, last, digits in cards_in(match[0]):
            yield Finding(match.start() + first, match.start() + last, "card", digits)


def _ipv4_addresses(text: str, start: int, end: int) -> Iterator[Finding]:
    for match in _IPV4.finditer(text, start, end):
        address = match[0]
        harmless = address.startswith(("0.", "127.")) or address.endswith(".0.0.0")
        if not harmless and _VERSION_BEFORE.search(text[max(0, match.start() - 24) : match.start()]) is None:
            yield Finding(match.start(), match.end(), "ip", address)


def _phones(text: str, start: int, end: int) -> Iterator[Finding]:
    for pattern in _PHONES:
        for match in pattern.finditer(text, start, end):
            group = "number" if "number" in pattern.groupindex else 0
            digits = re.sub(r"\D", "", re.sub(r"%2[0Bb]", "", match[group]))
            yield Finding(match.start(group), match.end(group), "phone", digits.removeprefix("00"))


def _compact(number: str) -> str:
    return re.sub(r"%20|[^A-Za-z0-9]", "", number)


_FINDERS: tuple[_Finder, ...] = (_ibans, _cards, _ipv4_addresses, _phones)
