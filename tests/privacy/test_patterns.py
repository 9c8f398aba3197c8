"""The work grows with the length of a text and no faster: no pattern repeats a repetition without an end."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

import recordings_mcp.privacy
from recordings_mcp.privacy import Sanitizer

# The standard library's own parser of patterns, by the name it has had since Python 3.11.
_PARSER = importlib.import_module("re._parser")
_REPEATS = {_PARSER.MAX_REPEAT, _PARSER.MIN_REPEAT}
_ENDLESS = 4096


def _modules() -> list[ModuleType]:
    names = [found.name for found in pkgutil.iter_modules(recordings_mcp.privacy.__path__)]
    return [importlib.import_module(f"recordings_mcp.privacy.{name}") for name in names]


def _patterns_in(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for item in cast("Sequence[Any]", value):
            yield from _patterns_in(item)
    elif isinstance(value, dict):
        yield from _patterns_in(list(cast("dict[str, Any]", value).values()))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _patterns_in(getattr(value, field.name))


def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}.{index}": pattern
        for module in _modules()
        for name, value in vars(module).items()
        for index, pattern in enumerate(_patterns_in(value))
    }


def _children(argument: Any) -> Iterator[Any]:
    """Yield the parsed parts within one part of a parsed pattern."""
    if isinstance(argument, _PARSER.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for item in cast("Sequence[Any]", argument):
            yield from _children(item)


def _repeats_within(parsed: Any) -> Iterator[tuple[bool, int, Any]]:
    """Yield every repetition in a parsed pattern that may give back: whether it is endless, its most, its body."""
    for operation, argument in parsed:
        if operation in _REPEATS:
            _, most, body = argument
            yield most >= _ENDLESS, most, body
        for child in _children(argument):
            yield from _repeats_within(child)


def _has_endless(parsed: Any) -> bool:
    return any(endless for endless, _, _ in _repeats_within(parsed))


def _parsed() -> dict[str, Any]:
    return {name: _PARSER.parse(pattern.pattern, pattern.flags) for name, pattern in _patterns().items()}


def test_no_pattern_has_an_endless_repetition_within_a_repetition() -> None:
    nested = {
        name
        for name, parsed in _parsed().items()
        if any(most > 1 and _has_endless(body) for _, most, body in _repeats_within(parsed))
    }

    assert nested == set()


def test_no_pattern_has_two_endless_repetitions_that_share_a_text() -> None:
    endless = {
        name: sum(endless for endless, _, _ in _repeats_within(parsed)) for name, parsed in _parsed().items()
    }

    assert {name: count for name, count in endless.items() if count > 1} == {}


def test_the_inspection_of_patterns_finds_what_it_looks_for() -> None:
    bad, fine = _PARSER.parse(r"(?:a+b?)+c"), _PARSER.parse(r"(?:a++b?){1,9}c*+")

    assert any(most > 1 and _has_endless(body) for _, most, body in _repeats_within(bad))
    assert not any(most > 1 and _has_endless(body) for _, most, body in _repeats_within(fine))
    assert len(_patterns()) > 80


_STUTTERS = st.sampled_from(
    ["a", "1", "%2B", "%40", "@", "a@", "a.", "://", "://a:", '"', "\\", '\\"', "=", ":", "token=", 'typed "', "[", "](",
     "-----BEGIN PRIVATE KEY-----", "eyJ", "Bearer ", "cookie=a=", "4 ", "1.1.", "00", "+1", "f:", "::", "\x1b[", "\x9d\n",
     "phone ", "/reset/", '"name":"', "DE00", "&#", "\u200b", "untrusted", "-", " ", "\n"]
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(_STUTTERS, _STUTTERS, st.integers(500, 1500), st.text(max_size=3))
def test_a_long_repetitive_text_does_not_change_a_second_time(
    first: str, second: str, times: int, end: str
) -> None:
    sanitizer = Sanitizer("standard", key=b"k")
    ready = sanitizer.text((first + second) * times + end)

    assert sanitizer.text(ready) == ready
