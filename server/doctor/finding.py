"""The findings of `doctor`, one line each."""

from dataclasses import dataclass
from typing import Literal

from recordings_mcp.client import RecordingsError


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        level: `ok`; `warn`: it works with limits; `fail`: it does not work.
        what: What was checked, and the result.
        fix: How to fix it.
    """

    level: Literal["ok", "warn", "fail"]
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.what}{f'  — {self.fix}' if self.fix else ''}"


def failure(subject: str, error: RecordingsError | str) -> Finding:
    """Return an error as a finding: its first sentence is what happened, the rest is the fix."""
    what, _, fix = str(error).partition(". ")
    return Finding("fail", f"{subject}: {what.rstrip('.')}", fix)
