"""What an answer of the server holds of planted texts, and whether any of it got out of where it belongs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from mcp.types import CallToolResult
from pydantic import BaseModel

from recordings_mcp.tools import TOOLS
from recordings_mcp.tools._result import Trusted
from tests.privacy.hostile import escapes, inside_fence
from tests.trust.planting import FIELDS, MARK, field_of

_LINK = re.compile(r"http://localhost:8000/project/1/replay/(?:<id>|[\w.~%-]+)(?:\?t=(?:\d+|<seconds>))?")
_PUBLIC_LINK = re.compile(r"http://localhost:8000/shared/[\w-]+")
_FENCE = re.compile(r"^<(untrusted-\d{15})>$.*?^</\1>$", re.MULTILINE | re.DOTALL)


def _fields_of_our_words(model: type[BaseModel]) -> Iterator[str]:
    for name, described in model.model_fields.items():
        if any(isinstance(mark, Trusted) for mark in described.metadata):
            yield name
        for inner in (described.annotation, *get_args(described.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from _fields_of_our_words(inner)


_OURS = frozenset(name for tool in TOOLS for name in _fields_of_our_words(tool.result_type))


@dataclass
class Table:
    """What reached which tool's answers, and what escaped there."""

    reached: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    escaped: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def take(self, tool: str, marks: set[str], found: Sequence[str]) -> None:
        """Count the marks that stand in one answer, and keep what escaped in it."""
        self.reached.setdefault(tool, Counter()).update(field_of(mark) for mark in marks)
        self.escaped.setdefault(tool, []).extend(found)

    def __str__(self) -> str:
        tools = list(self.reached)
        head = "".join(f"{tool.removesuffix('_recordings').removesuffix('_recording'):>13}" for tool in tools)
        rows = [
            f"{name:<22}" + "".join(f"{self.reached[tool][name] or '-':>13}" for tool in tools)
            for name in FIELDS
        ]
        last = f"{'escapes':<22}" + "".join(f"{len(self.escaped[tool]):>13}" for tool in tools)
        return "\n".join(["", " " * 22 + head, *rows, last])


def examine_text(text: str, needles: Sequence[str]) -> tuple[set[str], list[str]]:
    """The marks in a text with one fence or none, and what escaped in it."""
    fenced = _FENCE.search(text)
    inside = inside_fence(text) if fenced else ""
    outside = _without_links(_FENCE.sub("", text))
    found = escapes(inside, tuple(needles))
    found += [f"outside the fence: {escape}" for escape in escapes(outside, tuple(needles))]
    found += [f"outside the fence: {mark} {field_of(mark)}" for mark in MARK.findall(outside)]
    return set(MARK.findall(inside)), found


def examine(result: CallToolResult, needles: Sequence[str]) -> tuple[set[str], list[str]]:
    """The same for a whole result: its text, its data, its marking."""
    [block] = result.content
    assert block.type == "text"
    marks, found = examine_text(block.text, needles)
    if result.structured_content is not None:
        more, wrong = examine_data(result.structured_content, needles, block.text)
        marks, found = marks | more, found + [f"in the data: {escape}" for escape in wrong]
    meta = result.meta or {}
    fence = str(meta.get("recordings-mcp/fence"))
    if not result.is_error and not (
        meta.get("recordings-mcp/untrusted") is True and fence[:10] in _FENCE.pattern
    ):
        found.append("not marked as untrusted")
    return marks, found


def examine_data(data: object, needles: Sequence[str], told: str = "") -> tuple[set[str], list[str]]:
    """The same for structured content; strings that are `told` in an examined text are examined already."""
    strings = list(_strings(data, ours=False))
    distinct = dict.fromkeys(_without_links(string) for string, _ in strings)
    text = "\n\n".join(string for string in distinct if string not in told)
    found = escapes(text, tuple(needles))
    for string, ours in strings:
        if ours:
            found += [f"in our words: {mark}" for mark in MARK.findall(_without_links(string))]
    return {mark for string in distinct for mark in MARK.findall(string)}, found


def _strings(value: object, *, ours: bool) -> Iterator[tuple[str, bool]]:
    """Every string in it, names too, and whether it stands where only our own words may."""
    if isinstance(value, str):
        yield value, ours
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield name, ours
            yield from _strings(inner, ours=ours or name in _OURS)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _strings(inner, ours=ours)


def _without_links(text: str) -> str:
    """The text without the links we make ourselves; an id in one is quoted."""
    return _PUBLIC_LINK.sub("", _LINK.sub("", text))
