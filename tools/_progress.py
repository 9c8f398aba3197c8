"""Tells a waiting client how far a call is, and what it waits for."""

from typing import Any

from mcp.server.mcpserver import Context

from recordings_mcp.client import OnWait
from recordings_mcp.tools._services import Services
from recordings_mcp.tools._timelines import Progress


def block_progress(context: Context[Services]) -> Progress:
    """Report blocks of one recording as they are read."""

    async def report(done: int, total: int) -> None:
        await context.report_progress(done, total, f"{done} of {total} blocks downloaded")

    return report


def wait_progress(context: Context[Any, Any]) -> OnWait:
    """Report waits for PostHog's rate limits, and between repeats."""

    async def report(seconds: float, why: str) -> None:
        await context.report_progress(0, message=f"waiting {seconds:.0f} s: {why}")

    return report
