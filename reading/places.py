"""Places to read recordings in, of which there are few."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter

from recordings_mcp.client import deadline


@asynccontextmanager
async def place_in(room: CapacityLimiter) -> AsyncGenerator[None]:
    """Hold one of the places; waiting for it ends with the time of the call.

    Raises:
        DeadlineExceeded: No place became free in time.
    """
    with deadline(math.inf) as left, left.enforced("other recordings were still being read"):
        await room.acquire()
    try:
        yield
    finally:
        room.release()
