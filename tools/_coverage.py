"""How much of a recording was there, said so that nobody takes silence for proof."""

from recordings_mcp.replay import Coverage
from recordings_mcp.tools._wording import counted


def describe_coverage(coverage: Coverage) -> str:
    """One line in our own words: what was read, what was not, and what could not have been seen."""
    read = [
        counted(coverage.events, "event"),
        counted(coverage.windows, "window"),
        counted(coverage.full_snapshots, "full snapshot"),
        _recorded(coverage.console, "console line"),
        _recorded(coverage.network, "request"),
        counted(coverage.analytics_events, "analytics event"),
    ]
    return "Coverage: " + ", ".join(read) + "." + _shortfall(coverage)


def _recorded(number: int, noun: str) -> str:
    return counted(number, noun) if number else f"no {noun}s (may not have been recorded)"


def _shortfall(coverage: Coverage) -> str:
    notes = {
        "undecodable, skipped": coverage.undecodable,
        "in an unknown encoding": coverage.unknown_encodings,
        "of an unknown type": coverage.unknown_events,
        "duplicates left out": coverage.duplicates,
        "out of order, sorted": coverage.out_of_order,
        "before the first full snapshot, so unnamed": coverage.before_first_snapshot,
        "inputs set by the page, not typed": coverage.page_driven_inputs,
        "masked inputs": coverage.masked_inputs,
    }
    told = "; ".join(f"{number} {note}" for note, number in notes.items() if number)
    return " ".join(["", *([f"{told}."] if told else []), *coverage.limits_reached])
