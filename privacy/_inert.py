"""Recorded text that no renderer turns into a link, an image, markup or a code block."""

import re

# A parser may drop backslashes before it looks, so they do not save an address.
_ESCAPED_ADDRESS = re.compile(r":(?=\\{0,4}/\\{0,4}/)")
_SCHEME = re.compile(r"\b(?:(?:javascript|vbscript|mailto|xmpp):(?=\S)|data:(?=[a-z]+/|[,;]))", re.IGNORECASE)
_SCHEMES = ("javascript:", "vbscript:", "data:", "mailto:", "xmpp:")
_WWW = re.compile(r"\b(www)\.(?=\w)", re.IGNORECASE)
_TAG = re.compile(r"<(?![\s=])")
_ENTITY = re.compile(r"&(?=#[\dxX]|(?:lt|gt|amp|quot|shy)|\w{2,31};)", re.IGNORECASE)
_TILDES = re.compile(r"~~~+")


def inert(text: str) -> str:
    """Return `text` with links, images, markup and code fences broken, and still readable.

    `https://a.example` becomes `https[:]//a.example`, `www.` becomes `www[.]`; `](`, `][`, `]:` and `![`
    (inline and reference links, definitions, images) get a space inside; the `<` of a tag or an autolink
    becomes U+2039, which looks alike; the `&` of a character reference is set apart from its name; backticks
    become apostrophes, and `~~~` becomes `~~`. Making an inert text inert changes nothing.
    """
    text = _without_addresses(text)
    text = text.replace("](", "] (").replace("][", "] [").replace("]:", "] :").replace("![", "! [")
    if "<" in text:
        text = _TAG.sub("\u2039", text)
    if "&" in text:
        text = _ENTITY.sub("& ", text)
    if "~~~" in text:
        text = _TILDES.sub("~~", text)
    return text.replace("`", "'")


def _without_addresses(text: str) -> str:
    text = text.replace("://", "[:]//")
    if "\\/" in text:
        text = _ESCAPED_ADDRESS.sub("[:]", text)
    lowered = text.lower()
    if any(scheme in lowered for scheme in _SCHEMES):
        text = _SCHEME.sub(lambda match: f"{match[0][:-1]}[:]", text)
    if "www." in lowered:
        text = _WWW.sub(r"\1[.]", text)
    return text
