"""Masks text that was typed into a field whose name marks it as secret."""

from dataclasses import replace

from recordings_mcp.privacy import is_secret_field
from recordings_mcp.replay import Input, Observation, Timeline


def mask_secret_fields(timeline: Timeline) -> None:
    """Mask what was typed into fields named like a secret, as the recorder masks passwords."""
    timeline.observations[:] = [_masked(observation) for observation in timeline.observations]


def _masked(observation: Observation) -> Observation:
    facts, target = observation.facts, observation.target
    if not isinstance(facts, Input) or facts.change != "typed" or facts.text is None or target is None:
        return observation
    if not any(is_secret_field(name, facts.text) for name in (target.name, target.attribute) if name):
        return observation
    return replace(observation, facts=Input("typed", masked=True))
