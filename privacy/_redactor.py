"""Redaction: what each level hides, and how many values were hidden."""

import hmac
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from recordings_mcp.privacy._decoded import MOST_DECODINGS, Decoded, decoded, encoded_stretches
from recordings_mcp.privacy._identity import IdentityRule
from recordings_mcp.privacy._named import NamedRule, is_secret_field
from recordings_mcp.privacy._numbers import ACCOUNT_NUMBERS, PERSONAL_NUMBERS
from recordings_mcp.privacy._personal import EmailRule, IPv6Rule, KnownRule
from recordings_mcp.privacy._phrases import PHRASES
from recordings_mcp.privacy._rule import Finding, PiiKind, Prefilter, Rule, has_any, replaced
from recordings_mcp.privacy._secrets import SHAPE_RULES
from recordings_mcp.privacy._structured import PAIR_RULE, StructuredRule, TagRule

PrivacyLevel: TypeAlias = Literal["standard", "strict", "off"]
"""`standard` hides secrets and personal data in recorded content, `strict` also the recorded person's own
name, e-mail and address, `off` nothing."""

_SECRET_RULES: tuple[Rule, ...] = (
    *SHAPE_RULES,
    PAIR_RULE,
    StructuredRule(),
    TagRule(),
    NamedRule(),
    PHRASES,
)
_OWN_RULES: tuple[Rule, ...] = (*_SECRET_RULES, ACCOUNT_NUMBERS)
_PERSONAL_RULES: tuple[Rule, ...] = (EmailRule(), IPv6Rule(), IdentityRule(), PERSONAL_NUMBERS)
_KEYED: frozenset[PiiKind] = frozenset({"email", "phone", "ip", "national_id", "name", "address"})
# Short words and single small numbers without a sign between them: most names of buttons and fields. And
# every id of a recording or person, unless its digits could be a card number or the end of an account number.
# One random id in 12,000 has the check digits of an account number by chance; it is still an id.
_NOTHING_TO_FIND = re.compile(
    r"(?:(?![\w-]{0,12}\d(?:\d{3}|[ .()]{1,3}\d))[A-Za-z0-9_-]{1,13}+(?!\w|-)"
    r"|[ ,.!?'()\[\]*;\"]){0,80}"
    r"|(?!\d{8}-\d{4}-\d{4})[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-(?!\d{12})[0-9a-f]{12}"
)
_TELLING = (
    "pass",
    "pwd",
    "token",
    "secret",
    "code",
    "kennwort",
    "contrase",
    "senha",
    "mysql",
    "curl",
    "cv",
    "at)",
    "at]",
    "arroba",
)
_MOST_PASSES = 4
_TOKEN_DIGITS = 6  # 24 bits: among 100 persons in one result, two share a token once in 3,400 results


class Redactor:
    """Replaces secrets and personal data, and counts them. Each result has its own.

    Personal values become keyed tokens such as `[email:7f3a21]` (HMAC-SHA-256 under `key`), so that a person
    has the same token in all results with the same key. Secrets become `[secret]`, `[jwt]` and so on.

    Args:
        level: How much is hidden.
        key: The key of the tokens: one random value for a server process. Without it, a fresh one.
        known: The recorded person's own values by kind (`name`, `email`, `address`), hidden at `strict`.
    """

    def __init__(
        self,
        level: PrivacyLevel,
        *,
        key: bytes | None = None,
        known: Mapping[PiiKind, Sequence[str]] | None = None,
    ) -> None:
        self.level: PrivacyLevel = level
        self.counts: Counter[PiiKind] = Counter()
        self._key = secrets.token_bytes(32) if key is None else key
        self._known = (KnownRule(known),) if known and level == "strict" else ()

    def text(self, value: str) -> str:
        """Return recorded content with secrets and personal data replaced."""
        return self._apply((*_SECRET_RULES, *_PERSONAL_RULES), value, *self._known)

    def own(self, value: str, kind: PiiKind) -> str:
        """Return a value of the recorded person's own record. Only level `strict` hides it as a whole.

        Secrets and numbers of cards and bank accounts in it are replaced at both levels.
        """
        if self.level == "strict" and value:
            return self._hide(kind, " ".join(value.lower().split()))
        return self._apply(_OWN_RULES, value)

    def named(self, name: str, value: str) -> str:
        """Return the value of a name, hidden as a whole if the name marks it as secret."""
        if self.level != "off" and value and is_secret_field(name, value):
            return self._hide("secret", value)
        return self.text(value)

    def token(self, kind: PiiKind, value: str) -> str:
        """Return the placeholder of a value, without counting it."""
        if kind not in _KEYED:
            return f"[{kind}]"
        digest = hmac.digest(self._key, f"{kind}:{value}".encode("utf-8", "replace"), "sha256")
        return f"[{kind}:{digest.hex()[:_TOKEN_DIGITS]}]"

    def _apply(self, rules: tuple[Rule, ...], value: str, *known: Rule) -> str:
        if self.level == "off" or (self.level == "standard" and _has_nothing_to_find(value)):
            return value
        # Hiding one value may reveal another beside it: an address glued to an account number.
        for _ in range(_MOST_PASSES):
            before = value
            value = self._without_decoded(rules, self._without_plain(rules, value))
            # Last, since a known name within an encoded address would leave the rest of it.
            value = self._without_plain(known, value) if known else value
            if value == before:
                break
        return value

    def _without_plain(self, rules: tuple[Rule, ...], value: str) -> str:
        prefilter = Prefilter.of(value)
        for rule in rules:
            findings = rule.find(value, prefilter)
            if findings:
                value = replaced(value, findings, self._hide)
                prefilter = prefilter.after(value)
        return value

    def _without_decoded(self, rules: tuple[Rule, ...], value: str) -> str:
        stretches = encoded_stretches(value)
        if not stretches:
            return value
        pieces: list[str] = []
        done = 0
        for start, end in stretches:
            pieces += (value[done:start], self._without_encoded(rules, value[start:end]))
            done = end
        return "".join((*pieces, value[done:]))

    def _without_encoded(self, rules: tuple[Rule, ...], value: str) -> str:
        """Return `value` without what its decoding shows: decoded once, and as often as it was encoded."""
        for depth in (1, MOST_DECODINGS):
            readings = decoded(value)[:depth]
            if len(readings) < min(depth, 2):  # nothing is encoded, or nothing twice
                break
            prefilter = Prefilter.of(readings[-1].text)
            for rule in rules:
                findings = rule.find(readings[-1].text, prefilter)
                if findings:
                    value = replaced(value, _originals(findings, readings), self._hide)
                    readings = decoded(value)[:depth]
                    if not readings:
                        break
                    prefilter = prefilter.after(readings[-1].text)
        return value

    def _hide(self, kind: PiiKind, value: str) -> str:
        self.counts[kind] += 1
        return self.token(kind, value)


def _has_nothing_to_find(value: str) -> bool:
    if _NOTHING_TO_FIND.fullmatch(value) is None:
        return False
    folded = value.lower()
    return not has_any(folded, _TELLING)


def _originals(findings: Sequence[Finding], readings: list[Decoded]) -> Iterator[Finding]:
    """Yield the findings in the last of `readings` as findings in the text that the first one decodes."""
    for found in findings:
        span = found.start, found.end
        for reading in reversed(readings):
            span = reading.origin(*span)
        yield Finding(*span, found.kind, found.canonical)


def redaction_notice(level: PrivacyLevel, counts: Mapping[PiiKind, int]) -> str:
    """Return one line about what was hidden, or that redaction is off."""
    if level == "off":
        return "Redaction is off: the operator chose to show secrets and personal data as recorded."
    hidden = [f"{count} {_NAMES[kind][count != 1]}" for kind, count in sorted(counts.items()) if count]
    return (
        f"Redacted ({level}): {', '.join(hidden)}."
        if hidden
        else f"Redacted ({level}): nothing found to hide."
    )


_NAMES: Mapping[PiiKind, tuple[str, str]] = {
    "secret": ("secret", "secrets"),
    "jwt": ("JWT", "JWTs"),
    "private_key": ("private key", "private keys"),
    "card": ("card number", "card numbers"),
    "iban": ("IBAN", "IBANs"),
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("phone number", "phone numbers"),
    "national_id": ("national id", "national ids"),
    "ip": ("IP address", "IP addresses"),
    "name": ("name", "names"),
    "address": ("address", "addresses"),
}
