"""Every benchmark says what it measures, instead of beginning to measure."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTED_BY_OTHERS = {"bare_server", "many_projects"}
COMMANDS = [
    file.stem
    for file in sorted((ROOT / "benchmarks").glob("*.py"))
    if "__main__" in file.read_text(encoding="utf-8") and file.stem not in STARTED_BY_OTHERS
]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_shown(name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--help"]

    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own

    assert shown.stdout.startswith("usage: ")
