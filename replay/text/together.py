"""What shares a line: the web vitals of a page, and a click into a field with what it led to."""

from collections.abc import Sequence

from recordings_mcp.replay.model import Observation, WebVital

_AT_ONCE = 5.0
"""Seconds after a click into a field within which filling it in goes without saying that it was clicked."""


def group(observations: Sequence[Observation]) -> tuple[list[list[Observation]], int]:
    """Return the observations that share a line, each group in the place of its first.

    The web vitals of a page are one group, which is left out if none of them is poor. A click into a field
    and its input or choice right after are one group.

    Returns:
        The groups, and the number of web vitals left out.
    """
    groups: list[list[Observation]] = []
    of_page: dict[str, list[Observation]] = {}
    for observation in observations:
        if observation.kind == "page":
            of_page.pop(observation.window, None)
        if observation.kind == "web_vital" and observation.window in of_page:
            of_page[observation.window].append(observation)
        elif groups and _is_only_entered(groups[-1], observation):
            groups[-1].append(observation)
        else:
            groups.append([observation])
            if observation.kind == "web_vital":
                of_page[observation.window] = groups[-1]
    kept = [one for one in groups if one[0].kind != "web_vital" or any(map(_is_poor, one))]
    return kept, len(observations) - sum(map(len, kept))


def _is_only_entered(before: Sequence[Observation], filled: Observation) -> bool:
    """Return whether all that came right before is one click into the field that is filled in."""
    click = before[0]
    return (
        len(before) == 1
        and click.kind == "click"
        and click.count == 1
        and filled.kind in {"input", "select"}
        and click.target is not None
        and (click.target, click.window) == (filled.target, filled.window)
        and filled.t - click.t <= _AT_ONCE
    )


def _is_poor(vital: Observation) -> bool:
    return isinstance(vital.facts, WebVital) and vital.facts.rating == "poor"
