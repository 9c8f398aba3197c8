"""Sanitizing untrusted text, in this order: clean, redact, defang, fence."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from recordings_mcp.privacy._clean import clean, clean_line, shorten
from recordings_mcp.privacy._defang import defang
from recordings_mcp.privacy._fence import defuse_fences, fence, new_tag, untrusted_marking
from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._redactor import PrivacyLevel, Redactor, redaction_notice
from recordings_mcp.privacy._rule import PiiKind
from recordings_mcp.privacy._structured import CONTENTS, NAMES, VALUES, is_secret_pair

_DEEPEST = 64
_SCALARS = (str, int, float, type(None))  # checked first: checking for a mapping takes ten times as long
_LONGEST_NUMBER = 128  # bits; no JSON peer keeps more, and Python refuses to print thousands of digits
_PAIR = 2


class Sanitizer:
    """Sanitizes the untrusted text of one result; has the tag of its fence and counts what was hidden.

    Pass whole texts and cut them afterwards: half of a card number is not recognised.

    Args:
        level: How much is hidden.
        key: The key of the tokens, the same for the lifetime of a server process.
        known: The recorded person's own values by kind, hidden at level `strict`.
    """

    def __init__(
        self,
        level: PrivacyLevel,
        *,
        key: bytes | None = None,
        known: Mapping[PiiKind, Sequence[str]] | None = None,
    ) -> None:
        self.redactor = Redactor(level, key=key, known=known)
        self.tag = new_tag()
        self._harmless: dict[tuple[str, ...], str] = {}

    def text(self, value: str) -> str:
        """Return a text of any number of lines, sanitized, to be put inside a fence."""
        return defuse_fences(defang(self.redactor.text(clean(value))))

    def line(self, value: str, *, limit: int | None = None) -> str:
        """Return a text on one line of at most `limit` characters, sanitized, to be put inside a fence."""
        return shorten(defuse_fences(defang(self.redactor.text(clean_line(value)))), limit)

    def own(self, value: str, kind: PiiKind) -> str:
        """Return a value of the recorded person's own record on one line. Only level `strict` hides it."""
        return defuse_fences(defang(self.redactor.own(clean_line(value), kind)))

    def values(self, value: Any) -> Any:
        """Return a JSON-like value with every string in it sanitized, keys too.

        Raises:
            TypeError: Something in it is not JSON.
        """
        return self._value(value, "", _DEEPEST)

    def fence(self, value: str) -> str:
        """Return a text sanitized and between the two marks of this result's fence."""
        return fence(self.text(value), tag=self.tag)

    @property
    def redactions(self) -> dict[PiiKind, int]:
        """The number of values of each kind that were hidden so far."""
        return dict(self.redactor.counts)

    @property
    def notice(self) -> str:
        """One line about what was hidden, or that redaction is off."""
        return redaction_notice(self.redactor.level, self.redactor.counts)

    @property
    def marking(self) -> dict[str, Any]:
        """The entries of the result's `_meta` that mark it as untrusted."""
        return untrusted_marking(self.tag)

    def _value(self, value: Any, name: str, depth: int) -> Any:
        if isinstance(value, _SCALARS) or not isinstance(value, Mapping | list | tuple):
            return self._scalar(value, name)
        if depth == 0:
            return "(nested too deeply to show)"
        if isinstance(value, Mapping):
            return self._mapping(cast("Mapping[object, Any]", value), name, depth)
        items = cast("Sequence[Any]", value)
        shown = [self._value(item, name, depth - 1) for item in items]
        texts = [item for item in items[: _PAIR + 1] if isinstance(item, str)]
        if len(texts) == len(items) == _PAIR and is_secret_pair(texts[0], texts[1]):
            shown[1] = self._named(texts[0], texts[1])
        return shown

    def _scalar(self, value: object, name: str) -> bool | float | str | None:
        if isinstance(value, str):
            return self._cached(self._named, name, value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return self._number(value, name)
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        raise TypeError(f"{type(value).__name__} is not a JSON value")

    def _named(self, name: str, value: str) -> str:
        return defuse_fences(defang(self.redactor.named(name, clean(value))))

    def _cached(self, show: Callable[..., str], *texts: str) -> str:
        """Return `show(*texts)`, cached, since the rows of a result repeat each other.

        A text with something to hide is not cached, so that each occurrence is counted.
        """
        key = (show.__name__, *texts)
        known = self._harmless.get(key)
        if known is not None:
            return known
        hidden = self.redactor.counts.total()
        shown = show(*texts)
        if self.redactor.counts.total() == hidden:
            self._harmless[key] = shown
        return shown

    def _number(self, value: int, name: str) -> int | str:
        """Return a number, or what replaces it if it is a card, or a PIN under its name."""
        if value.bit_length() > _LONGEST_NUMBER:
            return "(number too long to show)"
        shown = self._cached(self._named, name, str(value))
        return value if shown == str(value) else shown

    def _mapping(self, value: Mapping[object, Any], under: str, depth: int) -> dict[str, Any]:
        """Return an object sanitized. What it is the value of, and its names, name the values in it."""
        shown: dict[str, Any] = {}
        names: list[str] = []
        if not CONTENTS.isdisjoint(value):
            names = [under, *(text for key in NAMES if isinstance(text := value.get(key), str))]
        for key, item in value.items():
            labels = names if key in VALUES else names[:1] if key in CONTENTS else ()
            label = next((name for name in labels if _is_secret(name, item)), str(key))
            name = self._new_name(str(key), shown)
            shown[name] = self._value(item, label, depth - 1)
        return shown

    def _new_name(self, key: str, taken: Mapping[str, Any]) -> str:
        """Return a sanitized key, with a number if it is taken already."""
        name = self._cached(self.line, key)
        numbered, copy = name, 2
        while numbered in taken:
            numbered, copy = f"{name} ({copy})".strip(), copy + 1
        return numbered


def _is_secret(name: str, value: object) -> bool:
    """Return whether a name says that a string or a number is secret."""
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return False
    return isinstance(value, str | int) and is_secret_field(name, str(value))


def harmless_line(text: str, *, limit: int | None = None) -> str:
    """Return what a caller wrote on one line, to be repeated in our own text.

    Cleaned, defanged and without look-alikes of a fence, but not redacted: the caller wrote it.
    """
    return shorten(defuse_fences(defang(clean_line(text))), limit)
