"""What a recording comes down to: facts, chapters, moments that matter, how it ended. No model is asked."""

from recordings_mcp.replay.digest._activity import ActivityCounts, activity_score
from recordings_mcp.replay.digest._comparison import Branch, CommonTrouble, Comparison, compare_digests
from recordings_mcp.replay.digest._digest import digest_observations, digest_timeline
from recordings_mcp.replay.digest._model import (
    OUTCOMES,
    Chapter,
    Digest,
    Evidence,
    Facts,
    Moment,
    Outcome,
    OutcomeStatus,
)
from recordings_mcp.replay.digest._signals import SIGNAL_NAMES, SignalName
from recordings_mcp.replay.digest._vocabulary import page_word

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
