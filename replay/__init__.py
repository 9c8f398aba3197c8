"""What happened in a recording: lines, events, pages, observations. No input or output, no network.

The words all parts share are there at once; what reads recordings is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recordings_mcp.replay._lines import clock
from recordings_mcp.replay._model import (
    KINDS,
    ActiveStretch,
    AnalyticsEvent,
    Coverage,
    Device,
    Kind,
    Observation,
    Timeline,
)
from recordings_mcp.replay._moments import parse_moment

if TYPE_CHECKING:
    from recordings_mcp.replay._engine import *  # noqa: F403 - its `__all__` says what

__all__ = [
    "KINDS",
    "ActiveStretch",
    "AnalyticsEvent",
    "Coverage",
    "Device",
    "Kind",
    "Observation",
    "Timeline",
    "clock",
    "parse_moment",
]


def __getattr__(name: str) -> Any:
    """Import what reads recordings, and give one of its names."""
    if not name.startswith("_"):
        engine = import_module("recordings_mcp.replay._engine")
        if name in engine.__all__:
            return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
