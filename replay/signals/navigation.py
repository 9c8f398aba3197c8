"""Which page a window shows."""

from typing import Any

from recordings_mcp.replay.addresses import host_of, short_address
from recordings_mcp.replay.page.mirror import Node
from recordings_mcp.replay.shapes import fields_of
from recordings_mcp.replay.signals.frustration import DEAD_AFTER_MS, answer
from recordings_mcp.replay.signals.native import on_screen
from recordings_mcp.replay.signals.window import Window
from recordings_mcp.replay.words import TIMES, one_line, whole


def on_meta(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take the address and size that precede every full snapshot; most only repeat what is known."""
    href = str(data["href"])
    if window.session.home is None:
        window.session.home = host_of(href)
    if window.loading or href != window.page:
        show_page(window, at, href, detail="reloaded" if href == window.page else None)
    set_viewport(window, at, data)
    _forget_page(window)


def _forget_page(window: Window) -> None:
    """Let go of the page: a full snapshot follows, and its numbers are not those of the page before.

    Doing so before the snapshot is decoded lets it take the memory of the one before, which is much
    faster. Should it be damaged, nothing is named after another page.
    """
    if window.focus is not None and window.focused is None:
        window.focused = window.mirror.known(window.focus) or window.mirror.node(window.focus)
    window.mirror.reset({"id": 0, "type": 0})


def show_page(window: Window, at: float, href: str, *, detail: str | None = None) -> None:
    """Note that the window shows `href` from now on."""
    first = window.page is None
    window.page = href
    window.loading = False
    window.end_stretches()
    answer(window, at, DEAD_AFTER_MS)
    window.page_told = window.observe(
        at, "page", short_address(href, None if first else window.session.home), detail
    )


def on_document_parsed(window: Window, _at: float, _data: object) -> None:
    """Take the browser's news that it parsed a document: the next page is one that was loaded."""
    window.loading = window.page is not None


def on_address_change(window: Window, at: float, payload: dict[str, Any]) -> None:
    """Take a change of address within one document, as single-page applications make."""
    href = str(payload["href"])
    if href != window.page:
        show_page(window, at, href)


def on_full_snapshot(window: Window, _at: float, data: dict[str, Any]) -> None:
    """Take a picture of the whole page.

    The focus stays if its node does: ids begin anew with every document.
    """
    window.session.coverage.full_snapshots += 1
    if "wireframes" in data:
        on_screen(window, data)
        return
    window.screen = None
    root = data["node"]
    _forget_page(window)
    window.offsets = {root["id"]: fields_of(data.get("initialOffset")).get("top") or 0.0}
    window.mirror.reset(root)
    page = window.page_told
    if page is not None and page.detail is None:
        title = _title(root)
        page.detail = f'titled "{title}"' if title else None


def _title(root: Node) -> str | None:
    """Find the title of a document in its head."""
    nodes = [root]
    for tag in ("html", "head", "title"):
        nodes = [
            child for node in nodes for child in node.get("childNodes") or () if child.get("tagName") == tag
        ]
    texts = [child.get("textContent") or "" for node in nodes[:1] for child in node.get("childNodes") or ()]
    return one_line("".join(texts)) or None


def on_viewport(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a new size of the window."""
    window.touch(at)
    set_viewport(window, at, data)


def set_viewport(window: Window, at: float, data: dict[str, Any]) -> None:
    """Note the size of the window, in CSS pixels, when it is new."""
    size = (data["width"], data["height"])
    if size != window.viewport:
        window.viewport = size
        window.observe(at, "viewport", None, f"{whole(size[0])} {TIMES} {whole(size[1])}")
