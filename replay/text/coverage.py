"""How much of a recording was there, said so that nobody takes silence for proof."""

from recordings_mcp.replay.model import Coverage


def describe_coverage(coverage: Coverage) -> str:
    """Say in one line, in our own words, what was read, what was not, and what could not have been seen."""
    read = [
        _counted(coverage.events, "event"),
        _counted(coverage.windows, "window"),
        _counted(coverage.full_snapshots, "full snapshot"),
        _recorded(coverage.console, "console line"),
        _recorded(coverage.network, "request"),
        _counted(coverage.analytics_events, "analytics event"),
    ]
    return f"Coverage: {', '.join(read)}.{_shortfall(coverage)}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _recorded(number: int, noun: str) -> str:
    return _counted(number, noun) if number else f"no {noun}s (may not have been recorded)"


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
