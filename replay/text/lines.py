"""One line of text per observation."""

from collections import Counter
from collections.abc import Mapping, Sequence

from recordings_mcp.replay.model import Observation
from recordings_mcp.replay.text.moments import clock
from recordings_mcp.replay.words import TIMES, TO

_NAMED_TARGETS = 2


def observation_line(observation: Observation, tags: Mapping[str, str]) -> str:
    """Write an observation: `mm:ss kind target — detail xN (until mm:ss) [derived]`.

    Args:
        observation: what to write.
        tags: a short name for each window, empty when there is only one.
    """
    what = " — ".join(part for part in (observation.target, observation.detail) if part)
    parts = [clock(observation.t), tags.get(observation.window, ""), observation.kind, what]
    if observation.count > 1:
        parts.append(f"{TIMES}{observation.count}")
    if observation.last is not None and clock(observation.last) != clock(observation.t):
        parts.append(f"(until {clock(observation.last)})")
    if observation.derived:
        parts.append("[derived]")
    if observation.source == "event":
        parts.append("[event]")
    return " ".join(part for part in parts if part)


def folded_line(observations: Sequence[Observation]) -> str:
    """Write several observations as one line: `mm:ss-mm:ss folded — 12 scroll, 3 click (button "Add" x2)`."""
    kinds = Counter[str]()
    targets: dict[str, Counter[str]] = {}
    for observation in observations:
        kinds[observation.kind] += observation.count
        if observation.target:
            targets.setdefault(observation.kind, Counter())[observation.target] += observation.count
    until = max(observation.t for observation in observations)
    said = ", ".join(f"{count} {kind}{_most(targets.get(kind))}" for kind, count in kinds.most_common())
    begin, end = clock(observations[0].t), clock(until)
    return f"{begin}{TO}{end} folded — {said}" if begin != end else f"{begin} folded — {said}"


def _most(targets: Counter[str] | None) -> str:
    if not targets:
        return ""
    most = ", ".join(f"{target} {TIMES}{count}" for target, count in targets.most_common(_NAMED_TARGETS))
    return f" ({most}, …)" if len(targets) > _NAMED_TARGETS else f" ({most})"
