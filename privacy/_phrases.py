"""Secrets in a sentence or a command line: `your code is 482913`, `curl -u jane:…`, a recovery phrase."""

import re

from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._rule import Finding, PhraseRule, Rule, RuleGroup, group_of

_SIGN = r"[^\s\"'`&,;<>(){}\[\]|\\]"
_IS = r"(?:is(?: now)?|lautet|ist|est|es|é|è|jest)"
_NAMED = re.compile(
    r"(?P<name>passwor[dt]|passphrase|passcode|kennwort|mot de passe|contraseña|senha|pin|otp|secret)\"?"
    rf" {_IS}:? [\"'“«]?(?P<value>(?={_SIGN}{{0,64}}\d){_SIGN}{{4,128}}+)",
    re.IGNORECASE,
)
_WITH_A_NOTE = re.compile(
    r"(?P<name>(?:passwor[dt]|passphrase|passcode|kennwort|mot de passe|contraseña|senha)"
    rf"(?: [^\W\d_]{{2,14}}){{0,2}})(?: \([^()\n]{{1,40}}\))?\"? ?: ?(?P<value>{_SIGN}{{6,128}}+)"
    r"|(?:passwor[dt]|kennwort|mot de passe|contraseña|senha) [\"'“«](?P<quoted>[^\s\"'”»]{4,128})[\"'”»]",
    re.IGNORECASE,
)
_CODE = r"(?P<value>[A-Z]-\d{4,8}|\d{3}[ -]\d{3}|\d{2}-\d{2}-\d{2}|\d{4,8})(?![\w-]|\.\d|,\d{3})"
_CODE_AFTER = re.compile(
    r"(?i:code|codice|código|kodu?|wort|код|验证码|驗證碼|コード|인증번호|인증 코드)"
    rf"(?P<of> (?:de|di|da) \w{{4,14}}| \w{{8,16}})?\"?(?: (?i:{_IS}))?\s?[:=]?\s?\"?{_CODE}"
)
_WORDS_OF_CODES = re.compile(
    r"verification|verificatie|security|log-?in|sign-?in|confirmation|access|authentication|activation|one-time|einmal"
    r"|einmalkenn|einmalpass|bestätigungs|sicherheits|anmelde|pass|otp|sms|2fa|vérification|sécurité|verificaci[oó]n"
    r"|confirmaci[oó]n|seguridad|verificação|confirmação|verifica|conferma|sicurezza|weryfikacyjny|doğrulama"
    r"|подтверждения|認証|確認",
    re.IGNORECASE,
)
_CODES_THEMSELVES = ("验证码", "驗證碼", "인증번호")
_IS_YOUR_CODE = re.compile(
    r" (?:is your|ist dein|ist ihr|est votre|es tu|es su|è il tuo|é o seu)(?: [\w.'-]{1,20}){0,4}? "
    r"(?:[\w-]{0,24}code|passcode|pin|otp|código|codice|code de \w{1,20})(?!\w)",
    re.IGNORECASE,
)
_CODE_AT_THE_END = re.compile(rf"(?<![\w.,-]){_CODE}$")
_CODE_TO_SIGN_IN = re.compile(rf"(?i:code:?) {_CODE}(?= (?i:to (?:sign|log|verify|confirm)))")
_CARD_CODE = re.compile(r"(?i:cv[vc]2?(?: code)?)\"?\s?[:=]?\s?(?P<value>\d{3,4})(?![\w-])")
_MIXED = re.compile(r"(?=\S{0,128}\d)(?=\S{0,128}[^\W\d])")
_SHORT_NAME = re.compile(rf"(?:OTP|PIN|TAN):? {_CODE}")
_LONGEST_CODE, _LONGEST_WORD_OF_CODES = 11, 20
_RECOVERY_PHRASE = re.compile(
    r"(?i:(?:recovery|seed|secret|mnemonic|backup|wallet)[ -](?:phrase|words))[\"']?\s{0,2}[:=]?\s{0,2}[\"']?"
    r"(?P<value>(?:[a-z]{3,8}[\s,]{1,2}){11,23}[a-z]{3,8})"
)
_RECOVERY_CODES = re.compile(
    r"(?i:(?:backup|recovery|rescue) codes?)\s?:?\s{0,2}"
    r"(?P<value>(?:(?=[a-z-]{0,12}\d)[a-z0-9]{4,10}(?:-[a-z0-9]{4,10}){0,3}(?![\w-])[\s,]{0,2}){1,20}(?<![\s,]))"
)
_USER = re.compile(r" (?:-u|--user)[ =]?[\"']?(?P<value>(?!\[)[\w.@+-]{1,64}:(?!//)[^\s\"':]{1,128})")
_OPTION = re.compile(
    r"--(?:password|passwd|pass|passphrase|token|secret|api-?key|access-token)[ =][\"']?"
    rf"(?P<value>(?![\[-]){_SIGN}{{4,512}}+)",
    re.IGNORECASE,
)
_MYSQL = re.compile(r"mysql\w{0,8} [^\n|;]{0,120}?-p(?<= -p)(?P<value>(?!\[)[^\s\"'-][^\s\"']{3,64})")
_TOKEN = re.compile(
    r"(?:auth|access|api|bot) (?:token|key)(?: is)?:? (?P<value>(?=[a-z_-]{0,64}\d)[\w-]{20,128})",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:security|secret) answer[\"']?\s?[:=]\s?[\"']?(?P<value>(?!\[)\w[^\n\"',;]{0,60})", re.IGNORECASE
)


def _named(match: re.Match[str]) -> Finding | None:
    return group_of(match) if is_secret_field(match["name"], match["value"]) else None


def _noted(match: re.Match[str]) -> Finding | None:
    """Return a value with letters and digits after a name and a note: `Passwort (mind. 8 Zeichen): …`."""
    found = group_of(match)
    name = match["name"] or "password"
    mixed = _MIXED.match(found.canonical) is not None
    return found if mixed and is_secret_field(name, found.canonical) else None


def _answer(match: re.Match[str]) -> Finding | None:
    return group_of(match) if is_secret_field("password", match["value"]) else None


def _short_named(match: re.Match[str]) -> Finding | None:
    before = match.string[match.start() - 1 : match.start()]
    return None if before.isalnum() else group_of(match)


def _code_after(match: re.Match[str]) -> Finding | None:
    """Return the code if a word before or after its name says that it is for one time."""
    before = match.string[max(0, match.start() - _LONGEST_WORD_OF_CODES) : match.start()].rstrip(" -")
    words = (before.rpartition(" ")[2], (match["of"] or "").rpartition(" ")[2])
    if not any(map(_WORDS_OF_CODES.fullmatch, words)) and not match[0].startswith(_CODES_THEMSELVES):
        return None
    return Finding(*match.span("value"), "secret", match["value"])


def _code_before(match: re.Match[str]) -> Finding | None:
    """Return the code that ends where the match begins."""
    code = _CODE_AT_THE_END.search(match.string[max(0, match.start() - _LONGEST_CODE) : match.start()])
    if code is None:
        return None
    return Finding(match.start() - len(code["value"]), match.start(), "secret", code["value"])


_OF_PASSWORDS = (
    "passw",
    "passp",
    "passc",
    "kennw",
    "mot",
    "contrase",
    "senha",
    "pin",
    "otp",
    "secret",
    "tan",
)
_PASSWORDS = RuleGroup(
    _OF_PASSWORDS,
    (
        PhraseRule(
            ("passw", "passp", "passc", "kennw", "contrase", "senha"),
            _NAMED,
            _named,
            phrases=("mot de p", "pin ", 'pin" ', "otp ", 'otp" ', "secret ", 'secret" '),
        ),
        PhraseRule(
            ("passw", "passp", "passc", "kennw", "contrase", "senha"),
            _WITH_A_NOTE,
            _noted,
            phrases=("mot de p",),
        ),
        PhraseRule(
            (), _SHORT_NAME, _short_named, phrases=("otp ", "pin ", "tan ", "otp: ", "pin: ", "tan: ")
        ),
    ),
)  # fmt: skip
_CODES = RuleGroup(
    ("cod", "cód", "kod", "wort", "pin", "otp", "код", "验证码", "驗證碼", "コード", "인증"),
    (
        PhraseRule(
            ("code", "codice", "código", "kod", "wort", "код", "验证码", "驗證碼", "コード", "인증"),
            _CODE_AFTER,
            _code_after,
        ),
        PhraseRule(
            (),
            _IS_YOUR_CODE,
            _code_before,
            phrases=(
                " is your ",
                " ist dein ",
                " ist ihr ",
                " est votre ",
                " es tu ",
                " es su ",
                " è il ",
                " é o ",
            ),
        ),
        PhraseRule(
            (), _CODE_TO_SIGN_IN, needed=("sign", "log", "verify", "confirm"), phrases=("code ", "code: ")
        ),
        PhraseRule((), _RECOVERY_CODES, phrases=("backup code", "recovery code", "rescue code")),
    ),
)
_RULES: tuple[Rule, ...] = (
    _PASSWORDS,
    _CODES,
    PhraseRule(("cvv", "cvc"), _CARD_CODE),
    PhraseRule(
        ("recovery", "seed", "secret", "mnemonic", "backup", "wallet"),
        _RECOVERY_PHRASE,
        needed=("phrase", "words"),
    ),
    PhraseRule((), _USER, needed=("curl",), phrases=(" -u", " --user")),
    PhraseRule(("--pass", "--token", "--secret", "--api", "--access"), _OPTION),
    PhraseRule(("mysql",), _MYSQL),
    PhraseRule(
        (),
        _TOKEN,
        needed=("token", "key"),
        phrases=("auth token", "access token", "api token", "bot token", "access key", "api key"),
    ),
    PhraseRule((), _ANSWER, _answer, needed=("answer",), phrases=("security answer", "secret answer")),
)

PHRASES = RuleGroup(
    (*_OF_PASSWORDS, "cod", "cód", "kod", "wort", "cv", "phrase", "words", "answer", "curl", "--", "mysql",
     "token", "key", "код", "验证", "驗證", "コード", "인증"),
    _RULES,
)  # fmt: skip
"""Most secrets have their name before a colon or an equals sign: see `_named`."""
