"""Secrets recognised by their own shape: vendors' keys, JWTs, private keys, headers, addresses.

Public identifiers (PostHog `phc_`, Stripe `pk_`) are not secrets and are kept.
"""

import re

from recordings_mcp.privacy._rule import BOUNDARY, AddressRule, Hide, KeyRule, PhraseRule, Rule

_VENDOR_KEYS = {
    "phx_ pha_ phs_ phr_": r"ph[xasr]_[A-Za-z0-9_-]{16,256}",  # PostHog
    "sk-": r"sk-(?=[\w-]{0,200}\d)[A-Za-z0-9_-]{16,256}",  # OpenAI, Anthropic, OpenRouter, DeepSeek
    "sk_ rk_": r"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,256}",  # Stripe, Clerk
    "whsec_": r"whsec_[A-Za-z0-9+/=]{16,256}",  # Stripe, Svix
    "ghp_ gho_ ghu_ ghs_ ghr_": r"gh[pousr]_[A-Za-z0-9]{20,256}",  # GitHub
    "github_pat_": r"github_pat_\w{20,256}",
    "gl": r"gl(?:pat|dt|rt|rtr|cbt|ptt|oas|soat|ft|agent|imt|ffct)-[\w.-]{16,256}",  # GitLab
    "xox xapp-": r"(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,256}",  # Slack
    "hooks.slack.com": r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{16,256}",
    "AKIA ASIA ABIA ACCA": r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])",  # AWS
    "AIza": r"AIza[\w-]{30,45}",  # Google
    "ya29.": r"ya29\.[\w.-]{16,512}",
    "GOCSPX-": r"GOCSPX-[\w-]{20,64}",
    "1//0": r"1//0[\w-]{30,256}",
    "npm_": r"npm_[A-Za-z0-9]{30,64}",
    "pypi-": r"pypi-[\w-]{40,512}",
    "SK AC": r"(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])",  # Twilio
    "SG.": r"SG\.[\w-]{16,64}\.[\w-]{16,128}",  # SendGrid
    "key-": r"key-[0-9a-f]{32}(?![A-Za-z0-9])",  # Mailgun
    "dop_v1_ doo_v1_ dor_v1_": r"do[opr]_v1_[0-9a-f]{32,128}",  # DigitalOcean
    "shp": r"shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{24,64}",  # Shopify
    "sq0": r"sq0(?:atp|csp|idp)-[\w-]{20,64}",  # Square
    "hf_": r"hf_[A-Za-z0-9]{30,64}",  # Hugging Face
    "dapi": r"dapi[0-9a-f]{32}(?:-\d)?",  # Databricks
    "lin_": r"lin_(?:api|oauth)_[A-Za-z0-9]{20,128}",  # Linear
    "ntn_": r"ntn_[A-Za-z0-9]{30,128}",  # Notion
    "ATATT3 ATCTT3": r"AT[AC]TT3[\w=-]{20,512}",  # Atlassian
    "figd_": r"figd_[\w-]{20,128}",  # Figma
    "dp.": r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,128}",  # Doppler
    "hvs. hvb.": r"hv[sb]\.[\w-]{20,256}",  # Vault
    "sntrys_ sntryu_": r"sntry[su]_[\w=+/-]{20,512}",  # Sentry
    "NRAK-": r"NRAK-[A-Z0-9]{20,64}",  # New Relic
    "PMAK-": r"PMAK-[0-9a-f-]{20,128}",  # Postman
    "glsa_ glc_": r"gl(?:sa|c)_[\w=+/]{20,512}",  # Grafana
    "sbp_ sb_secret_": r"(?:sbp|sb_secret)_[\w-]{20,128}",  # Supabase
    "gsk_ pplx- xai- r8_": r"(?:gsk_|pplx-|xai-|r8_)[A-Za-z0-9]{30,128}",  # Groq, Perplexity, xAI, Replicate
    "pscale_": r"pscale_(?:tkn|pw|oauth)_[\w.-]{20,128}",  # PlanetScale
    "AGE-SECRET-KEY-1": r"AGE-SECRET-KEY-1[A-Z0-9]{40,80}",
    "fm2_": r"fm2_[\w+/=,-]{40,1024}",  # Fly.io
}
"""The shape of each vendor's keys, by the prefixes that they begin with.

As of 2026-11-23. Source: the key formats that vendors document for secret scanning. To update it, compare it
with the rules of gitleaks (`config/gitleaks.toml` in github.com/gitleaks/gitleaks).
"""

# A block without an end hides only lines that look like its own, so that it cannot hide other lines.
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:[\w+/=\s\\:,.()]|-(?!-)){0,20000}+-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"|(?:(?:\s|\\[nr]){0,4}+[A-Za-z0-9+/=]{16,4096}+){0,400}+)"
)
_SPACE = r"(?:[ \t+]|%(?:25){0,2}20){1,3}"
_QUOTE = r"(?:\\{0,7}[\"'])?"
_ASSIGN = r"[ \t]{0,3}[:=][ \t]{0,3}"
# Without the name of the header, words such as "basic plan-comparison" must not pass for credentials.
_BEARER = (
    r"(?<![A-Za-z0-9])(?i:bearer|basic)" + _SPACE + r"(?=[\w.~+/=:-]{0,200}?(?:\d|=|[a-z][A-Z]))"
    r"(?P<value>[\w.~+/=:-]{8,}+)"
)
_AUTHORIZATION = (
    rf"(?i:authorization{_QUOTE}{_ASSIGN}{_QUOTE}(?:"
    rf"(?:bearer|basic|token|apikey|api-key|[a-z]{{2,12}}[_-]?key){_SPACE}(?P<value>(?!\[)[^\s\"'\\,;]{{4,}}+)"
    rf"|(?:digest|hawk|aws4-hmac-sha256|negotiate|ntlm|oauth|signature){_SPACE}(?P<rest>(?!\[secret)[^\n]{{4,}}+)))"
)
_COOKIE = (
    rf"(?i:cookie{_QUOTE}{_ASSIGN}{_QUOTE}"
    r"(?P<value>[\w.$!%*+^|~-]{1,128}+=(?!\[secret)[^\"'\n\\]{0,16384}+))"
)
_USERINFO = r"://(?P<value>(?!\[)[^\s/?#\"'<>\\]{1,256})@"
_ENCODED_USERINFO = (
    r"(?i:%(?:25){0,3}2f%(?:25){0,3}2f"
    r"(?P<value>(?:[^\s/?#\"'<>&%@]|%(?!(?:25){0,3}(?:2f|3f|23|26|40|20|22))){1,256}+)%(?:25){0,3}40)"
)
_SECRET_PATHS = (
    "/reset", "/pass", "/verif", "/confirm", "/activat", "/invit", "/magic", "/unsub", "/auth/", "/login/",
    "/token", "/share", "/embedded/", "/sso/", "/otp/",
)  # fmt: skip
_OPAQUE_SEGMENT = (
    r"(?i:/(?:(?:reset|password|verify|confirm|activate)(?:-[a-z]{2,12})?|verification|confirmation|activation"
    r"|invites?|invitation|magic(?:-[a-z]{2,8})?|unsubscribe|auth|login|tokens?|shared?|embedded|sso|otp)/"
    r"(?P<value>(?=[\w.~=-]{0,200}\d)[\w.~=-]{16,}+))"
)


def _value(match: re.Match[str], hide: Hide) -> str:
    """Hide the one group that matched and keep the text around it."""
    name = match.lastgroup or "value"
    start, end = (place - match.start() for place in match.span(name))
    return match[0][:start] + hide("secret", match[name]) + match[0][end:]


SHAPE_RULES: tuple[Rule, ...] = (
    PhraseRule(("-----begin ",), re.compile(_PRIVATE_KEY), lambda match, hide: hide("private_key", match[0])),
    PhraseRule(("authorization",), re.compile(_AUTHORIZATION), _value),
    PhraseRule(("cookie",), re.compile(_COOKIE), _value),
    AddressRule(("://",), re.compile(_USERINFO), _value),
    AddressRule(("%2f%2f", "%252f%252f", "%25252f%25252f"), re.compile(_ENCODED_USERINFO), _value),
    PhraseRule(("bearer", "basic"), re.compile(_BEARER), _value),
    KeyRule(
        {
            prefix: re.compile(BOUNDARY + shape)
            for prefixes, shape in _VENDOR_KEYS.items()
            for prefix in prefixes.split()
        }
    ),
    # Base64 of `{"`: a long run of it without dots is a token of the same kind, or a truncated one.
    KeyRule({"eyJ": re.compile(r"eyJ[A-Za-z0-9_-]{17,}+(?:\.[A-Za-z0-9_-]*+){0,4}")}, "jwt"),
    AddressRule(_SECRET_PATHS, re.compile(_OPAQUE_SEGMENT), _value),
)
"""The order matters: a header before the token in it, the user in an address before e-mail addresses."""
