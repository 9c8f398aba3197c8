"""Personal data: e-mail and IPv6 addresses, plain and encoded, and what is known of the recorded person."""

import html
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from recordings_mcp.privacy._defang import FILE_ENDINGS
from recordings_mcp.privacy._rule import Hide, PiiKind, Prefilter, word_before

_AT = re.compile(r"@|%(?:25){0,2}40|&#0{0,3}64;|&#[xX]0{0,3}40;|&commat;|\\u0040|\\x40")
_AT_SIGNS = ("@", "%40", "%2540", "%252540", "64;", "x40;", "&commat;", "\\u0040", "\\x40")
_LONGEST_LOCAL_PART = 100  # RFC 5321 allows 64; some shops allow more
_LOCAL_PART = re.compile(
    r"(?<![%\\])(?<!%[0-9A-Fa-f])(?<!%25)(?<!%25[0-9A-Fa-f])(?=[\w+])(?:[\w.+'-]|%(?:25){0,3}2[BbDdEe])++$"
)
_DOT = r"(?:\.|%(?:25){0,3}2[Ee])"
_DOMAIN = re.compile(
    rf"(?:[^\W_][\w-]{{0,62}}?{_DOT}){{1,8}}(?P<top>xn--[A-Za-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})"
)
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
    """E-mail addresses, also with an encoded at sign."""

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with the e-mail addresses replaced."""
        if not any(sign in prefilter.folded for sign in _AT_SIGNS):
            return text
        pieces: list[str] = []
        done = 0
        for at in _AT.finditer(text):
            local = _LOCAL_PART.search(
                word_before(text, at.start(), min(at.start() - done, _LONGEST_LOCAL_PART))
            )
            domain = _DOMAIN.match(text, at.end())
            if local is None or domain is None or domain["top"].lower() in FILE_ENDINGS:
                continue
            address = html.unescape(unquote(unquote(unquote(f"{local[0]}@{domain[0]}"))))
            pieces += (text[done : at.start() - len(local[0])], hide("email", address.lower()))
            done = domain.end()
        return "".join((*pieces, text[done:]))


class IPv6Rule:
    """IPv6 addresses in full, and shortened ones of the ranges that are assigned."""

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with the IPv6 addresses replaced."""
        if _IPV6.search(prefilter.signed_words) is None:
            return text
        return _IPV6.sub(lambda match: _ipv6(match, hide), text)


def _ipv6(match: re.Match[str], hide: Hide) -> str:
    """Return the match with the address at its beginning hidden; a colon, a port or both may follow."""
    found = match[0]
    if match["word"] is not None and _DIGIT.search(found) is None:
        return found  # `feed::a:hover`
    end = len(found)
    for _ in range(3):
        address = _address(found[:end])
        if address is not None:
            return hide("ip", address) + found[end:]
        rest = _AFTER_AN_ADDRESS.search(found, 0, end)
        if rest is None:
            break
        end = rest.start()
    return found


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

    def apply(self, text: str, prefilter: Prefilter, hide: Hide) -> str:
        """Return `text` with the known values replaced."""
        del prefilter
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: hide(*self._kinds[_key(match[0])]), text)


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
