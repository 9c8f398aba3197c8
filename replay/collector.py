"""The garbage collector, kept quiet while a recording is read."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def quiet_collector() -> Generator[None]:
    """Keep the cyclic collector from running inside the block, and give it back as it was.

    A walk makes millions of objects and no cycles, so looking for cycles only costs time: a third of the
    whole on pages with many nodes. Blocks may overlap in several threads: the one that switched the
    collector off switches it on again, and the others merely lose the gain.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
