"""Tells a waiting client how far a call is, and what it waits for.

Within a call each report is above the one before, as the protocol demands, also where a call waits again and
again before it gets any further.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import Context

from recordings_mcp.client import OnWait, Progress

_LEAST_STEP = 0.001


@dataclass(slots=True)
class _Told:
    last: float = 0.0


_told = ContextVar[_Told]("_told")


@contextmanager
def rising_progress() -> Generator[None]:
    """Let all reports of the call within rise."""
    token = _told.set(_Told())
    try:
        yield
    finally:
        _told.reset(token)


async def report_progress(context: Context[Any, Any], done: float, total: float | None, message: str) -> None:
    """Report how much is done, of how much where that is known. Only within `rising_progress`."""
    told = _told.get()
    told.last = max(done, told.last + _LEAST_STEP)
    await context.report_progress(told.last, total, message)


def block_progress(context: Context[Any, Any]) -> Progress:
    """Report blocks of one recording as they are read."""

    async def report(done: int, total: int) -> None:
        await report_progress(context, done, total, f"{done} of {total} blocks downloaded")

    return report


def wait_progress(context: Context[Any, Any]) -> OnWait:
    """Report waits for PostHog's rate limits, and between repeats."""

    async def report(seconds: float, why: str) -> None:
        await report_progress(context, 0, None, f"waiting {seconds:.0f} s: {why}")

    return report
