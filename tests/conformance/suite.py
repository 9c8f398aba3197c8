"""Runs the official conformance suite, and counts what it says."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import anyio

Wire = Literal["2025-11-25", "2026-07-28"]
WIRES: tuple[Wire, ...] = ("2025-11-25", "2026-07-28")

_SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
_NODE = "node@22"  # which the suite needs; npm has it as a package, so that the machine may have an older one
_SCENARIO = re.compile(r"^[✓✗] [\w-]+: (\d+) passed, (\d+) failed$", re.MULTILINE)
_ABSENT = re.compile(r"^  ~ ", re.MULTILINE)
_COLOR = re.compile(r"\x1b\[\d+m")
_VERDICT = "Baseline check passed"
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the suite found.

    Attributes:
        passed: Whether everything passed but what the baseline names, and nothing of that.
        scenarios: Scenarios that ran.
        checks: Checks that passed.
        absent: Entries of the baseline that failed, as it says.
        output: What the suite printed.
    """

    passed: bool
    scenarios: int
    checks: int
    absent: int
    output: str

    def __str__(self) -> str:
        verdict = "as expected" if self.passed else "NOT AS EXPECTED"
        return (
            f"{verdict}; {self.scenarios} scenarios, {self.checks} checks passed, "
            f"{self.absent} absent by design"
        )


async def run_suite(npx: str, port: int, wire: Wire, baseline: Path) -> Outcome:
    """Run every scenario there is for a protocol version against a server on a port of this machine."""
    command = [npx, "--yes", "--loglevel=error", "--package", _NODE, "--package", _SUITE]
    command += ["conformance", "server"]
    command += ["--url", f"http://localhost:{port}/mcp", "--suite", "all", "--spec-version", wire]
    with anyio.fail_after(_SECONDS):
        finished = await anyio.run_process(
            [*command, "--expected-failures", str(baseline)], check=False, stderr=sys.stderr
        )
    return read_output(finished.returncode, finished.stdout.decode())


def read_output(code: int, output: str) -> Outcome:
    """Count. A run that ended before its verdict did not pass, whatever its code."""
    plain = _COLOR.sub("", output)
    scenarios = [int(found[1]) for found in _SCENARIO.finditer(plain)]
    passed = code == 0 and bool(scenarios) and _VERDICT in plain
    return Outcome(passed, len(scenarios), sum(scenarios), len(_ABSENT.findall(plain)), plain)
