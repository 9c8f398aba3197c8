"""Secrets recognised by their own shape: vendors' keys, JWTs, private keys, headers, addresses.

Public identifiers (PostHog `phc_`, Stripe `pk_`) are not secrets and are kept.
"""

import re

from recordings_mcp.privacy._links import LinkRule
from recordings_mcp.privacy._random import looks_random
from recordings_mcp.privacy._rule import (
    BOUNDARY,
    AddressRule,
    Finding,
    KeyRule,
    PhraseRule,
    Rule,
    RuleGroup,
    group_of,
)

_VENDOR_KEYS = {
    "phx_ pha_ phs_ phr_": r"ph[xasr]_[A-Za-z0-9_-]{16,256}",  # PostHog
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
    "pi_ seti_": r"(?:pi|seti)_[A-Za-z0-9]{3,64}_secret_[A-Za-z0-9]{10,64}",  # Stripe, in the browser too
    "MT MD Mj Mz ND NT Nj Nz OD OT": r"(?:M[TDjz]|N[DTjz]|O[DT])[\w-]{22,26}\.[\w-]{6}\.[\w-]{27,40}",
    "dckr_": r"dckr_[po]at_[\w-]{20,64}",  # Docker
    "vcp_ vci_ vca_ vcr_ vck_ vercel_": r"(?:vc[piark]|vercel_blob_rw)_\w{24,128}",  # Vercel
    "pat": r"pat[A-Za-z0-9]{14}\.[0-9a-f]{40,80}",  # Airtable
    "re_": r"re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,40}",  # Resend
    "EAAA": r"EAAA[\w-]{50,80}",  # Square
    "lsv2_": r"lsv2_[ps][tk]_[0-9a-f]{20,64}_\w{8,16}",  # LangSmith
    "CFPAT-": r"CFPAT-[\w-]{40,64}",  # Contentful
    "pk_": r"pk_\d{6,12}_[A-Z0-9]{30,40}",  # ClickUp
    "fm2_": r"fm2_[\w+/=,-]{40,1024}",  # Fly.io
}
"""The shape of each vendor's keys, by the prefixes that they begin with.

As of 2026-11-23. Source: the key formats that vendors document for secret scanning. To update it, compare it
with the rules of gitleaks (`config/gitleaks.toml` in github.com/gitleaks/gitleaks).
"""

# A block without an end hides only lines that look like its own, so that it cannot hide other lines.
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:[\w+/=\s\\:,.()]|-(?!-)|</?[a-z]{1,8}[ ]?/?>){0,20000}+"
    r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"|(?:(?:\s|\\[nr]|<br[ ]?/?>){0,4}+[A-Za-z0-9+/=]{16,4096}+){0,400}+)"
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
_AWS_PAIR = (  # the secret beside its id
    r"A(?:KIA|SIA)[A-Z0-9]{16}[^\n]{1,40}?(?<![\w/+])(?P<value>[A-Za-z0-9/+]{40})(?![\w/+=])"
)
_USERINFO = r"://(?P<value>(?!\[)[^\s/?#\"'<>\\]{1,256})@"
_ENCODED_USERINFO = (
    r"(?i:%(?:25){0,3}2f%(?:25){0,3}2f"
    r"(?P<value>(?:[^\s/?#\"'<>&%@]|%(?!(?:25){0,3}(?:2f|3f|23|26|40|20|22))){1,256}+)%(?:25){0,3}40)"
)
_OWN_KEYS = re.compile(r"sk-(?:proj|ant|or|svcacct|admin|None|lf)-|sk-[A-Za-z0-9]{20}")
_SPLIT_PREFIXES = ("ghp_", "github_pat_", "glpat-", "sk_live_", "xoxb-")
_SPLIT_KEY = re.compile(rf"(?:{'|'.join(_SPLIT_PREFIXES)})[\w-]{{0,90}}[ \n](?P<rest>[\w-]{{8,90}})")


def _private_key(match: re.Match[str]) -> Finding:
    return group_of(match, "private_key")


def _split_key(match: re.Match[str]) -> Finding | None:
    """Return a key in two parts, as a page has it where two of its elements meet."""
    return Finding(*match.span(), "secret", match[0]) if looks_random(match["rest"], least=8) else None


SHAPE_RULES: tuple[Rule, ...] = (
    RuleGroup(
        ("-----begin", "authorization", "cookie"),
        (
            PhraseRule(("-----begin",), re.compile(_PRIVATE_KEY), _private_key),
            PhraseRule(("authorization",), re.compile(_AUTHORIZATION)),
            PhraseRule(("cookie",), re.compile(_COOKIE)),
        ),
    ),
    AddressRule(("://",), re.compile(_USERINFO)),
    AddressRule(("%2f%2f", "%252f%252f", "%25252f%25252f"), re.compile(_ENCODED_USERINFO)),
    RuleGroup(
        ("akia", "asia", "bearer", "basic"),
        (
            PhraseRule(("akia", "asia"), re.compile(_AWS_PAIR)),
            PhraseRule(("bearer", "basic"), re.compile(_BEARER)),
        ),
    ),
    KeyRule(
        {
            prefix: re.compile(BOUNDARY + shape)
            for prefixes, shape in _VENDOR_KEYS.items()
            for prefix in prefixes.split()
        }
    ),
    KeyRule(
        {
            ":AA": re.compile(r":(?P<value>AA[\w-]{30,40})(?![\w-])"),  # Telegram, after the bot's number
            "/webhooks/": re.compile(r"/webhooks/(?P<value>\d{15,22}/[\w-]{30,90})"),  # Discord
        }
    ),
    # The names of CSS classes begin so too: `sk-button-primary-large-2`.
    KeyRule(  # OpenAI, Anthropic, OpenRouter, DeepSeek
        {"sk-": re.compile(BOUNDARY + r"sk-(?=[\w-]{0,200}\d)[A-Za-z0-9_-]{16,256}")},
        hidden=lambda match: _OWN_KEYS.match(match[0]) is not None or looks_random(match[0]),
    ),
    PhraseRule(_SPLIT_PREFIXES, _SPLIT_KEY, _split_key),
    # Base64 of `{"`: a long run of it without dots is a token of the same kind, or a truncated one.
    KeyRule({"eyJ": re.compile(r"eyJ[A-Za-z0-9_-]{17,}+(?:(?:\.|%2[Ee])[A-Za-z0-9_-]*+){0,4}")}, "jwt"),
    LinkRule(),
)
"""The order matters: a header before the token in it, the user in an address before e-mail addresses."""
