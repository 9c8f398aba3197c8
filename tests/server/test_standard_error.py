"""Standard error whose reader does not keep up, or has gone."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from recordings_mcp.server.process.standard_error import drop_unread_output


@contextmanager
def reading(monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    """The reading end of what is standard error meanwhile."""
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as pipe, monkeypatch.context() as patched:
        patched.setattr("sys.stderr", pipe)
        drop_unread_output()
        yield read


def test_the_line_after_a_truncated_one_starts_on_a_new_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(monkeypatch) as reader:
        sys.stderr.write("x" * 1_000_000)
        sys.stderr.write("lost\n")
        taken = os.read(reader, 1_000_000)
        sys.stderr.write("read\n")
        sys.stderr.write("and this\n")
        after = os.read(reader, 1_000_000)
        os.close(reader)

    assert set(taken) == {ord("x")}
    assert after == b"\nread\nand this\n"


def test_writing_to_a_reader_that_has_gone_is_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with reading(monkeypatch) as reader:
        os.close(reader)

        assert sys.stderr.write("lost\n") == 5
