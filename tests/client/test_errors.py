"""The drawn tree of errors is the real one, and all of it can be caught by name."""

import re

import pytest

from recordings_mcp import client
from recordings_mcp.client import RecordingsError, _errors


def descendants(kind: type[RecordingsError]) -> list[type[RecordingsError]]:
    ours = [child for child in kind.__subclasses__() if child.__module__.startswith("recordings_mcp.client")]
    return [each for child in ours for each in (child, *descendants(child))]


def drawn() -> dict[str, str]:
    """Read the drawing: each name and the name it hangs from."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (_errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)([A-Z]\w+)(?:$|  )", line):
            depth = len(found[1]) // 4
            path = [*path[:depth], found[2]]
            if depth:
                parents[found[2]] = path[-2]
    return parents


def test_the_drawn_tree_is_the_real_one() -> None:
    assert drawn() == {
        each.__name__: each.__base__.__name__ for each in descendants(RecordingsError) if each.__base__
    }


@pytest.mark.parametrize("error", descendants(RecordingsError))
def test_every_error_can_be_caught_by_name(error: type[RecordingsError]) -> None:
    assert getattr(client, error.__name__) is error
    assert error.__name__ in client.__all__
    assert error.__doc__
