"""How long the person was active."""

from collections.abc import Iterable

from recordings_mcp.replay.model import ActiveStretch
from recordings_mcp.replay.signals.stretches import merged
from recordings_mcp.replay.signals.window import ACTIVE_GAP_MS

_SHORTEST = 0.001


def active_seconds(activity: Iterable[ActiveStretch], start: float = 0.0, end: float = float("inf")) -> float:
    """Return how many seconds the person was active between two moments, in any of the stretches' windows.

    Activity is moving, pressing, scrolling, resizing, typing, touching, media and dragging; a stretch of it
    goes on while no more than 5,000 ms pass without any, and one without length counts 1 ms. Source: PostHog,
    segmenter.ts and segmentation.ts. PostHog's own number may be smaller, because it is a sum over the blocks
    a recording was stored in, or larger by what the page did within 5 s after the person.
    """
    seconds = [
        (max(start, stretch.start), min(end, stretch.end))
        for stretch in activity
        if stretch.start <= end and stretch.end >= start
    ]
    found = merged(seconds, ACTIVE_GAP_MS / 1000)
    return round(sum((max(_SHORTEST, until - since) for since, until in found), 0.0), 3)
