"""What happened in a recording: lines, events, pages, observations. It reads no files and no network.

Kinds and clocks are imported at once. `recordings_mcp.replay.engine` takes longer to import, so its public
names are imported on first use.
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
