"""The engine's page gives numbers that are in the engine."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "engine.md").read_text(encoding="utf-8")
NUMBERS = re.findall(r"`([\w.]+)\.([A-Z_]+) = ([\d_.]+)`", PAGE)


@pytest.mark.parametrize(("module", "constant", "number"), NUMBERS)
def test_a_number_is_that_of_the_code(module: str, constant: str, number: str) -> None:
    assert getattr(import_module(f"recordings_mcp.replay.{module}"), constant) == float(number)


def test_there_are_numbers_to_compare() -> None:
    assert len(NUMBERS) > 20
