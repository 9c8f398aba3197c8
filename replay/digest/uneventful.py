"""What can be said when nothing went wrong that was recorded."""

from collections.abc import Sequence

from recordings_mcp.replay.digest.attempts import Attempt
from recordings_mcp.replay.digest.journey import Journey
from recordings_mcp.replay.digest.model import Evidence
from recordings_mcp.replay.digest.reading import last_of
from recordings_mcp.replay.digest.says import clicks_on, counted
from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.moments import clock

LONG_PAUSE = 60.0
"""Seconds from which on a pause is worth a sentence, when there is nothing worse to tell."""

_MOST_SENT = 3


def clean(journey: Journey) -> str:
    """Say that nothing went wrong, how much was seen, and what is no fault but the most that can be said."""
    if not journey.observations:
        return "Unclear: nothing was observed in this recording."
    windows = len({visit.window for visit in journey.visits})
    where = counted(len(journey.visits), "page") + (f" in {windows} windows" if windows > 1 else "")
    done = "no sign of a goal reached or missed" if journey.actions else "nothing was clicked or typed"
    sentence = (
        f"Clean: no error and no friction was recorded in {clock(journey.duration)} on {where}; {done}."
    )
    return " ".join([sentence, *_longest_pause(journey.observations), *_warnings(journey.observations)])


def last_sent(sent: Sequence[Attempt]) -> str:
    """Say what was submitted last, and that nothing failed after it."""
    if not sent:
        return ""
    words = clicks_on(sent[-1].actions[-1:])
    return f"{words[0].upper()}{words[1:]} at {clock(sent[-1].last)} {_answer(sent[-1])}."


def sent_evidence(sent: Sequence[Attempt]) -> list[Evidence]:
    """Give what was submitted without a failure."""
    return [
        Evidence(attempt.last, f"{clicks_on(attempt.actions)} {_answer(attempt)}", attempt.control_text)
        for attempt in sent[-_MOST_SENT:]
    ]


def _answer(attempt: Attempt) -> str:
    return "led to another page" if attempt.led_on else "had no failure after it"


def _longest_pause(observations: Sequence[Observation]) -> list[str]:
    pauses = [(last_of(seen) - seen.t, seen.t) for seen in observations if seen.kind == "idle"]
    length, began = max(pauses, default=(0.0, 0.0))
    return [f"A pause of {clock(length)} began at {clock(began)}."] if length >= LONG_PAUSE else []


def _warnings(observations: Sequence[Observation]) -> list[str]:
    warnings = sum(seen.count for seen in observations if seen.kind == "console_warn")
    return [f"The console held {counted(warnings, 'warning')}."] if warnings else []
