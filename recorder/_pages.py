"""The shop's pages: an HTML file each, put into one layout."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

SHOP = Path(__file__).parent / "shop"
_TITLE = re.compile(r"<!-- title: (.+?) -->\n")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is served; `seconds` is how long the server takes."""

    body: bytes
    content_type: str
    seconds: float = 0.0


def find_document(path: str) -> Document | None:
    """Return the page or static file at a URL path, or None if there is none."""
    if path.startswith("/static/"):
        return _file(SHOP / "static" / Path(path).name)
    name = _page_name(path)
    page = SHOP / "pages" / f"{name}.html"
    if not page.exists():
        return None
    seconds = 2.6 if name == "orders" else 0.0
    return Document(_render(page, framed=name != "card-frame"), "text/html; charset=utf-8", seconds)


def _page_name(path: str) -> str:
    first, _, rest = path.strip("/").partition("/")
    if first == "products" and rest:
        return "product"
    return first or "index"


def _render(page: Path, *, framed: bool) -> bytes:
    content = page.read_text(encoding="utf-8")
    if not framed:
        return content.encode()
    layout = (SHOP / "layout.html").read_text(encoding="utf-8")
    title = _TITLE.match(content)
    if title is None:
        raise ValueError(f"{page.name} must begin with its title.")
    filled = layout.replace("{{title}}", title[1]).replace("{{content}}", content[title.end() :])
    return filled.encode()


def _file(path: Path) -> Document | None:
    if not path.exists():
        return None
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Document(path.read_bytes(), content_type)
