"""The web vitals of a page, to be shown on one line, and only where one of them is poor."""

from collections.abc import Sequence

from recordings_mcp.replay.model import Observation, WebVital


def fold_vitals(observations: Sequence[Observation]) -> tuple[list[list[Observation]], int]:
    """Return the observations one by one, but the web vitals of a page together, at the first of them.

    Returns:
        The groups, in the order of their first observations, and the number of web vitals left out because
        none of their page is poor.
    """
    groups: list[list[Observation]] = []
    of_page: dict[str, list[Observation]] = {}
    for observation in observations:
        if observation.kind == "page":
            of_page.pop(observation.window, None)
        if observation.kind == "web_vital" and observation.window in of_page:
            of_page[observation.window].append(observation)
            continue
        groups.append([observation])
        if observation.kind == "web_vital":
            of_page[observation.window] = groups[-1]
    kept = [group for group in groups if group[0].kind != "web_vital" or any(map(_is_poor, group))]
    return kept, len(observations) - sum(map(len, kept))


def _is_poor(vital: Observation) -> bool:
    return isinstance(vital.facts, WebVital) and vital.facts.rating == "poor"
