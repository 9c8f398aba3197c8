"""Places for what may be done by few at a time."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter

from recordings_mcp.client import deadline


@asynccontextmanager
async def place_in(room: CapacityLimiter, how_far: str) -> AsyncGenerator[None]:
    """Hold one of the places; waiting for it ends with the time of the call.

    Args:
        room: Where.
        how_far: What the call waited for, to be told when its time was up.

    Raises:
        DeadlineExceeded: No place became free in time.
    """
    with deadline(math.inf) as left, left.enforced(how_far):
        await room.acquire()
    try:
        yield
    finally:
        room.release()
