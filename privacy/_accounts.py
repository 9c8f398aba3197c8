"""Check digits and shapes of payment cards and bank accounts.

Sources: ISO/IEC 7812-1 (Luhn, annex B; issuer identification numbers), ISO 13616-1 and the SWIFT IBAN
registry (lengths by country, mod 97).
"""

import re
from collections.abc import Iterator

_IBAN_COUNTRIES_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_IBAN_LENGTHS = {
    country: length
    for length, countries in _IBAN_COUNTRIES_BY_LENGTH.items()
    for country in countries.split()
}
_IBAN_CHARACTER = re.compile(r"(?:[\s+./_-]{1,2}|%20)?([A-Za-z0-9])")

# Contiguous digits are a card only with the prefix and length of a known issuer: timestamps begin otherwise.
_ISSUED = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11,16}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}|8[12]\d{14,17}"  # Discover, UnionPay, RuPay
    r"|(?:50|5[6-8]|6[037])\d{11,17}|220[0-4]\d{12,15}|9792\d{12}"  # Maestro, Mir, Troy
)
_GROUPINGS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13)}
_OTHER_GROUPINGS = {(8, 4, 4, 4, 12), (3, 7, 7)}  # UUIDs, order numbers of Amazon
_DOUBLED = str.maketrans(
    "0123456789", "0246813579"
)  # twice each digit, with the digits of the product added up
_SHORTEST_CARD, _LONGEST_CARD, _SHORTEST_GROUP = 13, 19, 3


def luhn(digits: str) -> bool:
    """Return whether the last digit is the Luhn check digit of the others."""
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def cards_in(cluster: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and digits of the card numbers within a cluster of digits and single separators.

    A cluster may have more than the number: a count before it, an expiry date after it. So every run of whole
    groups with one kind of separator is tried, the earliest and shortest first.
    """
    spaced = re.sub(r"%2[0BbDd]", "   ", cluster)
    groups = list(re.finditer(r"\d+", spaced))
    if tuple(len(group[0]) for group in groups) in _OTHER_GROUPINGS:
        return
    first = 0
    while first < len(groups):
        found = _card_from(spaced, groups[first:])
        if found is None:
            first += 1
        else:
            yield groups[first].start(), groups[first + len(found) - 1].end(), "".join(found)
            first += len(found)


def _card_from(cluster: str, groups: list[re.Match[str]]) -> list[str] | None:
    """Return the shortest run of leading groups that is a card number."""
    run: list[str] = []
    marks: set[str] = set()
    for index, group in enumerate(groups):
        run.append(group[0])
        length = group.end() - groups[0].start() - sum(map(len, marks)) * index
        if length > _LONGEST_CARD or len(marks) > 1:
            return None
        if length >= _SHORTEST_CARD and _is_card(run):
            return run
        if len(group[0]) < _SHORTEST_GROUP or index + 1 == len(groups):
            return None
        marks.add(cluster[group.end() : groups[index + 1].start()])
    return None


def _is_card(groups: list[str]) -> bool:
    digits = "".join(groups)
    shaped = tuple(map(len, groups)) in _GROUPINGS and digits[0] != "0"
    return (shaped or _ISSUED.fullmatch(digits) is not None) and luhn(digits)


def is_issued_card(digits: str) -> bool:
    """Return whether the digits are a card number with the prefix and length of a known issuer."""
    return _ISSUED.fullmatch(digits) is not None and luhn(digits)


def iban_length_at(text: str) -> int:
    """Return how many leading characters of `text`, separators included, are a valid IBAN; 0 if none are."""
    wanted = _IBAN_LENGTHS.get(text[:2].upper(), 0)
    compact = ""
    place = 0
    while len(compact) < wanted and (character := _IBAN_CHARACTER.match(text, place)) is not None:
        compact += character[1]
        place = character.end()
    if not wanted or len(compact) < wanted or text[place : place + 1].isalnum():
        return 0
    turned = (compact[4:] + compact[:4]).upper()
    return place if int("".join(str(int(character, 36)) for character in turned)) % 97 == 1 else 0
