r"""A text as a reader would have it: encoded characters decoded, look-alikes of signs in ASCII.

The rules look at this text too, and what they find is hidden in the text as it was recorded.
Sources: RFC 3986 (`%40`), HTML (`&#64;`), ECMA-262 (`\u0040`, `\u{40}`, `\x40`, `%u0040`), RFC 2045 (`=40`).
"""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from urllib.parse import unquote

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),  # dashes
        **dict.fromkeys("\u00b7\u2022\u30fb\u2027\u22c5", "-"),  # dots in the middle
        **dict.fromkeys("\u3002\uff61\ufe52\u2024", "."),
        "\ufe6b": "@", "\ufe55": ":", "\ufe66": "=", "\u2217": "*",
    }
)  # fmt: skip
_LOOK_ALIKE = "".join(map(chr, _LOOK_ALIKES))
_FORMS = "\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468\u24b6-\u24e9\U0001d400-\U0001d7ff"
_ENCODED = re.compile(
    r"(?P<percent>%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f]){2,12})"
    r"|%[uU](?P<hexadecimal>[0-9A-Fa-f]{4})"
    r"|\\{1,4}(?:[uU](?P<escaped>[0-9A-Fa-f]{4})|x(?P<short>[0-9A-Fa-f]{2})|u\{0{0,4}(?P<braced>[0-9A-Fa-f]{1,6})\})"
    r"|\\{1,8}(?P<quote>[\"'/])"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|(?:nbsp|quot|apos|amp|commat|equals|colon|period|hyphen|ndash"
    r"|num|lowbar|sol|Tab|NewLine)(?=;));?)"
    r"|(?P<element><(?:br|wbr)[ ]?/?>)"
    r"|(?P<printable>=(?:2[BDEbde]|3[ADad]|40))"
    rf"|(?P<alike>[{_LOOK_ALIKE}{_FORMS}])"
)
# What may hide a value from the rules, which read `%20`, `%3D` and their like themselves.
_WORTH_DECODING = re.compile(
    rf"[%\\&=<{_LOOK_ALIKE}{_FORMS}]"
    r"(?:(?<=%)(?:2[257Ff]|[57][BbDd]|3\d|[46][1-9A-Fa-f]|[57][0-9Aa]|[89A-Fa-f][0-9A-Fa-f]|[uU]00)"
    r"|(?<=\\)(?:[uUx\"'/]|\\)|(?<=&)(?:#|nbsp|quot|apos|commat|equals|colon|period|hyphen|ndash|num|lowbar|sol|amp;)"
    r"|(?<==)(?:2[BDE]|3[AD]|40)|(?<=<)w?br|(?<=\w[^\x00-\x7f])(?=\w)|(?<=[\u2070-\u24ff\U0001d400-\U0001d7ff]))"
)
_REACH = 300

MOST_DECODINGS = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text and where its characters come from.

    Attributes:
        text: The text, decoded.
        starts: The indexes in `text` at which a piece begins.
        origins: Where each piece begins in the text it was decoded from; one more, the end of that text.
        literal: Of each piece, whether it was taken over letter for letter.
    """

    text: str
    starts: list[int]
    origins: list[int]
    literal: list[bool]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the start and end, in the original text, of what became `text[start:end]`."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        begin = self.origins[first] + (start - self.starts[first] if self.literal[first] else 0)
        if self.literal[last]:
            return begin, self.origins[last] + end - self.starts[last]
        return begin, self.origins[last + 1]


def encoded_stretches(text: str) -> list[tuple[int, int]]:
    """Return the start and end of the stretches of `text` with something encoded and what may belong to it.

    They do not overlap, and begin and end at a line break or a blank if there is one within 300 characters.
    """
    stretches: list[tuple[int, int]] = []
    for match in _WORTH_DECODING.finditer(text):
        if stretches and match.end() + _REACH <= stretches[-1][1]:
            continue
        first, last = max(0, match.start() - _REACH), min(len(text), match.end() + _REACH)
        first = max(first, text.rfind("\n", first, match.start()) + 1)
        if stretches and first <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], last
        else:
            stretches.append((first, last))
    return stretches


def decoded(text: str) -> list[Decoded]:
    """Return the decodings of `text`, each of the one before; none if nothing in it is encoded."""
    found: list[Decoded] = []
    while len(found) < MOST_DECODINGS and _ENCODED.search(text) is not None:
        found.append(_decoded_once(text))
        if found[-1].text == text:
            return found[:-1]
        text = found[-1].text
    return found


def _decoded_once(text: str) -> Decoded:
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    literal: list[bool] = []
    length = done = 0
    for match in _ENCODED.finditer(text):
        for piece, origin, taken_over in (
            (text[done : match.start()], done, True),
            (_character(match), match.start(), False),
        ):
            if piece:
                pieces.append(piece)
                starts.append(length)
                origins.append(origin)
                literal.append(taken_over)
                length += len(piece)
        done = match.end()
    if done < len(text) or not starts:
        pieces.append(text[done:])
        starts.append(length)
        origins.append(done)
        literal.append(True)
    return Decoded("".join(pieces), starts, [*origins, len(text)], literal)


def _character(match: re.Match[str]) -> str:
    """Return what an encoded stretch stands for, or the stretch itself if that cannot be shown."""
    kind, found = match.lastgroup, match[0]
    if kind == "percent":
        plain = unquote(found, errors="strict") if _is_utf8(found) else found
    elif kind == "entity":
        plain = html.unescape(found)
    elif kind == "quote":
        plain = match["quote"]
    elif kind == "element":
        plain = "\n" if "w" not in found else ""
    elif kind == "printable":
        plain = chr(int(found[1:], 16))
    elif kind == "alike":
        plain = (
            found.translate(_LOOK_ALIKES) if found in _LOOK_ALIKE else unicodedata.normalize("NFKC", found)
        )
    else:
        code = int(match[kind or 0], 16)
        plain = chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found  # noqa: PLR2004
    return " " if plain == "\u00a0" else plain


def _is_utf8(percent: str) -> bool:
    try:
        bytes.fromhex(percent.replace("%", "")).decode()
    except UnicodeDecodeError:
        return False
    return True
