"""The findings of `doctor`, one line each."""

from dataclasses import dataclass
from typing import Literal


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
