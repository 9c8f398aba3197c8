"""Texts a hostile visitor could leave in a recording, and what is looked for after they went through.

The texts are in `hostile.jsonl`. A `${word}` in one stands for a secret made up when it is read.
"""

import html
import json
import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.privacy.made_up import one_of_each

_CORPUS = Path(__file__).parent / "hostile.jsonl"
_LIVE_NODES = {"link_open", "image", "html_inline", "html_block", "fence", "code_inline"}
_BARE_ADDRESS = re.compile(
    r"(?<!hxxp)(?<!hxxps)(?<!fxp)(?<!fxps):\\{0,4}/\\{0,4}/|(?<![\w:/])/\\{0,4}/[^\s/]+\."
    r"|\bwww\.\w|\b(?:javascript|vbscript|mailto):\S|(?<![\w./@\\-])[\w-]+\.(?:com|net|org|example|uk)[/?#:]",
    re.IGNORECASE,
)
_MARK = re.compile(r"^</?untrusted-\d{15}>$", re.MULTILINE)
_LOOK_OF_A_MARK = re.compile(
    r"untrusted[\W_]*(?:recording|data|content|[0-9a-f]{8})|[<\u2039\uff1c]\W{0,2}untrusted", re.IGNORECASE
)
_PERSONAL = ("email", "phone", "ipv4", "ipv6")
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_HIDDEN_OTHERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000))))
)


@dataclass(frozen=True)
class Hostile:
    """One hostile text.

    Attributes:
        style: What kind of attack it is.
        text: The text as the visitor left it.
        needles: Secrets and personal data in it that must not come out.
        secrets: Those of them that are secret whoever they belong to.
    """

    style: str
    text: str
    needles: tuple[str, ...]
    secrets: tuple[str, ...] = ()


def hostile_texts(*, seed: int = 1) -> list[Hostile]:
    """Return the corpus with its secrets made up from `seed`."""
    rng = random.Random(seed)  # noqa: S311  repeatable, and nothing secret in it
    lines = _CORPUS.read_text(encoding="utf-8").splitlines()
    return [_filled(json.loads(line), rng) for line in lines]


def escapes(text: str, needles: tuple[str, ...] = ()) -> list[str]:
    """Return what in `text`, taken from within a fence, a reader, renderer or terminal would fall for."""
    tokens = MarkdownIt("commonmark").parse(text)
    nodes = {token.type for outer in tokens for token in (outer, *(outer.children or []))}
    found = [f"live {node}" for node in sorted(nodes & _LIVE_NODES)]
    found += [f"hidden U+{ord(character):04X}" for character in sorted(set(filter(_is_hidden, text)))]
    found += [f"live address {match[0]}" for match in _BARE_ADDRESS.finditer(text)]
    found += [f"look of a mark: {match[0]}" for match in _LOOK_OF_A_MARK.finditer(text)]
    found += [f"secret {needle}" for needle in needles if needle.lower() in text.lower()]
    return found if html.unescape(text) == text else [*found, "character reference"]


def inside_fence(result: str) -> str:
    """Return what stands between the two marks of a result; there is exactly one pair of them."""
    marks = list(_MARK.finditer(result))
    opening, closing = marks
    assert closing[0] == opening[0].replace("<", "</")
    return result[opening.end() + 1 : closing.start() - 1]


def _is_hidden(character: str) -> bool:
    if character in "\n\t":
        return False
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _HIDDEN_OTHERS


def _filled(entry: dict[str, str], rng: random.Random) -> Hostile:
    made_up = one_of_each(rng)
    words = [word for word in re.findall(r"\$\{(\w+)\}", entry["text"]) if word in made_up]
    text = entry["text"]
    for word in words:
        text = text.replace(f"${{{word}}}", made_up[word][0])
    secret = [word for word in words if not word.startswith(_PERSONAL)]
    needles = tuple(made_up[word][1] for word in words)
    return Hostile(entry["style"], text, needles, tuple(made_up[word][1] for word in secret))
