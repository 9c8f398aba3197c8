"""`make clients` tells which client failed, which could not be installed, and says it by its exit code."""

from pathlib import Path
from typing import Literal

import anyio
import pytest

from tests.clients.conversation import Mismatch
from tests.clients.environments import (
    NodeEnvironment,
    OwnEnvironment,
    PythonEnvironment,
    requirements_of,
)
from tests.clients.runs import Done, Row
from tests.clients.trying import Outcome, exit_code, table, try_all

pytestmark = pytest.mark.anyio

HERE = OwnEnvironment("mcp")
NOWHERE = NodeEnvironment("absent", "absent@1.0.0")


async def well() -> Done:
    return Done("list, search", "2026-07-28")


async def badly() -> Done:
    async with anyio.create_task_group():
        raise Mismatch("watch: no | click")
    return await well()


GOOD = Row("Good", "1.0", "stdio", (HERE,), well)
BAD = Row("Bad", "2.0", "http", (HERE,), badly)
ABSENT = Row("Absent", "1.0", "stdio", (NOWHERE,), well)


async def test_each_row_is_told_in_its_place_with_what_was_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.clients.environments._ENVIRONMENTS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    outcomes = await try_all([ABSENT, BAD, GOOD], at_once=2)

    lines = table([Outcome(one.row, one.result, one.reason, one.done) for one in outcomes]).splitlines()
    assert lines[0] == "| client | version | transport | protocol | what was done | result | seconds |"
    assert lines[2:] == [
        "| Absent | 1.0 | stdio |  |  | not installed: there is no npm here | 0 |",
        "| Bad | 2.0 | http |  |  | FAILED: Mismatch: watch: no / click | 0 |",
        "| Good | 1.0 | stdio | 2026-07-28 | list, search | ok | 0 |",
    ]


@pytest.mark.parametrize(
    ("results", "require_all", "code"),
    [
        (["ok", "ok"], True, 0),
        (["ok", "not installed"], False, 0),
        (["ok", "not installed"], True, 1),
        (["ok", "FAILED"], False, 1),
        (["FAILED", "not installed"], False, 1),
        (["not installed"], False, 1),
        ([], False, 1),
    ],
)
def test_the_exit_code_says_whether_all_that_could_be_tried_went_well(
    results: list[Literal["ok", "FAILED", "not installed"]], *, require_all: bool, code: int
) -> None:
    assert exit_code([Outcome(GOOD, result) for result in results], require_all=require_all) == code


def test_an_example_names_what_it_needs(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text('# /// script\n# dependencies = ["one==1.0", "two==2.0"]\n# ///\n"""A program."""\n')

    environment = PythonEnvironment("program", requirements_of(program))

    assert (environment.requirements, environment.version) == (("one==1.0", "two==2.0"), "1.0")
