"""Strangers' text, brought into one short line."""

import re

from recordings_mcp.replay.cut import cut, unfinished

NAME_LENGTH = 60
MESSAGE_LENGTH = 200
URL_LENGTH = 200

_SENSELESS = 1e9
_MASKED_FIRST = ("*", "•", "●")
_MASK = re.compile(r"[*\s•●]+…?")
_READ = 8  # times the length: enough where there is much white space


def one_line(text: str, length: int = NAME_LENGTH) -> str:
    """Give `text` with runs of white space as one blank, cut to `length` characters and an ellipsis.

    It is cut where no secret is cut in two. Lone surrogates, which JavaScript allows and UTF-8 does not,
    become question marks.
    """
    beginning = text[: length * _READ]
    line = " ".join(beginning.split())
    if not line.isascii():
        line = line.encode("utf-8", "replace").decode()
    if len(beginning) < len(text):
        return cut(unfinished(line), length)
    return line if len(line) <= length else cut(line, length)


def is_masked(text: str) -> bool:
    """Say whether `text` is what a recorder writes for a masked one: asterisks or bullets, nothing else."""
    return text[:1] in _MASKED_FIRST and _MASK.fullmatch(text) is not None


def has_mask(text: str) -> bool:
    """Say whether any part of `text` may be masked."""
    return "*" in text or "•" in text or "●" in text


def rounded(number: float) -> float:
    """Return a number without its fraction; one beyond all sense as it is."""
    return round(number) if abs(number) < _SENSELESS else number
