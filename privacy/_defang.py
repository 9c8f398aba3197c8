"""Defanging: recorded text that no renderer turns into a link, an image, markup or a code block."""

import re

FILE_ENDINGS = frozenset(
    ("js", "mjs", "cjs", "ts", "tsx", "jsx", "css", "scss", "map", "json", "html", "htm", "xml", "txt",
     "pdf", "svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "ttf", "mp4", "vue", "php")
)  # fmt: skip
"""Last parts of a dotted name that make it the name of a file, though some are top-level domains too."""

# Parsers drop backslashes, so an address with backslashes still works.
_SLASHES = r"\\{0,4}/\\{0,4}/"
_HTTP = re.compile(rf"[hH][tT][tT][pP](?P<secure>[sS]?)(?=:{_SLASHES})")
_FTP = re.compile(rf"[fF][tT][pP](?P<secure>[sS]?)(?=:{_SLASHES})")
_LIVE_SCHEME = re.compile(rf":(?<!hxxp:)(?<!hxxps:)(?<!fxp:)(?<!fxps:)(?={_SLASHES})")
_NO_SCHEME = re.compile(r"/(?<![\w:/]/)(?=\\{0,4}/[^\s/]{1,253}\.)")
_SCRIPT = re.compile(r"\b(?:(?:javascript|vbscript|mailto|xmpp):(?=\S)|data:(?=[a-z]+/|[,;]))", re.IGNORECASE)
_SCRIPT_SCHEMES = ("javascript:", "vbscript:", "data:", "mailto:", "xmpp:")
_WWW = re.compile(r"(?<![\w/.-])www(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE)
_LAST_DOT = re.compile(r"\.(?=(?P<top>[^\W\d_]{2,24})(?::\d{1,5})?[/?#])")
_LONGEST_HOST = 253

_TAG = re.compile(r"<(?![\s=])")
_ENTITY = re.compile(r"&(?=#[\dxX]|(?:lt|gt|amp|quot|shy)|\w{2,31};)", re.IGNORECASE)
_TILDES = re.compile(r"~~~+")


def defang(text: str) -> str:
    """Return `text` with links, images, markup and code fences broken, and still readable.

    `https://a.example` becomes `hxxps://a.example`, `www.a.example` becomes `www[.]a[.]example`, and a host
    before a path or query `a[.]example/x`; `](`, `][`, `]:` and `![` (inline and reference links, their
    targets, images) get a space inside; the `<` of a tag or an autolink becomes U+2039, which looks alike;
    the `&` of a character reference is set apart from its name; backticks become apostrophes, and `~~~`
    becomes `~~`. The function is idempotent.

    A host without a path and an e-mail address are kept: some clients make them clickable, but they show
    where they lead and carry no data.
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
    lowered = text.lower()
    if any(scheme in lowered for scheme in _SCRIPT_SCHEMES):
        text = _SCRIPT.sub(lambda match: f"{match[0][:-1]}[:]", text)
    if "www." in lowered:
        text = _WWW.sub(lambda match: match[0].replace(".", "[.]"), text)
    if "//" in text or "\\/" in text:
        text = _NO_SCHEME.sub("/ ", _without_schemes(text))
    return _without_hosts(text)


def _without_schemes(text: str) -> str:
    text = text.replace("https://", "hxxps://").replace("http://", "hxxp://")
    if _LIVE_SCHEME.search(text) is None:
        return text
    text = _HTTP.sub(lambda match: f"hxxp{match['secure'].lower()}", text)
    text = _FTP.sub(lambda match: f"fxp{match['secure'].lower()}", text)
    return _LIVE_SCHEME.sub("[:]", text)


def _without_hosts(text: str) -> str:
    """Break the dots of hosts before a path or query; paths, file names and broken addresses are kept."""
    pieces: list[str] = []
    done = 0
    for dot in _LAST_DOT.finditer(text):
        start = _host_start(text, dot.start())
        is_path = start > 0 and text[start - 1] in "/@\\"
        if start < dot.start() and not is_path and dot["top"].lower() not in FILE_ENDINGS:
            pieces += (text[done:start], text[start : dot.end()].replace(".", "[.]"))
            done = dot.end()
    return "".join((*pieces, text[done:]))


def _host_start(text: str, place: int) -> int:
    """Return the index at which the dotted name that ends at `place` begins."""
    first = max(0, place - _LONGEST_HOST)
    while place > first and (text[place - 1].isalnum() or text[place - 1] in "-._"):
        place -= 1
    return place
