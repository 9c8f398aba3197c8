"""Recorded text and addresses, shortened to one line.

Redaction recognises e-mail addresses, keys, card, account and phone numbers by their whole shape, and would
miss half of one. So a text is cut only where none of them can continue after the cut.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

NAME_LENGTH = 60
MESSAGE_LENGTH = 200
URL_LENGTH = 200

ELLIPSIS = "…"

_WORD = re.compile(r"[^ ]+")
_ADDRESS = re.compile(r"[^\w/]{0,3}(?:/|[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}(?::\d{1,5})?/)")
_SEGMENT = re.compile(r"[^/]*/|[^/]+")
_PARAMETER = re.compile(r"(?=&[\w.%\[\]-]{1,40}=)")
# No digit, no capital, and no character that may encode an at sign: text like this holds no secret.
_PLAIN = re.compile(r"[^\dA-Z@%&\\=+]+")
# Letters of scripts without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese.
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

_IMPLAUSIBLE = 1e9
MASKED = "(masked)"
_MASKED_FIRST = ("*", "•", "●")
_MASK = re.compile(r"[*\s•●]+…?")
_READ = 8  # times the length: enough even with much white space


def one_line(text: str, length: int = NAME_LENGTH) -> str:
    """Return `text` with each run of white space as one space, cut to `length` characters and an ellipsis.

    The cut never divides a secret. Lone surrogates, which JavaScript allows and UTF-8 does not, become
    question marks.
    """
    beginning = text[: length * _READ]
    line = " ".join(beginning.split())
    if not line.isascii():
        line = line.encode("utf-8", "replace").decode()
    if len(beginning) < len(text):
        return cut(unfinished(line), length)
    return line if len(line) <= length else cut(line, length)


def is_masked(text: str) -> bool:
    """Return whether a recorder masked all of `text`: it is asterisks or bullets, nothing else."""
    return text[:1] in _MASKED_FIRST and _MASK.fullmatch(text) is not None


def shown_name(text: str) -> str:
    """Return an element's text as the name of a target: one line, or `(masked)`."""
    return MASKED if is_masked(text) else one_line(text).replace('"', "'")


def has_mask(text: str) -> bool:
    """Return whether any part of `text` may be masked."""
    return "*" in text or "•" in text or "●" in text


def rounded(number: float) -> float:
    """Return a number without its fraction; an implausibly large one as a float.

    Raises:
        OverflowError: It is an integer beyond the range of a float.
    """
    return round(number) if abs(number) < _IMPLAUSIBLE else float(number)


def host_of(url: str) -> str | None:
    """Return the host and port of an address, or None if it has none, like the name of an app's screen."""
    try:
        return urlsplit(url[:2048]).netloc.rpartition("@")[2] or None
    except ValueError:
        return None


def short_address(url: str, home: str | None) -> str:
    """Return an address without its scheme, and without its host if that is `home`."""
    try:
        parts = urlsplit(url[:4096])
    except ValueError:
        return one_line(url, URL_LENGTH)
    if not parts.netloc:
        return one_line(url, URL_LENGTH)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return one_line(f"{'' if host == home else host}{path}{query}{fragment}", URL_LENGTH)


def cut(line: str, room: int) -> str:
    """Return the beginning of a line and an ellipsis, at most `room` characters.

    A word is never divided, so that an e-mail address, key or token is kept as a whole or not at all. The
    parts of a web address count as words, and so do single letters of a text that holds no secret: Chinese,
    or a long name in lower case. A number may have several words. They stay together: words with digits, with
    at most one short word between two of them, as in `GB29 NWBK 6016 1331`.

    Args:
        line: Words between single spaces; its last word may be incomplete.
        room: At least 1.
    """
    pieces: list[tuple[int, str]] = []
    for start, piece in _pieces(line):
        pieces.append((start, piece))
        if start + len(piece) >= room:
            break
    keep = len(pieces) - 1
    last = pieces[keep][1] if pieces else ""
    # A number before the last piece may continue in it.
    if last and not last.startswith(_PARAMETER_MARKS) and (_is_opaque(last) or _is_short(last)):
        keep = _beginning_of_number([piece for _, piece in pieces[:keep]])
    return line[: pieces[keep][0]].rstrip() + ELLIPSIS if keep >= 0 else ELLIPSIS


def unfinished(line: str) -> str:
    """Return a line whose last word may be incomplete, marked so that `cut` does not divide this word.

    If much of that word is known, its missing rest cannot belong to a secret at its beginning.
    """
    return line if len(line) - line.rfind(" ") > _FAR else f"{line}@"


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces that must not be divided, each with its offset."""
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


def _beginning_of_number(pieces: list[str]) -> int:
    """Return the index of the first piece of the number at the end, or the number of pieces."""
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
    """Return whether a piece may belong to a number or a key."""
    return _OPAQUE.search(piece) is not None


def _is_short(piece: str) -> bool:
    """Return whether a piece may occur inside a number: a sign, or letters of an account number."""
    return len(piece) <= _SHORT or piece.isupper()
