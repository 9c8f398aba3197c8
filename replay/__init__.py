"""What happened in a recording: lines, events, pages, observations. No input or output, no network.

Kinds and clocks are there at once. The public names of `recordings_mcp.replay.engine`, which takes a while to
import, are imported with the first of them that is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recordings_mcp.replay.kinds import KINDS as KINDS
from recordings_mcp.replay.kinds import REPLACES_CONSOLE as REPLACES_CONSOLE
from recordings_mcp.replay.kinds import Kind as Kind
from recordings_mcp.replay.text.numbers import clock as clock
from recordings_mcp.replay.text.numbers import parse_moment as parse_moment

if TYPE_CHECKING:
    from recordings_mcp.replay.engine import *  # noqa: F403  all of its names are public


def __getattr__(name: str) -> Any:
    """Import the engine, and return one of its names."""
    if not name.startswith("_"):
        engine = import_module("recordings_mcp.replay.engine")
        if name in vars(engine):
            return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
