"""Tells a waiting client how far a download is."""

from mcp.server.mcpserver import Context

from recordings_mcp.tools._services import Services
from recordings_mcp.tools._timelines import Progress


def block_progress(context: Context[Services]) -> Progress:
    """Report blocks of one recording as they are read."""

    async def report(done: int, total: int) -> None:
        await context.report_progress(done, total, f"{done} of {total} blocks downloaded")

    return report
