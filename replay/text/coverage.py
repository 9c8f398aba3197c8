"""How much of a recording could be read: the absence of an event proves nothing where little was recorded."""

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.text.numbers import length


def describe_coverage(coverage: Coverage) -> str:
    """Return one line on what was read, what was not, and what may not have been recorded."""
    optional = {"console line": coverage.console, "request": coverage.network}
    read = {
        "event": coverage.events,
        "window": coverage.windows,
        "full snapshot": coverage.full_snapshots,
        **{noun: number for noun, number in optional.items() if number},
        "analytics event": coverage.analytics_events,
    }
    counts = ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for noun, number in read.items())
    none = " and ".join(f"{noun}s" for noun, number in optional.items() if not number)
    absent = f"; {none}: none, or not recorded" if none else ""
    unseen = "" if coverage.shows_failed_requests else "; no request has a status: failures could not be seen"
    return f"Coverage: {counts}{absent}{unseen}.{_shortfall(coverage)}"


def _shortfall(coverage: Coverage) -> str:
    notes = {
        "undecodable, skipped": coverage.undecodable,
        "in an unknown encoding": coverage.unknown_encodings,
        "of an unknown type": coverage.unknown_events,
        "duplicate{s} left out": coverage.duplicates,
        "out of order, sorted": coverage.out_of_order,
        "before the first full snapshot, so unnamed": coverage.before_first_snapshot,
        "input{s} set by the page, not typed": coverage.page_driven_inputs,
        "masked input{s}": coverage.masked_inputs,
        "input{s} not masked by the recorder": coverage.unmasked_inputs,
        "frame{s} recorded separately, reported once": coverage.frames_left_out,
        "not timed in milliseconds, converted": coverage.times_scaled,
        "dated more than 24 hours from the others, left out": coverage.far_events,
        "analytics event{s} before, after or not on the clock of the recording, left out": (
            coverage.analytics_left_out
        ),
        "target{s} left unnamed, as this recording is unusually costly to read": coverage.unnamed_targets,
    }
    counted = "; ".join(
        f"{number} {note.format(s='' if number == 1 else 's')}" for note, number in notes.items() if number
    )
    moved = {"Requests": coverage.requests_moved, "Analytics events": coverage.analytics_moved}
    clocks = [_moved(what, seconds) for what, seconds in moved.items() if seconds]
    return " ".join(["", *([f"{counted}."] if counted else []), *clocks, *coverage.limits_reached])


def _moved(what: str, seconds: float) -> str:
    direction = "behind" if seconds > 0 else "ahead of"
    return f"{what} were timed by a clock {length(abs(seconds))} {direction} the recording's; corrected."
