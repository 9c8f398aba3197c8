"""Which page a window shows."""

from typing import Any

from recordings_mcp.replay.model import Page, Viewport
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.shapes import fields_of
from recordings_mcp.replay.shortening import host_of, one_line, rounded, short_address
from recordings_mcp.replay.signals.frustration import leave_page
from recordings_mcp.replay.signals.inputs import remember_secrets
from recordings_mcp.replay.signals.native import on_screen
from recordings_mcp.replay.signals.window import Window


def on_meta(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle the address and size that precede every full snapshot; most repeat known values."""
    href = str(data["href"])
    if window.session.home is None:
        window.session.home = host_of(href)
    if window.shown.loading or href != window.shown.page:
        show_page(window, at, href)
    set_viewport(window, at, data)
    window.shown.offline = False  # a new document is loaded, and does not say that the browser is online
    _forget_page(window)


def _forget_page(window: Window) -> None:
    """Discard the page: a full snapshot follows, with other node ids.

    Discarding it before the snapshot is decoded lets the snapshot reuse its memory, which is much faster. And
    if the snapshot is damaged, nothing is named after the wrong page.
    """
    window.pointer.keep_focused(window.mirror)
    remember_secrets(window)
    window.mirror.reset({"id": 0, "type": 0})


def show_page(window: Window, at: float, href: str) -> None:
    """Observe that the window shows `href` from now on."""
    shown = window.shown
    url = short_address(href, None if shown.page is None else window.session.home)
    page = Page(url, reloaded=href == shown.page)
    by_person = page.reloaded or href == shown.before
    shown.before, shown.page = shown.page, href
    shown.loading = False
    window.pointer.end_stretches()
    leave_page(window, at, by_person=by_person)
    shown.draft = window.observe(at, "page", None, page)


def on_document_parsed(window: Window, _at: float, _data: object) -> None:
    """Handle the event that a document was parsed: the next page was loaded."""
    window.shown.loading = window.shown.page is not None


def on_address_change(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Handle a change of address within one document, as in single-page applications."""
    href = str(payload["href"])
    if href != window.shown.page:
        show_page(window, at, href)


def on_full_snapshot(window: Window, _at: float, data: dict[str, Any]) -> None:
    """Handle a full snapshot of a page or screen.

    The focus is kept only if the node is the same element: ids restart with every document.
    """
    window.session.coverage.full_snapshots += 1
    if "wireframes" in data:
        on_screen(window, data)
        return
    window.app.close_screen()
    root = data["node"]
    _forget_page(window)
    window.pointer.begin_page(root["id"], fields_of(data.get("initialOffset")).get("top") or 0.0)
    window.mirror.reset(root)
    draft = window.shown.draft
    page = draft.facts if draft is not None else None
    if draft is not None and isinstance(page, Page) and page.title is None and not page.reloaded:
        draft.facts = Page(page.url, _title(root))


def _title(root: Node) -> str | None:
    """Return the title in the head of a document."""
    nodes = [root]
    for tag in ("html", "head", "title"):
        nodes = [
            child for node in nodes for child in node.get("childNodes") or () if child.get("tagName") == tag
        ]
    texts = [child.get("textContent") or "" for node in nodes[:1] for child in node.get("childNodes") or ()]
    return one_line("".join(texts)) or None


def on_viewport(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a new size of the window."""
    window.activity.touch(at)
    set_viewport(window, at, data)


def set_viewport(window: Window, at: float, data: dict[str, Any]) -> None:
    """Observe the size of the window in CSS pixels, if it is new."""
    size = (data["width"], data["height"])
    if size != window.shown.viewport:
        window.shown.viewport = size
        window.observe(at, "viewport", None, Viewport(rounded(size[0]), rounded(size[1])))
