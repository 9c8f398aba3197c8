"""A start without looking for garbage: what a start makes is there to stay."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Generator[None]:
    """Leave the garbage collector off, and what was made meanwhile out of its later rounds.

    Of importing the MCP SDK, which builds models by the hundred, a tenth is searching them for garbage.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
