"""What `doctor` found: one line each."""

from dataclasses import dataclass
from typing import Literal

from recordings_mcp.client import RecordingsError


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        level: `ok`; `warn`: it works, with less; `fail`: it does not work.
        what: What was looked at and how it is.
        fix: What to do about it.
    """

    level: Literal["ok", "warn", "fail"]
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.what}{f'  — {self.fix}' if self.fix else ''}"


def failure(subject: str, error: RecordingsError | str) -> Finding:
    """An error's text as a finding: its first sentence is what happened, the rest what to do."""
    what, _, fix = str(error).partition(". ")
    return Finding("fail", f"{subject}: {what.rstrip('.')}", fix)
