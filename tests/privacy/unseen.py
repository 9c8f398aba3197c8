"""Texts that were written before anybody looked at the rules, and what redaction makes of them.

A hostile line is `kind | text` and marks what must not be shown: `tel:⟦+1-212-555-0187⟧`. An innocent line must stay
as it is. `⏎` is a line break. Every value is made up; keys have a valid shape and random characters.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from recordings_mcp.privacy import Redactor, clean

_FOLDER = Path(__file__).parent
_MARKED = re.compile("⟦(.*?)⟧", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hostile:
    kind: str
    text: str
    values: tuple[str, ...]

    def is_hidden(self) -> bool:
        """Return whether redaction leaves neither the first nor the second half of any value."""
        shown = redacted(self.text)
        return not any(part in shown for value in self.values for part in _halves(clean(value)))


def hostile_texts(file: str) -> list[Hostile]:
    lines = (line.partition(" | ") for line in _lines(file))
    return [Hostile(kind, _MARKED.sub(r"\1", text), tuple(_MARKED.findall(text))) for kind, _, text in lines]


def innocent_texts(file: str) -> list[str]:
    return _lines(file)


def redacted(text: str) -> str:
    return Redactor("standard", key=b"k").text(clean(text))


def stays(text: str) -> bool:
    return redacted(text) == clean(text)


def _lines(file: str) -> list[str]:
    return [
        line.replace("⏎", "\n") for line in (_FOLDER / file).read_text(encoding="utf-8").split("\n") if line
    ]


def _halves(value: str) -> list[str]:
    """Return the two halves of a value: of one too short for halves that mean anything, the whole."""
    middle = len(value) // 2
    return [value[:middle], value[middle:]] if middle >= 4 else [value]
