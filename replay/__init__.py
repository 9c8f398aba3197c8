"""What happened in a recording: lines, events, pages, observations. No input or output, no network.

The words all parts share are there at once; what reads recordings is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recordings_mcp.replay.model import (
    KINDS,
    ActiveStretch,
    AnalyticsEvent,
    Coverage,
    Device,
    Kind,
    Observation,
    Timeline,
)
from recordings_mcp.replay.text.moments import clock, parse_moment

if TYPE_CHECKING:
    from recordings_mcp.replay.engine import (
        DEFAULT_MAX_TOKENS,
        ActivityCounts,
        Comparison,
        Digest,
        InvalidCursorError,
        NotARecording,
        TimelineText,
        Walker,
        active_seconds,
        activity_score,
        compare_digests,
        describe_coverage,
        digest_timeline,
        estimate_tokens,
        observation_as_dict,
        observation_line,
        page_word,
        read_timeline,
        recording_lines,
        render,
        timeline_as_dict,
        timeline_to_json,
    )

__all__ = [
    "DEFAULT_MAX_TOKENS",
    "KINDS",
    "ActiveStretch",
    "ActivityCounts",
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
    "activity_score",
    "clock",
    "compare_digests",
    "describe_coverage",
    "digest_timeline",
    "estimate_tokens",
    "observation_as_dict",
    "observation_line",
    "page_word",
    "parse_moment",
    "read_timeline",
    "recording_lines",
    "render",
    "timeline_as_dict",
    "timeline_to_json",
]


def __getattr__(name: str) -> Any:
    """Import what reads recordings, and give one of its names."""
    if name in __all__:
        return getattr(import_module("recordings_mcp.replay.engine"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
