"""Secrets that can be told by a label beside them: typed into a field, or the value beside a name.

`textbox "Security code" [cvc] typed "123"`, `{"name": "password", "value": "…"}`, `name="pin" value="…"`.
"""

import re

from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._rule import PLACEHOLDER, Hide, PhraseRule, Rule

_TYPED = re.compile(rf"typed \"(?!{PLACEHOLDER}\")(?P<value>[^\"\n]{{1,2000}}+)")
_FIELD_BEFORE = re.compile(
    r"\"(?P<label>[^\"\n]{0,120})\"(?: \[(?P<attribute>[^\]\n]{0,120})\])?[^\"\n]{0,12}$"
)
_FARTHEST_LABEL = 260
_PAIR = re.compile(
    r"(?:name|key|field|header|label)(?:\\{0,7}[\"'])?\s{0,3}[:=]\s{0,3}\\{0,7}[\"']"
    r"(?P<name>[^\"'\\\n]{1,80})\\{0,7}[\"'][,;]?\s{0,3}(?:\\{0,7}[\"'])?value(?:\\{0,7}[\"'])?\s{0,3}[:=]\s{0,3}"
    r"(?P<open>\\{0,7}[\"'])(?P<value>[^\"'\n\\]{1,4000})",
    re.IGNORECASE,
)


def typed(target: str, detail: str, hide: Hide) -> str:
    """Return what was done in a field, with the text typed replaced when the name says it is secret."""
    field = _FIELD_BEFORE.search(target)
    return _TYPED.sub(lambda match: _in_field(field, match, hide), detail)


def _typed(match: re.Match[str], hide: Hide) -> str:
    before = match.string[max(0, match.start() - _FARTHEST_LABEL) : match.start()]
    return _in_field(_FIELD_BEFORE.search(before), match, hide)


def _in_field(field: re.Match[str] | None, match: re.Match[str], hide: Hide) -> str:
    if field is None:
        return match[0]
    shown = _hide_under(field["label"], match, hide)
    return _hide_under(field["attribute"] or "", match, hide) if shown == match[0] else shown


def _pair(match: re.Match[str], hide: Hide) -> str:
    return _hide_under(match["name"], match, hide)


def _hide_under(label: str, match: re.Match[str], hide: Hide) -> str:
    if not is_secret_field(label, match["value"]):
        return match[0]
    start, end = (place - match.start() for place in match.span("value"))
    return match[0][:start] + hide("secret", match["value"]) + match[0][end:]


LABELLED_RULES: tuple[Rule, ...] = (
    PhraseRule(('typed "',), _TYPED, _typed),
    PhraseRule(("name", "key", "field", "header", "label"), _PAIR, _pair, needed="value"),
)
