"""Secrets recognised by their name: `password=…`, `"api_key": "…"`, `?access_token=…`, `%3Ftoken%3D…`.

The names are the union of what PostHog, Sentry and OpenTelemetry scrub by default, and the carriers of
credentials in the addresses of OAuth, SAML and signed storage links.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from recordings_mcp.privacy._random import looks_random
from recordings_mcp.privacy._rule import PLACEHOLDER, Finding, Prefilter, has_any, places, word_before

_SECRET_NAME = re.compile(
    r"token|secret|passw|pass[_-]?phrase|passcode|credential|signature|authorization|bearer|jwt|csrf|xsrf"
    r"|(?:api|access|private|signing|encryption|account|master|auth|session|license|shared)[ _.-]?key"
    r"|connect\.sid|cookie|connection[ _.-]?string|otp$|pwd"
    r"|mot[ _.-]de[ _.-]passe|contrase[nñ]a|senha|wachtwoord|l[oö]senord|has[lł]o|kennwort|парол|секрет"
    r"|şifre|\bparola|jelsz[oó]|heslo|salasana|adgangskode|khẩu|المرور|סיסמ[הא]"
    r"|パスワード|暗証番号|密码|密碼|비밀번호"
    r"|(?:security|recovery|backup|verification|pin)[ _.-]?code|one[ _.-]?time|cvv|cvc"
    r"|(?:^|[ _.-])(?:passe?|pw|pin|dsn|totp|mfa|2fa|creds?)$",
    re.IGNORECASE,
)
_ABOUT_A_SECRET = re.compile(
    r"(?:type|counts?|limits?|length|strength|expir\w{0,10}|ttl|age|required|valid|ur[il]|href|hint|label|field"
    r"|policy|budget|usage|used|max|min|version|enabled|tokens|title|placeholder|errors?|status|consent|banner|domain"
    r"|lifetime|changed|reset|forgot\w{0,8}|kind|format|method|algorithm|provider|colou?r|size|width|height|style"
    r"|class|icon|button|page|modal|index)$|tokeni[sz]|max_?tokens|secretar",
    re.IGNORECASE,
)
# Harmless in most texts, a credential in an address: hidden only if the value looks random.
_CARRIER_NAME = re.compile(
    r"(?:^|[_.-])(?:auth|oauth|code|sig|sign|hash|key|session|sid|state|nonce|ticket|verifier|assertion|challenge"
    r"|saml(?:response|request)|relaystate|hmac|invite|invitation|magic|grant)$",
    re.IGNORECASE,
)
_HINTS = (
    "token", "secret", "pass", "pw", "pin", "key", "cred", "sig", "auth", "jwt", "srf", "sess", "sid",
    "dsn", "otp", "code", "cvv", "cvc", "connection", "state", "nonce", "ticket", "hash", "saml",
    "verifier", "2fa", "contrase", "senha", "wachtw", "senord", "has", "kennw", "парол", "секрет", "パスワ",
    "暗証", "密", "비밀", "ifre", "parol", "jelsz", "heslo", "salasana", "adgangsk", "khẩu", "المرور", "סיסמ",
    "assertion", "challenge", "relay", "hmac", "invit", "magic", "grant", "bearer", "mfa", "cookie",
)  # fmt: skip
_SESSION_NAME = re.compile(r"sess(?:ion)?[_.-]?id$", re.IGNORECASE)
_OPAQUE = re.compile(r"(?=\D{0,200}\d)(?=[^A-Za-z]{0,200}[A-Za-z])[\w.~+/=%-]{12,}")
_UNBROKEN = re.compile(r"[A-Za-z0-9%+/=]{16,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Names that settings have too: `pin=top`, `cookie=accepted`, `otp=sms`. No secret under them is a plain word.
_ALSO_A_SETTING = re.compile(r"(?:^|[ _.-])(?:pin|otp|totp|mfa|2fa|cookies?|passe?)$", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"[^\W\d]{1,24}[.!?…]{0,3}")
# Words for a state, and public keys (PostHog's project key, Stripe's publishable key).
_NO_SECRET = re.compile(
    r"(?:attr__[\w-]{1,40}=?|required|optional|expired|invalid|missing|masked|hidden|empty|null|none|nil|undefined|true|false|yes|no|on|off"
    r"|incorrect|wrong|forgotten|changed|updated|reset|unset|set|ok|string|number|boolean|object|show|hide|weak|strong"
    r"|denied|revoked|refreshed|include|omit|same-origin|bearer|basic|digest|\*{1,200}|•{1,200}|\.{1,200}|…|0"
    r"|(?:phc|pk_live|pk_test)_\w{10,256}|-?\d{1,4}(?:\.\d{1,3})?(?:px|r?em|v[hw]|pt|m?s|%))[.!?;]{0,3}",
    re.IGNORECASE,
)
_ALREADY_HIDDEN = re.compile(rf"(?:[A-Za-z-]{{1,20}} )?{PLACEHOLDER}[^\s\w]{{0,3}}")

# A name may follow a percent-encoded character, or an escaped line break in quoted JSON.
_NAME_HEAD = re.compile(r"(?<![\\%])(?<!%[0-9A-Fa-f])(?<!%25[0-9A-Fa-f])(?:[^\W\d]|\$)[\w$.-]*+$")
_NAME_TAIL = re.compile(
    r"(?P<tail>[\w$.-]{1,80}+)(?:\[\w{0,40}\])?"
    r"(?:(?P<encoded>%(?:25){0,3}3[DdAa])"
    r"|(?:\\{0,7}[\"'])?[ \t]{0,3}(?P<sign>=>|:=|={1,3}|:|->|→)[ \t]{0,3})"
)
_LONGEST_HEAD, _LONGEST_WORD_BEFORE = 60, 18
_ENCODED_VALUE = re.compile(
    r"(?:[^\s&\"'<>%#]|%(?!(?:25){0,3}(?:26|23|22|2[Cc]|3[BbDd]|7[Dd]|0[AaDd]|20)))++"
)
_SIGNS = r"[^\s\"'`&,;<>(){}\[\]|\\]"
_PLAIN_VALUE = re.compile(
    r"\"(?P<double>(?:[^\"\\\n]|\\.)++)"
    r"|'(?P<single>(?:[^'\\\n]|\\.)++)"
    r"|\\{1,7}[\"'](?P<escaped>[^\"'\n]*[^\"'\n\\])"
    rf"|(?P<bare>(?!{PLACEHOLDER}){_SIGNS}++(?:[&;,](?![\w.$\[\]%-]{{0,60}}[=:]){_SIGNS}++)*+)"
    rf"|(?P<bracketed>(?!{PLACEHOLDER})[\[({{`]{{1,3}}(?={_SIGNS})(?=\S{{0,100}}\d)[^\s\"'&,;<>]++)"
    rf"|(?P<forged>{PLACEHOLDER}\w[^\s\"'&,;<>]*+)"
    rf"|\n[ \t]{{0,8}}(?P<below>(?!{PLACEHOLDER})(?={_SIGNS}{{0,64}}\d){_SIGNS}{{4,64}}+)"
    r"(?=[ \t]{0,8}(?:\n|$))"
)
_ENOUGH_TO_JUDGE = 256
_SIGNS_APART = (" = ", " : ", " => ", " :=", " -> ", " → ")
_SECOND_WORDS = frozenset({"key", "code"})
_LAST_WORD = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,16}) $")
_WORD = re.compile(r"(?:[^\W\d_]|[.!?…])+")
_SHORTEST_NUMBER = 3
_SHORTEST_WORDLESS_SECRET = 12


class NamedRule:
    """Values after a name that marks them as secret."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the values after secret names."""
        # A name is in one word with its sign; where signs are set apart, it may be any word.
        where = prefilter.words if has_any(prefilter.folded, _SIGNS_APART) else prefilter.signed_words
        hints = [hint for hint in _HINTS if hint in where] if where else []
        return list(_values_after(text, places(prefilter.folded, hints))) if hints else ()


def _values_after(text: str, hints: list[int]) -> Iterator[Finding]:
    done = 0
    for place in hints:
        tail = _NAME_TAIL.match(text, place) if place >= done else None
        span = _secret_span(text, tail) if tail is not None else None
        if span is not None:
            done = span[1]
            yield Finding(*span, "secret", text[span[0] : done])


def is_secret_field(name: str, value: str) -> bool:
    """Return whether the name of a field, header or variable marks its value as secret."""
    if _NO_SECRET.fullmatch(value) or _ALREADY_HIDDEN.fullmatch(value):
        return False
    if _SESSION_NAME.search(name):  # a recording's session id is a UUID, not a credential
        return _OPAQUE.fullmatch(value) is not None and _UUID.fullmatch(value) is None
    return _SECRET_NAME.search(name) is not None and _ABOUT_A_SECRET.search(name) is None


def _secret_span(text: str, tail: re.Match[str]) -> tuple[int, int] | None:
    """Return the start and end of the secret value after a name, or None if there is none.

    The beginning of a value is enough to judge it. Only a secret value is read to its end.
    """
    pattern = _ENCODED_VALUE if tail["encoded"] else _PLAIN_VALUE
    beginning = pattern.match(text, tail.end(), tail.end() + _ENOUGH_TO_JUDGE)
    if beginning is None:
        return None
    group = beginning.lastgroup or 0
    known = group not in {0, "bare"}
    judge = _JUDGES.get("quoted" if known else tail["sign"], _is_parameter_secret)
    value = pattern.match(text, tail.end()) if judge(_whole_name(text, tail), beginning[group]) else None
    return value and value.span(group)


def _whole_name(text: str, tail: re.Match[str]) -> str:
    """Return a name from its hint and tail, with the word before it if that is part of the name."""
    head = _NAME_HEAD.search(word_before(text, tail.start(), _LONGEST_HEAD) + tail["tail"])
    name = head[0] if head else tail["tail"]
    if name.lower() not in _SECOND_WORDS:
        return name
    before = _LAST_WORD.search(text[max(0, tail.start() - _LONGEST_WORD_BEFORE) : tail.start()])
    return f"{before[1]} {name}" if before else name


def _is_parameter_secret(name: str, value: str) -> bool:
    """Return whether a value after `=` or in an address is secret."""
    if is_secret_field(name, value):
        return not _is_setting(name, value)
    return bool(
        _CARRIER_NAME.search(name)
        and _OPAQUE.fullmatch(value)
        and (looks_random(value) or _UNBROKEN.fullmatch(value))
        and not _UUID.fullmatch(value)
    )


def _is_prose_secret(name: str, value: str) -> bool:
    """Return whether an unquoted value after a colon is secret; a short plain word is taken for prose."""
    prose = len(value) < _SHORTEST_WORDLESS_SECRET and _WORD.fullmatch(value) is not None
    return not prose and is_secret_field(name, value) and not _is_setting(name, value)


def _is_setting(name: str, value: str) -> bool:
    """Return whether a value in a text is too plain for a secret: `pin=top`, `PIN: 4 digits`."""
    if value.isdigit():
        return len(value) < _SHORTEST_NUMBER
    return _ALSO_A_SETTING.search(name) is not None and _PLAIN_WORD.fullmatch(value) is not None


_JUDGES: Mapping[str | None, Callable[[str, str], bool]] = {":": _is_prose_secret, "quoted": is_secret_field}
