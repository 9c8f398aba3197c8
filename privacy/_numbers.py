"""Numbers that belong to a person: payment cards, bank accounts, phones, IPv4 addresses.

All four are clusters of digits. One scan over the shadow of the text finds the clusters, and the patterns
search only around them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from recordings_mcp.privacy._accounts import cards_in, iban_length_at, is_issued_card
from recordings_mcp.privacy._rule import Finding, Prefilter, has_any

_CLUSTER = re.compile(rb"0[0 ]{6,}+|0000[^0]{1,4}0{4,6}[^0]{1,4}0{4,5}")
_REACH = 40
_LARGEST_OCTET = 255


_Finder: TypeAlias = Callable[[str, int, int], Iterator[Finding]]

# The first character comes before its look-behind: searching is much faster in that order.
_START = r"\d(?:(?<![\w.]\d)|(?<=%[0-9A-Fa-f]{2}\d))"
_IBAN_HEAD = re.compile(
    r"[A-Za-z]{2}(?:(?<![A-Za-z]{3})|(?<=IBAN[A-Za-z]{2})|(?<=%[0-9A-Fa-f]{2}[A-Za-z]{2}))\d{2}"
)
_LONGEST_IBAN = 80  # 32 characters, each with an encoded space
_CARD = re.compile(rf"{_START}(?<!\w-\d)(?:(?:[ +-]|%20|%2[BbDd])?\d){{12,47}}+(?!\w)")
_SPLIT_CARD = re.compile(
    r"\d{4}(?:(?<![\w.]\d{4})|(?<=[a-z]_\d{4}))"
    r"(?:(?P<mark>[\s+./_-]{0,2}|[\"']?,\s?[\"']?)\d{4}(?P=mark)\d{4}(?P=mark)\d{4}(?![^\W_]|[.,]\d)"
    r"|(?P<sign>[\s+./_-]{1,2})\d{6}(?P=sign)\d{5}(?![^\W_]|[.,]\d))"
)
_IPV4 = re.compile(rf"{_START}\d{{0,2}}(?:\.\d{{1,3}}){{3}}(?!\w|\.\d)")
_NO_ADDRESS_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])[A-Z][A-Za-z]{0,20}/"  # a product in a user agent
    r"|(?i:version|release|build|\bver|section|chapter|clause|kapitel|abschnitt)\W{1,4}|§ ?|\bv"
    r"|(?<![\d.])\d{1,6}(?:\.\d{1,6})?-)$"  # coordinates of a drawing
)
_SPACER = r"(?:[ ./()-]|%20){0,3}"
_INTERNATIONAL = re.compile(
    rf"(?:\+(?<![A-Za-z_+]\+)|%2[Bb])\(?[1-9](?:{_SPACER}\d){{7,14}}(?!\d)"
    rf"|00(?<![\w+.-]00)[1-9]\d{{0,2}}[ ./(-](?:{_SPACER}\d){{6,12}}(?!\d)"
)
_NATIONAL = re.compile(
    r"(?:(?<![\w.+/-])(?<! \d\d )|(?=\())(?:"
    r"(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}(?P<dash>[.-]))\d{3}(?(dash)(?P=dash)|[ .-])\d{4}"  # NANP
    r"|0[1-9](?P<mark>[ .-])\d\d(?:(?P=mark)\d\d){3}"  # France, Belgium
    r"|\(?0[1-9]\d{1,3}\)?[ /-]\d{3,4}[ -]?\d{3,4}"  # Britain, Germany, Italy, Japan
    r"|06-\d{8}|0\d{2,3} \d{3} \d\d \d\d|0\d{1,3}-\d{2,3} \d\d \d\d"  # Netherlands, Turkey, Sweden
    r"|8 \(9\d\d\) \d{3}-\d\d-\d\d|\([1-9]\d\) 9\d{4}-\d{4}"  # Russia, Brazil
    r")(?!\w|[ .-]\d"
    r"| (?:items?|views?|results?|users?|rows?|points?|pieces|pcs|units|records|entries|bytes)\b)"
)
_PAIRS = re.compile(r"0[1-9](?:[ .-]\d\d){4}")
_LARGEST_BALL = 50
_LABELS = (
    r"phone|fon|fono|t[eé]l[eé]fono?|telefone|telefoon|telefonu|telefono|telefón|teléfono|telef[oó]n|puhelin|fax|tel|tlf"
    r"|telephone|whatsapp|msisdn|handy|mobil|mobiel|m[oó]vil|celular|cel|cellulare|cell|mobile|portable|gsm|sms|viber"
    r"|komórka|komórkowy|телефон|тел|моб|мобильный|τηλέφωνο|κινητό|هاتف|الهاتف|جوال|الجوال|موبايل|טלפון|הטלפון|נייד"
    r"|मोबाइल|फ़ोन|फोन|โทรศัพท์|điện thoại|電話|电话|手机|手機|携帯|휴대폰|전화|연락처|rufnummer|gsm"
)
_NUMBER_WORDS = (
    r"numbers?|no|nr|num|nummer|n[uú]mero|num[eé]ro|numer|номер|телефона|telefonu|numaras\u0131|komórkowy|portable"
    r"|mobile|m[oó]vil|celular|home|work|office|privat|personal|verified|contacto|contact|kontakt|de|is|ist|est|es|lautet|typed"
    r"|號碼|号码|号|番号|번호|नंबर"
    r"|שלך|رقم"
)
_LABEL = re.compile(
    rf"(?:(?<![^\W_])|(?<=[a-z])(?=[A-Z])|(?<=(?:user|home|work|cell)))(?P<word>{_LABELS})(?P<more>{_NUMBER_WORDS})?(?![a-z])"
    rf"(?P<between>(?:[\s_.:=#\"'\u00b0\u2014()/-]|(?<![^\W_])(?:{_NUMBER_WORDS})(?![a-z])"
    rf"|\[(?!(?:secret|jwt|card|iban|email|phone|ip|national_id)[:\]])[^\]\n]{{0,20}}\]){{0,8}})$",
    re.IGNORECASE,
)
_ALSO_OTHER_WORDS = frozenset(
    ("cell", "mobile", "mobil", "handy", "portable", "cel", "sms", "tel", "fon", "phone")
)
_CALLED_A_PHONE = re.compile(
    r"(?<![\w.,])(?!\d{4}-\d\d-\d\d|\d{1,9}\.\d{1,9}\.\d)\(?(?P<number>\d(?:[ ./()-]{0,2}\d){6,14})"
    r"(?!\w|[ ]?(?:[kKMG]?Hz|px|mm|MB|GB|%)\b)"
)
_LABEL_REACH = 48
_STEMS = (
    "phone", "fon", "tel", "tlf", "fax", "whatsapp", "cel", "mobi", "msisdn", "handy", "puhelin", "gsm",
    "sms", "viber", "portable", "rufnummer", "movil",
)  # fmt: skip
_ALL_STEMS = (
    *_STEMS, "tél", "tel", "móvil", "komór", "тел", "моб", "τηλ", "κινητ", "هاتف", "جوال", "موبايل",
    "טלפון", "נייד", "मोबाइल", "फ", "โทร", "điện", "話", "话", "手机", "手機", "携帯", "휴대", "전화", "연락",
)  # fmt: skip
_WHATSAPP_LINK = re.compile(r"wa\.me/(?P<number>\d{8,15})(?!\w)")


class NumberRule:
    """Numbers of some classes; where two overlap, the class of the first finder wins."""

    def __init__(self, *finders: _Finder) -> None:
        self._finders = finders

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the numbers of persons."""
        del text
        windows = list(_windows(prefilter))
        return list(_without_overlaps(prefilter.digits, windows, self._finders)) if windows else ()


def _windows(prefilter: Prefilter) -> Iterator[tuple[int, int]]:
    """Yield start and end of the merged stretches around clusters of digits, never ending within a word."""
    text = prefilter.digits
    start, end = 0, -1
    for cluster in _CLUSTER.finditer(prefilter.shadow):
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
    for match in _SPLIT_CARD.finditer(text, start, end):
        digits = re.sub(r"\D", "", match[0])
        if is_issued_card(digits):
            yield Finding(*match.span(), "card", digits)


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
            if not _are_balls(match[0]):
                yield Finding(*match.span(), "phone", _digits(match[0]))
    nearby = text[max(0, start - _LABEL_REACH) : end].lower()
    if has_any(nearby, _STEMS if nearby.isascii() else _ALL_STEMS):
        for match in _CALLED_A_PHONE.finditer(text, start, end):
            label = _LABEL.search(text[max(0, match.start() - _LABEL_REACH) : match.start()])
            if label is not None and _names_a_phone(label):
                yield Finding(*match.span("number"), "phone", _digits(match["number"]))
    for match in _WHATSAPP_LINK.finditer(text, start, end):
        yield Finding(*match.span("number"), "phone", match["number"])


def _names_a_phone(label: re.Match[str]) -> bool:
    """Return whether a phone number follows a label; a word that means other things too needs a sign."""
    return bool(label["more"] or label["between"].strip()) or label["word"].lower() not in _ALSO_OTHER_WORDS


def _are_balls(number: str) -> bool:
    """Return whether five pairs of digits rise to at most 50, as those of a lottery do and few phones."""
    if _PAIRS.fullmatch(number) is None:
        return False
    pairs = [int(number[place : place + 2]) for place in range(0, len(number), 3)]
    return pairs[-1] <= _LARGEST_BALL and all(first < second for first, second in pairwise(pairs))


def _digits(number: str) -> str:
    return re.sub(r"%2[0Bb]|\D", "", number).removeprefix("00")


ACCOUNT_NUMBERS = NumberRule(_ibans, _cards)
"""Numbers of accounts: secret, no matter whose they are."""

PERSONAL_NUMBERS = NumberRule(_ibans, _cards, _ipv4_addresses, _phones)
"""All of them, those with the strictest check first."""
