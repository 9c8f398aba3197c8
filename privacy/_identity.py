"""Numbers that a state gave to a person: after their label, or by a shape with check digits.

A number without a label is hidden only if its shape is rare in other texts. Twelve digits in fours have the
check digit of an Aadhaar number once in ten times by chance, so that one needs its label.

Shapes and check digits are those of each country's issuer: SSA (SSN), HMRC NIM39110 (NINO), Receita Federal
(CPF), Ministerio del Interior (NIE), INSEE (NIR), Agenzia delle Entrate (codice fiscale), DVV (HETU), IBZ
(rijksregisternummer), ZAS (AHV), GB 11643-1999 (China), RENAPO (CURP), Registro Civil (RUT), ITD (PAN).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

from recordings_mcp.privacy._rule import Finding, Prefilter, places

_NAMES = (
    "ssn", "social security", "social insurance", "national insurance", "nino", "ni number", "ni no",
    "cpf", "dni", "nie", "nif", "nir", "sécurité sociale", "securite sociale", "seguridad social",
    "aadhaar", "aadhar", "आधार", "passport", "reisepass", "passeport", "pasaporte", "passaporto",
    "passaporte", "paspoort", "paszport", "паспорт", "护照", "護照", "パスポート", "여권", "pasaport",
    "personalausweis", "ausweisnummer", "ausweis-nr", "codice fiscale", "pesel", "personnummer",
    "fødselsnummer", "fodselsnummer", "cpr", "henkilötunnus", "hetu", "bsn", "burgerservicenummer",
    "rijksregister", "registre national", "ahv", "avs", "身份证", "身分證", "curp", "rut", "nric", "kimlik",
    "tckn", "주민등록번호", "マイナンバー", "個人番号", "tfn", "tax file", "nhs", "steuer-id",
    "steueridentifikationsnummer", "sozialversicherung", "svnr", "rodné číslo", "oib", "jmbg", "amka",
    "afm", "תעודת זהות", "cédula", "cedula", "sin", "driver's licen", "drivers licen", "driving licen",
    "führerschein", "national id", "identity card", "identity number", "id number", "ein kimlik", "cnp",
    "egn", "medicare", "emirates id", "iqama", "ktp", "nik", "cccd", "cmnd",
)  # fmt: skip
_FILLER = (
    r"(?:numbers?|no|nr|num|nummer|n[uú]mero|num[eé]ro|номер|numaras\u0131|numer|say\u0131s\u0131"
    r"|card|karten|carte|id|is|ist|est|es|号码|号|番号|番號)"
)
_LABEL = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(map(re.escape, _NAMES))})(?:s?{_FILLER}|s)?(?![a-z])"
    rf"(?:[\s_.:=#\"'°º№/()-]|{_FILLER}(?![a-z])|\[(?!\w{{1,12}}:)[\w-]{{1,20}}\]|typed ){{0,8}}$",
    re.IGNORECASE,
)
_REACH = 56
_RUN = re.compile(rb"0[0 A]{5,}+")
# At least six digits with at most two other signs between any two of them.
_CLUSTER = re.compile(r"\d(?<![.,]\d)(?:[ ./A-Z-]{0,2}+\d){5,40}+")
_LETTERS_BEFORE, _LETTERS_AFTER = 8, 8
_NUMBER = re.compile(
    r"(?<![\w.+-])(?=[A-Z]{0,6}[ ]?\d)(?:[A-Z]{1,6}|[A-Z]{2}[ -])?\d[\dA-Z]{0,15}"
    r"(?:[ ./-]{1,2}(?=[A-Z]{0,3}\d|[A-Z] \d)[\dA-Z]{1,12}){0,7}(?:[ -][A-Z])?(?!\w|[.,]\d)"
)
_FEWEST_DIGITS, _MOST_DIGITS = 6, 18
_A_DATE = re.compile(r"(?:19|20)\d\d[./-]\d\d?[./-]\d\d?|\d\d?[./-]\d\d?[./-](?:19|20)\d\d")


class IdentityRule:
    """Numbers of identity, tax, insurance and travel documents."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return those with a label, then those whose check digits are right."""
        text = prefilter.digits
        runs = _RUN.finditer(prefilter.shadow)
        clusters = [cluster for run in runs for cluster in _CLUSTER.finditer(text, *run.span())]
        if not clusters:
            return ()
        folded = prefilter.folded
        before = "\n".join(
            [folded[max(0, cluster.start() - _REACH) : cluster.start()] for cluster in clusters]
        )
        names = [name for name in _NAMES if name in before]
        return list(_numbers(text, clusters, places(folded, names) if names else []))


def _numbers(text: str, clusters: list[re.Match[str]], labels: list[int]) -> Iterator[Finding]:
    for cluster in clusters:
        start, end = max(0, cluster.start() - _LETTERS_BEFORE), cluster.end() + _LETTERS_AFTER
        label = bisect_left(labels, cluster.start())
        if label > 0 and labels[label - 1] >= start - _REACH:
            for match in _NUMBER.finditer(text, start, end):
                if _has_label(text, match):
                    yield _finding(match)
        for match in _SHAPE.finditer(text, start, end):
            if _CHECKS[match.lastgroup or ""](match[0]):
                yield _finding(match)


def _has_label(text: str, number: re.Match[str]) -> bool:
    digits = sum(character.isdigit() for character in number[0])
    if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS or _A_DATE.fullmatch(number[0]) is not None:
        return False
    return _LABEL.search(text[max(0, number.start() - _REACH) : number.start()]) is not None


def _finding(match: re.Match[str]) -> Finding:
    return Finding(*match.span(), "national_id", re.sub(r"\W", "", match[0]).upper())


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdigit()]


def _is_ssn(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _is_cpf(text: str) -> bool:
    digits = _digits(text)
    return len(set(digits)) > 1 and all(
        sum(digit * weight for digit, weight in zip(digits, range(length + 1, 1, -1), strict=False))
        * 10
        % 11
        % 10
        == digits[length]
        for length in (9, 10)
    )


def _is_nie(text: str) -> bool:
    number = int(str("XYZ".index(text[0])) + text[1:8])
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == text[-1]


def _is_codice_fiscale(text: str) -> bool:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    values = [
        int(character, 36) % 10 if character.isdigit() else ord(character) - 65 for character in text[:15]
    ]
    total = sum(odd[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(total % 26 + 65) == text[15]


def _is_chinese(text: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        "10X98765432"[sum(int(d) * w for d, w in zip(text, weights, strict=False)) % 11] == text[17].upper()
    )


def _is_hetu(text: str) -> bool:
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31] == text[10]


def _is_belgian(text: str) -> bool:
    number = "".join(map(str, _digits(text)))
    return any(97 - int(century + number[:9]) % 97 == int(number[9:]) for century in ("", "2"))


def _is_ahv(text: str) -> bool:
    digits = _digits(text)
    return -sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12])) % 10 == digits[12]


def _is_nir(text: str) -> bool:
    number = text.replace(" ", "").replace("2A", "19").replace("2B", "18")
    return 97 - int(number[:13]) % 97 == int(number[13:])


def _is_rut(text: str) -> bool:
    number, check = re.sub(r"\.", "", text).upper().split("-")
    total = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(number)))
    return "0K987654321"[total % 11] == check


def _always(text: str) -> bool:
    return bool(text)


_SHAPE = re.compile(
    r"(?<![\w.-])(?:"
    r"(?P<ssn>\d{3}-\d{2}-\d{4})"
    r"|(?P<cpf>\d{3}\.\d{3}\.\d{3}-\d{2})"
    r"|(?P<nie>[XYZ]\d{7}[A-Z])"
    r"|(?P<codice_fiscale>[A-Z]{6}\d\d[ABCDEHLMPRST]\d\d[A-Z]\d{3}[A-Z])"
    r"|(?P<chinese>[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])"
    r"|(?P<hetu>(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[-+A]\d{3}[0-9A-Y])"
    r"|(?P<belgian>\d\d\.(?:0\d|1[0-2])\.[0-3]\d-\d{3}\.\d\d)"
    r"|(?P<ahv>756\.\d{4}\.\d{4}\.\d\d)"
    r"|(?P<nir>[12] \d\d (?:0[1-9]|1[0-2]) (?:\d\d|2[AB]) \d{3} \d{3} \d\d)"
    r"|(?P<curp>[A-Z][AEIOUX][A-Z]{2}\d\d(?:0[1-9]|1[0-2])[0-3]\d[HM][A-Z]{5}[0-9A-Z]\d)"
    r"|(?P<rut>\d{1,2}\.\d{3}\.\d{3}-[\dkK])"
    r"|(?P<pan>[A-Z]{3}P[A-Z]\d{4}[A-Z])"
    r"|(?P<nino>[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d\d \d\d \d\d [A-D])"
    r")(?![\w-]|\.\d)"
)
_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "ssn": _is_ssn, "cpf": _is_cpf, "nie": _is_nie, "codice_fiscale": _is_codice_fiscale,
    "chinese": _is_chinese,
    "hetu": _is_hetu, "belgian": _is_belgian, "ahv": _is_ahv, "nir": _is_nir, "rut": _is_rut,
    "curp": _always, "nino": _always, "pan": _always,
}  # fmt: skip
