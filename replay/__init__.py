"""What happened in a recording: lines, events, pages, observations. It reads no files and no network.

The model is imported at once. `recordings_mcp.replay.engine` takes longer to import, so that its public names
are imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recordings_mcp.replay.kinds import KINDS as KINDS
from recordings_mcp.replay.kinds import REPLACES_CONSOLE as REPLACES_CONSOLE
from recordings_mcp.replay.kinds import Kind as Kind
from recordings_mcp.replay.model import ActiveStretch as ActiveStretch
from recordings_mcp.replay.model import AnalyticsEvent as AnalyticsEvent
from recordings_mcp.replay.model import Coverage as Coverage
from recordings_mcp.replay.model import Device as Device
from recordings_mcp.replay.model import Input as Input
from recordings_mcp.replay.model import Observation as Observation
from recordings_mcp.replay.model import Target as Target
from recordings_mcp.replay.model import Timeline as Timeline
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
