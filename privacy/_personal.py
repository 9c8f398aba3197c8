"""Personal data: e-mail and IPv6 addresses, plain and encoded, and what is known of the recorded person."""

import html
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from recordings_mcp.privacy._defang import FILE_ENDINGS
from recordings_mcp.privacy._rule import Finding, PiiKind, Prefilter, has_any, word_before

_AT = re.compile(
    r"(?:@|%(?:25){0,2}40|&#0{0,3}64;|&#[xX]0{0,3}40;|&commat;|\\u0040|\\x40)[ \n]?"
    r"|[\[({][ ]?(?:at|@|arroba|chez|ät)[ ]?[\])}][ ]?",
    re.IGNORECASE,
)
_AT_SIGNS = ("@", "%40", "at)", "at]", "arroba")  # other encodings of it are decoded before
_LONGEST_LOCAL_PART = 100  # RFC 5321 allows 64; some shops allow more
_LOCAL_PART = re.compile(
    r"(?<![%\\])(?<!%[0-9A-Fa-f])(?<!%25)(?<!%25[0-9A-Fa-f])(?=[\w+])(?:[\w.+'-]|%(?:25){0,3}2[BbDdEe])++$"
)
_DOT = r"(?:\.|%(?:25){0,3}2[Ee]|[ ]?[\[({][ ]?(?i:dot|punkt|punto|point|ponto)[ ]?[\])}][ ]?)"
_DOMAIN = re.compile(
    rf"(?:[^\W_][\w-]{{0,62}}?{_DOT}){{1,8}}(?P<top>xn--[A-Za-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})"
)
_SPLIT_DOMAIN = re.compile(
    r"[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,3}[ \n]\.(?P<top>com|org|net|edu|de|fr|co\.uk|io)(?![\w-])"
)
_COMMON_TOPS = frozenset(
    ("com", "org", "net", "edu", "gov", "info", "biz", "app", "dev", "name", "email", "mail", "online",
     "shop", "store", "cloud", "xyz", "example", "test")
)  # fmt: skip
_LENGTH_OF_COUNTRIES = 2
_LOGINS = frozenset({"git", "hg", "svn"})
"""The users of code hosts: `git@github.com` is the same for everybody."""

_COLON = r"(?::|%(?:25){0,2}3[Aa])"
# A word before a colon is a label, not a group, if one of its last five characters is not hexadecimal.
_AFTER_A_LABEL = "|".join([r"(?<=\w{5}:)", *(rf"(?<=[G-Zg-z_]\w{{{more}}}:)" for more in range(4))])
_IPV6 = re.compile(
    rf"(?:(?<![\w:.])|(?<=%[0-9A-Fa-f]{{2}})|{_AFTER_A_LABEL})"
    rf"[0-9A-Fa-f]{{0,4}}(?:{_COLON}[0-9A-Fa-f]{{0,5}}){{2,9}}(?:(?![\w:])|(?=(?P<word>:[0-9A-Fa-f]{{0,4}}[G-Zg-z_])))"
)
_DIGIT = re.compile(r"[0-9]")
_AFTER_AN_ADDRESS = re.compile(rf"{_COLON}\d{{0,5}}$")
_ROUTABLE_GROUP = re.compile(r"[23][0-9a-f]{3}|f[cde][0-9a-f]{2}")


class EmailRule:
    """E-mail addresses, also with an encoded at sign, and split at that sign or before the last dot.

    A page has a blank or a line break where two of its elements meet.
    """

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the e-mail addresses."""
        return list(_emails(text)) if has_any(prefilter.words, _AT_SIGNS) else ()


def _emails(text: str) -> Iterator[Finding]:
    done = 0
    for at in _AT.finditer(text):
        apart = at.start() > done and text[at.start() - 1] in " \n"
        end = at.start() - apart
        local = _LOCAL_PART.search(word_before(text, end, min(end - done, _LONGEST_LOCAL_PART)))
        domain = _DOMAIN.match(text, at.end()) or _SPLIT_DOMAIN.match(text, at.end())
        if local is None or domain is None:
            continue
        split = apart or at[0][-1].isspace() or at[0][0] in "([{"
        top = domain["top"].lower()
        if top in FILE_ENDINGS:  # `/lookup/jane@example.com.json`
            domain = _DOMAIN.match(text, at.end(), domain.start("top") - 1)
            top = domain["top"].lower() if domain is not None else ""
            split = True
        if (
            domain is None
            or top in FILE_ENDINGS
            or local[0].lower() in _LOGINS
            or (split and top not in _COMMON_TOPS and len(top) > _LENGTH_OF_COUNTRIES)
        ):
            continue
        address = html.unescape(unquote(unquote(unquote(f"{local[0]}@{domain[0]}"))))
        done = domain.end()
        yield Finding(end - len(local[0]), done, "email", re.sub(r"\s", "", address.lower()))


class IPv6Rule:
    """IPv6 addresses in full, and shortened ones of the ranges that are assigned."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the IPv6 addresses."""
        if not prefilter.colons or _IPV6.search(prefilter.colons) is None:
            return ()
        return [found for match in _IPV6.finditer(text) if (found := _ipv6(match)) is not None]


def _ipv6(match: re.Match[str]) -> Finding | None:
    """Return the address at the beginning of the match; a colon, a port or both may follow."""
    text = match[0]
    if match["word"] is not None and _DIGIT.search(text) is None:
        return None  # `feed::a:hover`
    end = len(text)
    for _ in range(3):
        address = _address(text[:end])
        if address is not None:
            return Finding(match.start(), match.start() + end, "ip", address)
        rest = _AFTER_AN_ADDRESS.search(text, 0, end)
        if rest is None:
            break
        end = rest.start()
    return None


def _address(text: str) -> str | None:
    address = unquote(unquote(unquote(text))).lower()
    if "::" in address and _ROUTABLE_GROUP.fullmatch(address.split(":", 1)[0]) is None:
        return None
    try:
        return ipaddress.IPv6Address(address).compressed
    except ValueError:
        return None


_BETWEEN_WORDS = r"(?:[\s._+-]|%20){1,3}"
_SHORTEST_VALUE, _SHORTEST_NAME = 2, 3


class KnownRule:
    """Values known to belong to the recorded person: their own name, e-mail and address.

    A whole value is hidden in any case and spacing. Pages greet people by one name, so single names are
    hidden too, but only as written or in capitals, since many names are also words.
    """

    def __init__(self, known: Mapping[PiiKind, Sequence[str]]) -> None:
        self._kinds: dict[str, tuple[PiiKind, str]] = {}
        spellings: dict[str, None] = {}
        for kind, values in known.items():
            for value in values:
                for key, spelling in _spellings(kind, value):
                    self._kinds.setdefault(key, (kind, " ".join(value.lower().split())))
                    spellings[spelling] = None
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spellings)})(?!\w)") if spellings else None

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return the known values."""
        del prefilter
        if self._pattern is None:
            return ()
        return [
            Finding(*match.span(), *self._kinds[_key(match[0])]) for match in self._pattern.finditer(text)
        ]


def _spellings(kind: PiiKind, value: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and patterns of the spellings of a value, the whole before its parts."""
    words = re.split(_BETWEEN_WORDS, value.strip()) if kind != "email" else [value.strip()]
    if len(value.strip()) < _SHORTEST_VALUE:
        return
    yield _key(value.strip()), f"(?i:{_BETWEEN_WORDS.join(map(re.escape, words))})"
    for word in words if kind == "name" and len(words) > 1 else ():
        if len(word) >= _SHORTEST_NAME and word.isalpha():
            yield _key(word), f"{re.escape(word)}|{re.escape(word.upper())}"


def _key(value: str) -> str:
    return re.sub(_BETWEEN_WORDS, " ", value).lower()
