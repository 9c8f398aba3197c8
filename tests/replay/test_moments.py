"""Parsing of times in a recording."""

import pytest

from recordings_mcp.replay import parse_moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("1.5", 1.5),
        ("00:00", 0),
        (" 01:30 ", 90),
        ("1:5", 65),
        ("75:00", 4500),
        ("1:01:30.5", 3690.5),
        ("100:00:00", 360_000),
    ],
)
def test_a_moment_is_seconds_or_a_clock(text: str, seconds: float) -> None:
    assert parse_moment(text) == seconds


@pytest.mark.parametrize("text", ["01:75", "1:00:60", "-1", "nan", "inf", "soon", "", "1:2:3:4"])
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r'must be "mm:ss" or seconds'):
        parse_moment(text)
