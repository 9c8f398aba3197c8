"""Whether a text was drawn at random, as a token is, or written by a person, as an address is."""

import re
from itertools import pairwise

# The pairs of letters that make up 82 % of those in 38,000 words of English, German, French, Spanish,
# Italian, Dutch and Polish: 200 of 676, so that 30 % of the pairs of random letters are among them.
_SECONDS_BY_FIRST = (
    "abcdgilmnprstuy baeilosu caehiklorstu dadeiors eacdefglmnprstvx faefilort gaeirs haeio "
    "iabcdefglmnoprstvz ke ladeilostuy maeiop nacdefgiostuv obcdfglmnoprstuvw paeiloprstu qu "
    "racdegimnorstuy sacehilopstu tacefhiloprstuy ubeilmnprst vaei wai xt yp ze "
)
_PAIRS = frozenset(word[0] + second for word in _SECONDS_BY_FIRST.split() for second in word[1:])
_LEAST_LIKENESS_OF_WORDS = 0.55
_LEAST_LIKENESS_OF_NAMES = 0.75  # `iPhone15ProMax256GB`: short pieces, but of words
_PART = re.compile(r"[A-Za-z0-9]+")
_PIECE = re.compile(r"[A-Z]?[a-z]++|[A-Z]++|\d++")
_FEWEST_PAIRS, _FEWEST_PIECES = 8, 3
# The mean length of random letters and digits is 1.6, of hexadecimal digits 1.9, of words 4 and more.
_LONGEST_PIECE, _LONGEST_PIECE_AMONG_WORDS = 2.7, 2.2
_MOST_TO_JUDGE = 128
_ONLY_DIGITS = 16
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def looks_random(text: str, *, least: int = 10) -> bool:
    """Return whether at least `least` characters in the parts of `text` between signs look drawn at random.

    A part does if it changes often between capitals, small letters and digits, or if its pairs of letters are
    rare in the languages of Europe. A UUID does, and so do 16 digits. Only the first 128 characters count.
    """
    text = text[:_MOST_TO_JUDGE]
    if _UUID.fullmatch(text) is not None:
        return True
    return sum(len(part) for part in _PART.findall(text) if _is_random(part)) >= least


def _is_random(part: str) -> bool:
    if part.isdigit():
        return len(part) >= _ONLY_DIGITS
    pieces: list[str] = _PIECE.findall(part)
    length = len(part) / len(pieces)
    pairs = [pair for piece in pieces if piece.isalpha() for pair in map("".join, pairwise(piece.lower()))]
    if len(pairs) < _FEWEST_PAIRS:
        return len(pieces) >= _FEWEST_PIECES and length <= _LONGEST_PIECE
    likeness = sum(pair in _PAIRS for pair in pairs) / len(pairs)
    most = _LEAST_LIKENESS_OF_NAMES if length <= _LONGEST_PIECE else _LEAST_LIKENESS_OF_WORDS
    return likeness < most or length <= _LONGEST_PIECE_AMONG_WORDS
