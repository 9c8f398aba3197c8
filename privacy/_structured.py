"""Secrets given away by a name elsewhere in the same object, list or tag.

`{"name": "password", "type": "text", "value": "…"}`, `{"password": {"value": "…"}}`, `["password", "…"]`,
`<input value="…" name="pin">`. Console output is often cut, so an object need not end.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._rule import Finding, PhraseRule, Prefilter, has_any

_HINTS = (
    "pass", "pwd", "secret", "token", "pin", "cred", "key", "otp", "cvv", "cvc", "code", "auth",
    "cookie", "contrase", "senha", "kennw", "wachtw", "parol", "парол", "パスワ", "密", "비밀",
)  # fmt: skip
# A list matters only if it begins with a string: names of buttons have words in brackets.
_OPENINGS = ("{", '["', "['", "[\\")
_OPENING = re.compile(r"\{|\[\s{0,16}\\{0,7}[\"']")
_TOKEN = re.compile(
    r"\"(?P<double>(?:[^\"\\\n]|\\.)*+)\"|'(?P<single>(?:[^'\\\n]|\\.)*+)'"
    r"|(?P<sign>[{}\[\]:,])|(?P<plain>[\w$.+-]++)"
)
NAMES = ("name", "key", "field", "header", "label", "id", "type", "property", "attribute", "autocomplete")
"""Members of an object that name its `VALUES`."""
VALUES = frozenset(("value", "val", "defaultValue", "currentValue"))
CONTENTS = VALUES | {"text", "content", "current", "raw", "plain", "data", "input"}
"""Members of an object that hold what the object is called: `{"password": {"current": "…"}}`."""
_DEEPEST, _DEEPEST_STRING = 50, 3
_ESCAPE = re.compile(r"\\([\\\"])")
_LONGEST_NAME = 80
_MOST_BLANKS = 1
_LETTERS = re.compile(r"[A-Za-z_ .-]*")
_DIGIT = re.compile(r"\d")
_PAIR, _MOST_NAMES = 2, 10


class _Text(NamedTuple):
    """A string, number or word, and where it is."""

    text: str
    start: int
    end: int
    quoted: bool


@dataclass(slots=True)
class _Container:
    """An object or a list that is being read.

    Attributes:
        under: The name it is the value of.
        key: The key of the member that is being read.
        last: What was read last.
        items: The items of a list so far, at most three of them.
        names: The values of its members that name something.
        values: The values of its members that may be what is named.
    """

    under: str = ""
    key: str = ""
    last: _Text | None = None
    items: list[_Text] = field(default_factory=list[_Text])
    names: list[str] = field(default_factory=list[str])
    values: list[tuple[str, _Text]] = field(default_factory=list[tuple[str, _Text]])

    def end_of_member(self) -> Iterator[_Text]:
        """Yield the member that was read if its own name or the name of the whole makes it a secret."""
        read, self.last = self.last, None
        if read is None or not (read.quoted or _DIGIT.search(read.text)):
            return  # `{token: state}` is code
        if not self.key:
            self.items = [*self.items, read][: _PAIR + 1]
            if self.under and is_secret_field(self.under, read.text) and read.text.count(" ") <= _MOST_BLANKS:
                yield read
            return
        if self.key in NAMES and len(self.names) < _MOST_NAMES:
            self.names.append(read.text[:_LONGEST_NAME])
        if self.key in CONTENTS and len(self.values) < _MOST_NAMES:
            self.values.append((self.key, read))
        if is_secret_field(self.key, read.text):
            yield read

    def end(self) -> Iterator[_Text]:
        """Yield the secrets that only the whole gives away."""
        yield from self.end_of_member()
        for key, value in self.values:
            names = [self.under, *self.names] if key in VALUES else [self.under]
            if any(is_secret_field(name, value.text) for name in names):
                yield value
        if len(self.items) == _PAIR and is_secret_pair(self.items[0].text, self.items[1].text):
            yield self.items[1]


def is_secret_pair(name: str, value: str) -> bool:
    """Return whether a list of these two is a name and its secret, and not a list of two names."""
    return _LETTERS.fullmatch(value) is None and is_secret_field(name[:_LONGEST_NAME], value)


class StructuredRule:
    """Values in JSON, and in what consoles make of objects."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the values whose object or list says that they are secret."""
        if not has_any(prefilter.words, _OPENINGS) or not has_any(prefilter.words, _HINTS):
            return ()
        return [Finding(value.start, value.end, "secret", value.text) for value in _secrets(text)]


def _secrets(text: str, depth: int = _DEEPEST_STRING) -> Iterator[_Text]:
    opened: deque[_Container] = deque([_Container()], maxlen=_DEEPEST)
    for match in _tokens(text, opened):
        group = match.lastgroup or "plain"
        if group == "sign":
            yield from _read_sign(match[0], opened)
            continue
        opened[-1].last = _Text(match[group], *match.span(group), group != "plain")
        if depth and group == "double" and '\\"' in match[group]:
            yield from _secrets_within(match[group], match.start(group), depth - 1)
    while opened:
        yield from opened.pop().end()


def _tokens(text: str, opened: deque[_Container]) -> Iterator[re.Match[str]]:
    """Yield the tokens of each line with an opening bracket, and on until all brackets are closed."""
    place = 0
    while (opening := _OPENING.search(text, place)) is not None:
        place = max(place, text.rfind("\n", place, opening.start()) + 1)
        for match in _TOKEN.finditer(text, place):
            yield match
            place = match.end()
            if len(opened) == 1 and place > opening.start():
                break
        else:
            return


def _read_sign(sign: str, opened: deque[_Container]) -> Iterator[_Text]:
    """Read a bracket, colon or comma. What is outside all brackets is neither a member nor an item."""
    last = opened[-1]
    if sign in "{[":
        opened.append(_Container(under=last.key or last.under))
    elif len(opened) == 1:
        opened[-1] = _Container()
    elif sign == ":":
        last.key = last.last.text[:_LONGEST_NAME] if last.last is not None else ""
        last.last = None
    elif sign == ",":
        yield from last.end_of_member()
        last.key = ""
    else:
        yield from opened.pop().end()
        opened[-1].last = None


_TAG = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+")
_ATTRIBUTE = re.compile(
    r"(?P<name>[\w:-]{1,40}+)\s{0,3}=\s{0,3}(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)')"
)


class TagRule:
    """The value in a tag whose other attributes say that it is secret, such as `type="password"`."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the values of such tags."""
        return list(_values_of_tags(text)) if "<" in text and "value" in prefilter.words else ()


def _values_of_tags(text: str) -> Iterator[Finding]:
    for tag in _TAG.finditer(text):
        names: list[str] = []
        values: list[_Text] = []
        for attribute in _ATTRIBUTE.finditer(text, *tag.span()):
            group = attribute.lastgroup or "double"
            if attribute["name"].lower() in NAMES:
                names.append(attribute[group][:_LONGEST_NAME])
            elif attribute["name"].lower() == "value" and attribute[group]:
                values.append(_Text(attribute[group], *attribute.span(group), quoted=True))
        for value in values:
            if any(is_secret_field(name, value.text) for name in names):
                yield Finding(value.start, value.end, "secret", value.text)


def _secrets_within(string: str, start: int, depth: int) -> Iterator[_Text]:
    """Yield the secrets of JSON in a JSON string that begins at `start`."""
    escapes = [match.start() - index for index, match in enumerate(_ESCAPE.finditer(string))]
    for value in _secrets(_ESCAPE.sub(r"\1", string), depth):
        first, last = (start + place + bisect_right(escapes, place) for place in (value.start, value.end - 1))
        yield _Text(string[first - start : last + 1 - start], first, last + 1, value.quoted)


_BESIDE = re.compile(
    r"(?:name|key|field|header|label)(?:\\{0,7}[\"'])?\s{0,3}[:=]\s{0,3}\\{0,7}[\"']"
    r"(?P<name>[^\"'\\\n]{1,80})\\{0,7}[\"'][,;]?\s{0,3}(?:\\{0,7}[\"'])?value(?:\\{0,7}[\"'])?\s{0,3}[:=]\s{0,3}"
    r"(?P<open>\\{0,7}[\"'])(?P<value>[^\"'\n\\]{1,4000})",
    re.IGNORECASE,
)


def _beside(match: re.Match[str]) -> Finding | None:
    if not is_secret_field(match["name"], match["value"]):
        return None
    return Finding(*match.span("value"), "secret", match["value"])


PAIR_RULE = PhraseRule(("name", "key", "field", "header", "label"), _BESIDE, _beside, needed=("value",))
"""A name and a value side by side, in whatever notation."""
