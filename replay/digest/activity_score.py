"""How much happened in a recording, as PostHog measures it."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class ActivityCounts:
    """What PostHog counts in a recording, named as in its metadata. Times are in seconds."""

    recording_duration: float = 0
    active_seconds: float = 0
    click_count: float = 0
    keypress_count: float = 0
    mouse_activity_count: float = 0
    console_log_count: float = 0
    console_warn_count: float = 0
    console_error_count: float = 0


def activity_score(counts: ActivityCounts) -> float:
    """Compute PostHog's activity score, to two decimals.

    100 · (active seconds + clicks + keypresses + console errors) / (mouse activity + seconds + console errors
    + logs + warnings); 0 when the denominator is 0. Source: session_recording_list_from_query.py.
    """
    above = counts.active_seconds + counts.click_count + counts.keypress_count + counts.console_error_count
    console = counts.console_error_count + counts.console_log_count + counts.console_warn_count
    below = counts.mouse_activity_count + counts.recording_duration + console
    if not (isfinite(above) and isfinite(below)) or below <= 0:
        return 0.0
    return round(100 * above / below, 2)
