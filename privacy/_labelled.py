"""Secrets given away by a name beside them: `{"name": "password", "value": "…"}`, `name="pin" value="…"`."""

import re

from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._rule import Hide, PhraseRule, Rule

_PAIR = re.compile(
    r"(?:name|key|field|header|label)(?:\\{0,7}[\"'])?\s{0,3}[:=]\s{0,3}\\{0,7}[\"']"
    r"(?P<name>[^\"'\\\n]{1,80})\\{0,7}[\"'][,;]?\s{0,3}(?:\\{0,7}[\"'])?value(?:\\{0,7}[\"'])?\s{0,3}[:=]\s{0,3}"
    r"(?P<open>\\{0,7}[\"'])(?P<value>[^\"'\n\\]{1,4000})",
    re.IGNORECASE,
)


def _pair(match: re.Match[str], hide: Hide) -> str:
    if not is_secret_field(match["name"], match["value"]):
        return match[0]
    start, end = (place - match.start() for place in match.span("value"))
    return match[0][:start] + hide("secret", match["value"]) + match[0][end:]


LABELLED_RULES: tuple[Rule, ...] = (
    PhraseRule(("name", "key", "field", "header", "label"), _PAIR, _pair, needed="value"),
)
