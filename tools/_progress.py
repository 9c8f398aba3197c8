"""Reports to a waiting client how far a call is, and what it waits for.

Within a call each report is higher than the one before, as the protocol demands, even if the call waits
several times before it makes progress.
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
class _Reported:
    last: float = 0.0


_reported = ContextVar[_Reported]("_reported")


@contextmanager
def rising_progress() -> Generator[None]:
    """Let the reports of the call inside rise."""
    token = _reported.set(_Reported())
    try:
        yield
    finally:
        _reported.reset(token)


async def report_progress(context: Context[Any, Any], done: float, total: float | None, message: str) -> None:
    """Report how much is done, and of how much if that is known. Only inside `rising_progress`."""
    reported = _reported.get()
    reported.last = max(done, reported.last + _LEAST_STEP)
    await context.report_progress(reported.last, total, message)


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
