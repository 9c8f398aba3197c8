"""Many callers at once, a shorter form of what `benchmarks.load` does by default."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_many_callers_with_their_own_keys_are_all_answered_and_isolated() -> None:
    command = [sys.executable, "-m", "benchmarks.load", "--callers", "20", "--seconds", "2"]
    ended = subprocess.run(  # noqa: S603 - our own
        command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )

    calls, failed = re.findall(r"20 callers for 2 s: (\d+) calls, (\d+) failed", ended.stdout)[0]
    assert int(calls) >= 40
    assert int(failed) == 0
    assert "answers with another caller's visitor, or without their own: 0\n" in ended.stdout
    assert (ended.returncode, ended.stderr) == (0, "")
