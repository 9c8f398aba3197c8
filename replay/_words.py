"""Strangers' text, brought into one short line."""

import re

NAME_LENGTH = 60
MESSAGE_LENGTH = 200
URL_LENGTH = 200

TIMES = "\N{MULTIPLICATION SIGN}"
TO = "\N{EN DASH}"

_SECOND_MS = 1000
_MINUTE_MS = 60 * _SECOND_MS
_SENSELESS = 1e9
_MASKED_FIRST = ("*", "•", "●")
_MASK = re.compile(r"[*\s•●]+")


def one_line(text: str, length: int = NAME_LENGTH) -> str:
    """Give `text` with runs of white space as one blank, cut to `length` characters and an ellipsis.

    Lone surrogates, which JavaScript allows and UTF-8 does not, become question marks.
    """
    text = " ".join(text[: length * 8].split())
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def is_masked(text: str) -> bool:
    """Say whether `text` is what a recorder writes for a masked one: asterisks or bullets, nothing else."""
    return text[:1] in _MASKED_FIRST and _MASK.fullmatch(text) is not None


def has_mask(text: str) -> bool:
    """Say whether any part of `text` may be masked."""
    return "*" in text or "•" in text or "●" in text


def whole(number: float) -> str:
    """Give a number without its fraction; one beyond all sense in short."""
    return f"{number:.0f}" if abs(number) < _SENSELESS else f"{number:.2g}"


def seconds(milliseconds: float) -> str:
    """Give a length of time the way a person says it: `812 ms`, `2.2 s`, `3 min 20 s`."""
    if milliseconds < _SECOND_MS:
        return f"{whole(milliseconds)} ms"
    if milliseconds < _MINUTE_MS:
        return f"{milliseconds / 1000:.1f} s"
    if milliseconds >= _SENSELESS:
        return f"{whole(milliseconds / _MINUTE_MS)} min"
    minutes, rest = divmod(round(milliseconds / 1000), 60)
    return f"{minutes} min {rest} s"
