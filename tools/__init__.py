"""The tools an assistant can call: one file each."""

from recordings_mcp.tools._definition import ToolDefinition, Toolset
from recordings_mcp.tools._output import render_text
from recordings_mcp.tools._recent import RecentRecordings
from recordings_mcp.tools._registration import RegisteredTool
from recordings_mcp.tools._services import PrivacyPolicy, Services
from recordings_mcp.tools._timelines import Timelines
from recordings_mcp.tools.get_recording import get_recording
from recordings_mcp.tools.search_recordings import search_recordings
from recordings_mcp.tools.watch_recording import watch_recording

TOOLS: tuple[ToolDefinition, ...] = (
    search_recordings,
    get_recording,
    watch_recording,
)
"""Every tool there is, in the order they are listed."""

__all__ = [
    "TOOLS",
    "PrivacyPolicy",
    "RecentRecordings",
    "RegisteredTool",
    "Services",
    "Timelines",
    "ToolDefinition",
    "Toolset",
    "render_text",
    "watch_recording",
]
