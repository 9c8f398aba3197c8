"""What happened in a recording: lines, events, pages, observations. No input or output, no network."""

from recordings_mcp.replay._activity import active_seconds
from recordings_mcp.replay._budget import estimate_tokens
from recordings_mcp.replay._coverage_line import describe_coverage
from recordings_mcp.replay._encodings import NotARecording, recording_lines
from recordings_mcp.replay._json import observation_as_dict, timeline_as_dict, timeline_to_json
from recordings_mcp.replay._lines import clock, observation_line
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
from recordings_mcp.replay._read import read_timeline
from recordings_mcp.replay._text import DEFAULT_MAX_TOKENS, InvalidCursorError, TimelineText, render
from recordings_mcp.replay._walker import Walker
from recordings_mcp.replay.digest import Comparison, Digest, compare_digests, digest_timeline

__all__ = [
    "DEFAULT_MAX_TOKENS",
    "KINDS",
    "ActiveStretch",
    "AnalyticsEvent",
    "Comparison",
    "Coverage",
    "Device",
    "Digest",
    "InvalidCursorError",
    "Kind",
    "NotARecording",
    "Observation",
    "Timeline",
    "TimelineText",
    "Walker",
    "active_seconds",
    "clock",
    "compare_digests",
    "describe_coverage",
    "digest_timeline",
    "estimate_tokens",
    "observation_as_dict",
    "observation_line",
    "parse_moment",
    "read_timeline",
    "recording_lines",
    "render",
    "timeline_as_dict",
    "timeline_to_json",
]
