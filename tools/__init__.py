"""The tools an assistant can call: one file each."""

from recordings_mcp.reading.timelines import TimelineCache, Timelines
from recordings_mcp.reading.walking import WorkerPool
from recordings_mcp.tools._audit import AuditLog
from recordings_mcp.tools._definition import ToolDefinition, Toolset
from recordings_mcp.tools._output import render_text
from recordings_mcp.tools._progress import rising_progress
from recordings_mcp.tools._registration import RegisteredTool
from recordings_mcp.tools._services import PrivacyPolicy, RecentRecordings, Scopes, Services, has_scope
from recordings_mcp.tools.compare_recordings import compare_recordings
from recordings_mcp.tools.confirmation import Confirmations, Ledger, MemoryLedger, SqliteLedger
from recordings_mcp.tools.delete_recordings import delete_recordings
from recordings_mcp.tools.get_recording import get_recording
from recordings_mcp.tools.get_recording_sharing import get_recording_sharing
from recordings_mcp.tools.refresh_recording_sharing import refresh_recording_sharing
from recordings_mcp.tools.search_recordings import search_recordings
from recordings_mcp.tools.set_recording_sharing import set_recording_sharing
from recordings_mcp.tools.summarize_recording import summarize_recording
from recordings_mcp.tools.update_recordings import update_recordings
from recordings_mcp.tools.watch_recording import watch_recording

TOOLS: tuple[ToolDefinition, ...] = (
    search_recordings,
    get_recording,
    watch_recording,
    summarize_recording,
    compare_recordings,
    update_recordings,
    delete_recordings,
    get_recording_sharing,
    set_recording_sharing,
    refresh_recording_sharing,
)
"""Every tool there is, in the order they are listed."""

__all__ = [
    "TOOLS",
    "AuditLog",
    "Confirmations",
    "Ledger",
    "MemoryLedger",
    "PrivacyPolicy",
    "RecentRecordings",
    "RegisteredTool",
    "Scopes",
    "Services",
    "SqliteLedger",
    "TimelineCache",
    "Timelines",
    "ToolDefinition",
    "Toolset",
    "WorkerPool",
    "has_scope",
    "render_text",
    "rising_progress",
    "watch_recording",
]
