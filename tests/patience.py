"""How long tests wait for what should happen at once, and how they wait until nothing happens."""

from anyio import wait_all_tasks_blocked
from anyio.lowlevel import checkpoint
from anyio.to_thread import current_default_thread_limiter

SOON = 10.0
"""Seconds that such a thing may take on a machine that is busy with other tests; alone it is a fraction of one.

What a test rules out by it would last longer, or for ever.
"""


async def everybody_waits() -> None:
    """Return once every task waits for something, and none for a thread that computes."""
    await wait_all_tasks_blocked()
    while current_default_thread_limiter().borrowed_tokens:
        await checkpoint()
        await wait_all_tasks_blocked()
