"""Masks text that was typed into a field whose name marks it as secret."""

import re
from dataclasses import replace

from recordings_mcp.privacy import is_secret_field
from recordings_mcp.replay import Input, Observation, Timeline

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SECRET_LABEL = re.compile(
    r"(?<![a-z])(?:ssn|social ?security|nino|national ?(?:id|insurance|identity)"
    r"|tax(?:payer)? ?(?:id|number)|passport ?(?:no|number|id)|licen[cs]e ?(?:no|number)"
    r"|card ?(?:no|number)|ccnum\w{0,4}|cvn|csc|pins?|pin ?code|iban|(?:bank )?account ?(?:no|number)"
    r"|routing ?number|sort ?code|(?:verification|login|sign ?in|access|sms) ?code"
    r"|security ?(?:number|answer)|(?:recovery|seed|secret) ?phrase|mnemonic|mother'?s maiden"
    r"|\d ?digits?|digits we)(?![a-z])",
    re.IGNORECASE,
)
"""Numbers and codes that open an account or identify a person to an authority. A coupon is neither."""


def mask_secret_fields(timeline: Timeline) -> None:
    """Mask what was typed into fields named like a secret, as the recorder masks passwords."""
    timeline.observations[:] = [_masked(observation) for observation in timeline.observations]


def _masked(observation: Observation) -> Observation:
    facts, target = observation.facts, observation.target
    if not isinstance(facts, Input) or facts.change != "typed" or facts.masked or target is None:
        return observation
    if not any(_is_secret(name, facts.text or "") for name in (target.name, target.attribute) if name):
        return observation
    return replace(observation, facts=Input("typed", masked=True))


def _is_secret(name: str, text: str) -> bool:
    words = re.sub(r"[\s_.-]+", " ", _CAMEL.sub(" ", name))
    return is_secret_field(name, text) or _SECRET_LABEL.search(words) is not None
