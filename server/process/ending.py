"""The last resort at a stop: threads that compute cannot be interrupted, and would keep the process alive."""

import os
from collections.abc import Callable
from threading import Timer
from typing import Final

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C."""


def exit_after(seconds: float, code: Callable[[], int]) -> None:
    """Exit the process at once when so many seconds have passed, unless it has ended by then.

    Args:
        seconds: How long it may still take to end.
        code: Returns the exit code; called at that moment.
    """
    timer = Timer(seconds, lambda: os._exit(code()))
    timer.daemon = True
    timer.start()
