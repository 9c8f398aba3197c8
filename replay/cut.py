"""Where a text may be cut.

What leaves is searched for e-mail addresses, keys, card, account and phone numbers by their whole shape;
half of one would not be recognised. So a text is cut only where none of them can go on behind the cut.
"""

import re
from collections.abc import Iterator

ELLIPSIS = "…"

_WORD = re.compile(r"[^ ]+")
_ADDRESS = re.compile(r"[^\w/]{0,3}(?:/|[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}(?::\d{1,5})?/)")
_SEGMENT = re.compile(r"[^/]*/|[^/]+")
_PARAMETER = re.compile(r"(?=&[\w.%\[\]-]{1,40}=)")
# No digit, no capital, and nothing an at sign may be written with: in none of these is a secret.
_PLAIN = re.compile(r"[^\dA-Z@%&\\=+]+")
# Letters of scripts that set no blanks between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese.
_UNSPACED = (
    "\u0e01-\u0e4f\u0e81-\u0ecf\u1000-\u103f\u1780-\u17df\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED_PIECE = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")
_MAY_HOLD_AT_SIGN = re.compile(r"[@%&\\]")
_OPAQUE = re.compile(r"\d|[a-z][A-Z]")
_PARAMETER_MARKS = ("?", "&")
_FAR = 200
_LONG = 30
_SHORT = 4
_MOST_SHORT = 1


def cut(line: str, room: int) -> str:
    """Give the beginning of a line and an ellipsis, `room` characters at most.

    A word is never cut, so an e-mail address, key or token in it is there as a whole or not at all. As words
    count the parts of a web address, and the letters of what holds no secret: Chinese, or a long name in
    small letters. Numbers are written in several words, so these go together: those with digits, at most one
    short word between two of them, as in `GB29 NWBK 6016 1331`.

    Args:
        line: words between single blanks; what follows its last word may be missing.
        room: at least 1.
    """
    pieces: list[tuple[int, str]] = []
    for start, piece in _pieces(line):
        pieces.append((start, piece))
        if start + len(piece) >= room:
            break
    keep = len(pieces) - 1
    if keep >= 0 and _goes_on(pieces[keep][1]):
        keep = _beginning_of_number([piece for _, piece in pieces[:keep]])
    return line[: pieces[keep][0]].rstrip() + ELLIPSIS if keep >= 0 else ELLIPSIS


def unfinished(line: str) -> str:
    """Give a line whose last word may go on so that this word is not cut.

    Where much of that word is known, what follows is too far away to belong to anything at its beginning.
    """
    return line if len(line) - line.rfind(" ") > _FAR else f"{line}@"


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Give what is not to be cut, and where it begins."""
    for word in _WORD.finditer(line):
        at = word.start()
        for piece in _pieces_of(word[0]):
            yield at, piece
            at += len(piece)


def _pieces_of(word: str) -> Iterator[str]:
    if "://" in word or _ADDRESS.match(word):
        path, mark, query = word.partition("?")
        yield from _SEGMENT.findall(path)
        yield from filter(None, _PARAMETER.split(mark + query))
    elif len(word) > _LONG and _PLAIN.fullmatch(word):
        yield from word
    elif _MAY_HOLD_AT_SIGN.search(word):
        yield word
    else:
        yield from _UNSPACED_PIECE.findall(word)


def _goes_on(piece: str) -> bool:
    """Say whether a number before this piece may go on with it."""
    return not piece.startswith(_PARAMETER_MARKS) and (_is_opaque(piece) or _is_short(piece))


def _beginning_of_number(pieces: list[str]) -> int:
    """Give where the number begins that these pieces end with, or how many they are if they end with none."""
    beginning, short = len(pieces), 0
    for index in range(len(pieces) - 1, -1, -1):
        if _is_opaque(pieces[index]):
            beginning, short = index, 0
            if pieces[index].startswith(_PARAMETER_MARKS):
                break
        elif _is_short(pieces[index]) and short < _MOST_SHORT:
            short += 1
        else:
            break
    return beginning


def _is_opaque(piece: str) -> bool:
    """Say whether a piece may be of a number or of a key."""
    return _OPAQUE.search(piece) is not None


def _is_short(piece: str) -> bool:
    """Say whether a piece may stand within a number: a sign, or letters of an account number."""
    return len(piece) <= _SHORT or piece.isupper()
