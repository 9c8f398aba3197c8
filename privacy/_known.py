"""Values known beforehand to belong to the recorded person: their own name, e-mail and address."""

import re
from collections.abc import Iterator, Mapping, Sequence

from recordings_mcp.privacy._rule import Glance, Hide, Kind

_BETWEEN_WORDS = r"(?:[\s._+-]|%20){1,3}"
_SHORTEST_VALUE, _SHORTEST_NAME = 2, 3


class KnownRule:
    """Hides known values: whole ones whatever their case and spacing, the single names in a name as written.

    A page greets people by one name. Many names are words too, so one alone counts only in its own letter
    case or in capitals.
    """

    def __init__(self, known: Mapping[Kind, Sequence[str]]) -> None:
        self._kinds: dict[str, tuple[Kind, str]] = {}
        spellings: dict[str, None] = {}
        for kind, values in known.items():
            for value in values:
                for key, spelling in _spellings(kind, value):
                    self._kinds.setdefault(key, (kind, " ".join(value.lower().split())))
                    spellings[spelling] = None
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spellings)})(?!\w)") if spellings else None

    def apply(self, text: str, glance: Glance, hide: Hide) -> str:
        """Return `text` with the known values replaced."""
        del glance
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: hide(*self._kinds[_key(match[0])]), text)


def _spellings(kind: Kind, value: str) -> Iterator[tuple[str, str]]:
    """Yield the keys of a value and the patterns of how it is written, the whole before its parts."""
    words = re.split(_BETWEEN_WORDS, value.strip()) if kind != "email" else [value.strip()]
    if len(value.strip()) < _SHORTEST_VALUE:
        return
    yield _key(value.strip()), f"(?i:{_BETWEEN_WORDS.join(map(re.escape, words))})"
    for word in words if kind == "name" and len(words) > 1 else ():
        if len(word) >= _SHORTEST_NAME and word.isalpha():
            yield _key(word), f"{re.escape(word)}|{re.escape(word.upper())}"


def _key(value: str) -> str:
    return re.sub(_BETWEEN_WORDS, " ", value).lower()
