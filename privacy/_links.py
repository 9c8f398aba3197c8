"""Links that are worth a password: `/accounts/reset/MQ/c5k-2f9d…`, `/join/…`, `/set-password/…`."""

import re
from collections.abc import Iterator, Sequence

from recordings_mcp.privacy._random import looks_random
from recordings_mcp.privacy._rule import Finding, Prefilter, places

_STEMS = (
    "reset", "pass", "verif", "confirm", "activat", "invit", "magic", "unsub", "auth", "login", "signin",
    "sign-in", "token", "share", "embedded", "sso", "otp", "recover", "forgot", "email", "join",
    "accept", "validat", "welcome", "signup", "onboard", "restabl", "recuper", "reinit", "mot-de",
    "contrase", "senha", "vergessen", "kennwort", "wachtwoord", "einlad", "bestaet", "haslo",
)  # fmt: skip
_OTHER_WORDS = r"authors?[/_-]|passeng|passag|passion|passport|joiner|sharepoint|shareholder|magical"
_WORD = re.compile(
    rf"/(?:[a-z0-9.~]{{1,24}}[_-]){{0,4}}(?!{_OTHER_WORDS})(?:{'|'.join(_STEMS)})[^/?#&\s\"'<>\\]{{0,60}}[/?]"
)
_PARAMETER = re.compile(r"[\w.-]{1,40}=(?P<value>[\w.~%-]{1,512}+)&?")
_SEGMENT = re.compile(r"(?P<value>[\w.~=:%-]{1,512}+)/?")
_SHORTEST = 16
_SEGMENTS = 2
_LONGEST_HEAD = 110


class LinkRule:
    """Random segments of a path, or parameters, that are among the two after what the link is good for."""

    def find(self, text: str, prefilter: Prefilter) -> Sequence[Finding]:
        """Return those segments."""
        present = [stem for stem in _STEMS if stem in prefilter.addresses] if prefilter.addresses else []
        return list(_tokens(text, prefilter.folded, present)) if present else ()


def _tokens(text: str, folded: str, stems: list[str]) -> Iterator[Finding]:
    done = 0
    for place in places(folded, stems):
        slash = folded.rfind("/", max(0, place - _LONGEST_HEAD), place)
        word = _WORD.match(folded, slash) if slash >= done else None
        if word is None:
            continue
        end = word.end()
        done = end - 1
        part = _PARAMETER if text[end - 1] == "?" else _SEGMENT
        for _ in range(_SEGMENTS):
            segment = part.match(text, end)
            if segment is None:
                break
            end = segment.end()
            value = segment["value"]
            if len(value) >= _SHORTEST and looks_random(value):
                yield Finding(*segment.span("value"), "secret", value)
