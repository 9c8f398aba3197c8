"""A start without what takes time and brings nothing: looking for garbage, and logs in colour."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

_RICH = "rich.console"


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


@contextmanager
def without_rich() -> Generator[None]:
    """Let the SDK do without `rich`, as where it is not installed.

    It would import it, a fiftieth of the start, to set up logs that are set up already.
    """
    if _RICH in sys.modules:
        yield
        return
    sys.modules[_RICH] = cast("ModuleType", None)  # an import that finds None fails
    try:
        yield
    finally:
        del sys.modules[_RICH]
