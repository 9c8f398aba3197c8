"""What a recording comes down to: facts, chapters, moments that matter, how it ended. No model is asked."""

from recordings_mcp.replay.digest.activity import ActivityCounts, activity_score
from recordings_mcp.replay.digest.comparison import Branch, CommonTrouble, Comparison, compare_digests
from recordings_mcp.replay.digest.digest import digest_observations, digest_timeline
from recordings_mcp.replay.digest.model import (
    OUTCOMES,
    Chapter,
    Digest,
    Evidence,
    Facts,
    Moment,
    Outcome,
    OutcomeStatus,
)
from recordings_mcp.replay.digest.signals import SIGNAL_NAMES, SignalName
from recordings_mcp.replay.digest.vocabulary import page_word

__all__ = [
    "OUTCOMES",
    "SIGNAL_NAMES",
    "ActivityCounts",
    "Branch",
    "Chapter",
    "CommonTrouble",
    "Comparison",
    "Digest",
    "Evidence",
    "Facts",
    "Moment",
    "Outcome",
    "OutcomeStatus",
    "SignalName",
    "activity_score",
    "compare_digests",
    "digest_observations",
    "digest_timeline",
    "page_word",
]
