"""No renderer makes a link, an image, markup or a code block of what a stranger wrote."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from recordings_mcp.privacy import defang

_ALIVE = {"link_open", "image", "html_inline", "html_block", "fence", "code_inline"}


def _live_nodes(text: str) -> set[str]:
    """Return what a CommonMark parser makes of the text beyond words."""
    tokens: list[Token] = MarkdownIt("commonmark").parse(text)
    inner = [child for token in tokens for child in token.children or []]
    return {token.type for token in (*tokens, *inner)} & _ALIVE


_LIVE_TEXTS = {
    "inline link": ("[pay](https://evil.example/x)", "[pay] (hxxps://evil.example/x)"),
    "image": ("![](https://evil.example/?d=1)", "! [] (hxxps://evil.example/?d=1)"),
    "reference link": ("[a][b]\n\n[b]: https://evil.example", "[a] [b]\n\n[b] : hxxps://evil.example"),
    "collapsed reference": ("[b][]\n\n[b]: /x", "[b] []\n\n[b] : /x"),
    "shortcut reference": ("[b]\n\n[b]: <x>", "[b]\n\n[b] : \u2039x>"),
    "reference image": ("![a][b]\n\n[b]: //evil.example", "! [a] [b]\n\n[b] : / /evil.example"),
    "footnote": ("see[^1]\n\n[^1]: https://evil.example", "see[^1]\n\n[^1] : hxxps://evil.example"),
    "autolink": ("<https://evil.example>", "\u2039hxxps://evil.example>"),
    "mail autolink": ("<a@b.example>", "\u2039a@b.example>"),
    "bare address": ("see HTTPS://evil.example now", "see hxxps://evil.example now"),
    "bare host": ("see www.evil.example now", "see www[.]evil[.]example now"),
    "escaped slashes": (r"https:\/\/evil.example", r"hxxps:\/ \/evil.example"),
    "host before a path": (
        "see evil.co.uk/x and a.evil.io:80/y?z",
        "see evil[.]co[.]uk/x and a[.]evil[.]io:80/y?z",
    ),
    "address without a scheme": ("src='//evil.example/x'", "src='/ /evil.example/x'"),
    "other schemes": ("ftp://evil.example slack://open", "fxp://evil.example slack[:]//open"),
    "script address": ("javascript:alert(1) data:text/html,x", "javascript[:]alert(1) data[:]text/html,x"),
    "element": ("<img src=x onerror=alert(1)>", "\u2039img src=x onerror=alert(1)>"),
    "comment": ("<!-- hidden -->", "\u2039!-- hidden -->"),
    "closing tag": ("</div>", "\u2039/div>"),
    "character reference": ("&lt;b&gt; &#x202e; &#60b", "& lt;b& gt; & #x202e; & #60b"),
    "code span": ("`rm -rf /`", "'rm -rf /'"),
    "fenced code": ("```sh\nrm\n```", "'''sh\nrm\n'''"),
    "tilde fence": ("~~~~sh\nrm\n~~~~", "~~sh\nrm\n~~"),
}


@pytest.mark.parametrize(("text", "dead"), _LIVE_TEXTS.values(), ids=_LIVE_TEXTS)
def test_live_text_is_defanged_and_stays_readable(text: str, dead: str) -> None:
    assert defang(text) == dead
    assert _live_nodes(defang(text)) == set()


@pytest.mark.parametrize(
    "text",
    [
        'click button "Pay now" [pay] \u00d73 at 00:12',
        "a < b and c <= d",
        "GET /api/cart?page=2&sort=price 200 in 12 ms",
        "TypeError: x is undefined (checkout.js:12:44)",
        "R&D, AT&T, 5 > 3, a[0] = b, ~~struck~~",
        "data: none, mailto: none",
        "at f (main.js:12:44), index.html#top, src/app.module/x, ./a/b, 12.5/3, and/or // todo",
    ],
)
def test_harmless_text_is_left_as_it_is(text: str) -> None:
    assert defang(text) == text


_PIECES = st.lists(
    st.sampled_from(
        [*"[]()!<>:/\\`~&#;=\"' \n\ta1", "http", "https://", "evil.example", "www.", "javascript:", "&lt;", "&#x5b;",
         "![", "](", "]:", "][", "<a href=", "```", "~~~", "    ", "- ", "> ", "1. "]
    )
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(_PIECES)
def test_no_combination_of_markup_is_live(text: str) -> None:
    dead = defang(text)

    assert _live_nodes(dead) == set()
    assert re.search(r"(?<!hxxp)(?<!hxxps):\\{0,4}/\\{0,4}/", dead) is None
    assert defang(dead) == dead


@settings(deadline=None)
@given(_PIECES)
def test_decoding_character_references_makes_nothing_live(text: str) -> None:
    dead = defang(text)

    assert html.unescape(dead) == dead
