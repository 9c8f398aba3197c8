"""When the answer to a change is lost: read whether the change was made, before reporting anything."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from recordings_mcp.client import RecordingsError

Answer = TypeVar("Answer")


async def reconcile_unknown_outcome(
    change: Awaitable[Answer], look: Callable[[], Awaitable[Answer | None]]
) -> Answer:
    """Await a change and return its answer. If the outcome is unknown, look; the change is never sent again.

    Args:
        change: The request that changes something.
        look: Reads whether the change is there; None when it is not.

    Raises:
        RecordingsError: The change was not made; `outcome_unknown` says whether even that is not known.
    """
    try:
        return await change
    except RecordingsError as error:
        if not error.outcome_unknown:
            raise
        lost = error
    try:
        found = await look()
    except RecordingsError:
        raise lost from None
    if found is None:
        lost.outcome_unknown = False
        raise lost
    return found
