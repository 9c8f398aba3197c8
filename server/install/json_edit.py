"""Set one value in the text of a JSON document. Every other character stays as it was."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_INDENTED_KEY = re.compile(r'\n([ \t]+)"(?:[^"\\\n]|\\.)*"[ \t]*:')
_DEFAULT_INDENT = "  "


class NotEditable(ValueError):
    """The text is not plain JSON, or not an object where there must be one. The text says which."""


@dataclass(frozen=True, slots=True)
class _Member:
    key: str
    start: int
    value: int
    end: int


def parse_object(text: str) -> dict[str, Any]:
    """Read a document, which must be an object.

    Raises:
        NotEditable: It is not plain JSON, for example because of comments, or no object.
    """
    try:
        document = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotEditable(f"it is not plain JSON ({place}), perhaps because of comments") from None
    except (ValueError, RecursionError):
        raise NotEditable("it has a number or a nesting that plain JSON does not have") from None
    if not isinstance(document, dict):
        raise NotEditable("it is not a JSON object")
    return cast("dict[str, Any]", document)


def with_value(text: str, path: Sequence[str], value: Any) -> str:
    """Give the document with the value at a path of keys; what is missing on the way is added at the end.

    The new text takes over the document's indentation and line ends; a document on one line stays on one.

    Args:
        text: A document that `parse_object` reads.
        path: The keys from the outermost object on; at least one.
        value: What `json` can write.

    Raises:
        NotEditable: A key on the way holds something else than an object.
    """
    return _set(text, _after_space(text, 0), path, value)


def _set(text: str, opening: int, path: Sequence[str], value: Any) -> str:
    key, *rest = path
    members = _members(text, opening)
    # Of members with the same key the last one counts, for Python as for JavaScript.
    member = next((member for member in reversed(members) if member.key == key), None)
    if member is None:
        for missing in reversed(rest):
            value = {missing: value}
        return _inserted(text, opening, members, key, value)
    if not rest:
        if _dumped(json.loads(text[member.value : member.end])) == _dumped(value):
            return text
        return text[: member.value] + _rendered(text, member.start, value) + text[member.end :]
    if text[member.value] != "{":
        raise NotEditable(f'"{key}" in it is not an object')
    return _set(text, member.value, rest, value)


def _members(text: str, opening: int) -> list[_Member]:
    members: list[_Member] = []
    position = _after_space(text, opening + 1)
    while text[position] != "}":
        start = position
        key, position = _DECODER.raw_decode(text, start)
        value = _after_space(text, _after_space(text, position) + 1)
        _, end = _DECODER.raw_decode(text, value)
        members.append(_Member(key, start, value, end))
        position = _after_space(text, end)
        if text[position] == ",":
            position = _after_space(text, position + 1)
    return members


def _inserted(text: str, opening: int, members: Sequence[_Member], key: str, value: Any) -> str:
    label = f"{_dumped(key)}: "
    if not members:
        closing = _after_space(text, opening + 1)
        return text[:opening] + _rendered(text, opening, {key: value}) + text[closing + 1 :]
    last = members[-1]
    if not _is_first_on_line(text, last.start):
        return f"{text[: last.end]}, {label}{_dumped(value)}{text[last.end :]}"
    gap = f",{_newline(text)}{_indentation(text, last.start)}"
    return text[: last.end] + gap + label + _rendered(text, last.start, value) + text[last.end :]


def _rendered(text: str, at: int, value: Any) -> str:
    """Write a value in the style of the document, as deep as the line at that position."""
    if "\n" not in text.strip():
        return _dumped(value)
    found = _INDENTED_KEY.search(text)
    indent = found[1] if found else _DEFAULT_INDENT
    return _dumped(value, indent).replace("\n", _newline(text) + _indentation(text, at))


def _dumped(value: Any, indent: str | None = None) -> str:
    dumped = json.dumps(value, indent=indent, ensure_ascii=False)
    try:
        dumped.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can only escape
        return json.dumps(value, indent=indent)
    return dumped


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _indentation(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _is_first_on_line(text: str, at: int) -> bool:
    return "\n" in text[:at] and not text[text.rfind("\n", 0, at) : at].strip()


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
