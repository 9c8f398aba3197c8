"""What takes a while to import in this room: `recordings_mcp.replay` gives these names when one is used."""

from recordings_mcp.replay.digest import (
    ActivityCounts,
    Comparison,
    Digest,
    activity_score,
    compare_digests,
    digest_timeline,
    page_word,
)
from recordings_mcp.replay.finish.activity import active_seconds
from recordings_mcp.replay.intake.encodings import NotARecording, recording_lines
from recordings_mcp.replay.read import read_timeline
from recordings_mcp.replay.text.budget import estimate_tokens
from recordings_mcp.replay.text.coverage import describe_coverage
from recordings_mcp.replay.text.data import observation_as_dict, timeline_as_dict, timeline_to_json
from recordings_mcp.replay.text.lines import observation_line
from recordings_mcp.replay.text.timeline import DEFAULT_MAX_TOKENS, InvalidCursorError, TimelineText, render
from recordings_mcp.replay.walker import Walker

__all__ = [
    "DEFAULT_MAX_TOKENS",
    "ActivityCounts",
    "Comparison",
    "Digest",
    "InvalidCursorError",
    "NotARecording",
    "TimelineText",
    "Walker",
    "active_seconds",
    "activity_score",
    "compare_digests",
    "describe_coverage",
    "digest_timeline",
    "estimate_tokens",
    "observation_as_dict",
    "observation_line",
    "page_word",
    "read_timeline",
    "recording_lines",
    "render",
    "timeline_as_dict",
    "timeline_to_json",
]
