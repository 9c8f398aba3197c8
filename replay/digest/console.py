"""The console's warnings and errors, each once."""

from collections.abc import Mapping

from recordings_mcp.replay.digest.errors import signature_of
from recordings_mcp.replay.digest.journey import Journey
from recordings_mcp.replay.digest.signals import Signature
from recordings_mcp.replay.model import Observation

_KINDS = frozenset({"console_error", "console_warn"})
_MOST = 200
"""Different lines that are kept. A page that logs more of them writes an id into each."""


def console_lines(journey: Journey) -> Mapping[Signature, Observation]:
    """Return the first of each different warning and error, by its text without numbers."""
    lines: dict[Signature, Observation] = {}
    for visit in journey.visits:
        for seen in visit.observations:
            if seen.kind in _KINDS and len(lines) < _MOST:
                lines.setdefault(signature_of(seen), seen)
    return lines
