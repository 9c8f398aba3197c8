"""Which page a window shows."""

from typing import Any

from recordings_mcp.replay._addresses import host_of, short_address
from recordings_mcp.replay._mirror import Mirror
from recordings_mcp.replay._targets import text_of
from recordings_mcp.replay._window import Window
from recordings_mcp.replay._words import one_line

_TITLE_SEARCHED = 400


def on_meta(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take the address and size that precede every full snapshot; most only repeat what is known."""
    href = str(data["href"])
    if window.session.home is None:
        window.session.home = host_of(href)
    if window.loading or href != window.page:
        show_page(window, at, href, detail="reloaded" if href == window.page else None)
    set_viewport(window, at, data)


def show_page(window: Window, at: float, href: str, *, detail: str | None = None) -> None:
    """Note that the window shows `href` from now on."""
    first = window.page is None
    window.page = href
    window.loading = False
    window.end_stretches()
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
    """Take a picture of the whole page. The focus stays if its node does."""
    window.session.coverage.full_snapshots += 1
    window.has_snapshot = True
    mirror = window.mirror
    focused = mirror.nodes.get(window.focus) if window.focus is not None else None
    offset = data.get("initialOffset") or {}
    mirror.reset(data["node"])
    if focused is not None and not _is_same(focused, mirror, window.focus):
        window.focus = None
    window.offsets = {data["node"]["id"]: offset.get("top") or 0.0}
    _title(window)


def _is_same(before: dict[str, Any], mirror: Mirror, node_id: int | None) -> bool:
    """Say whether an id names the same element as before: ids begin anew with every document."""
    now = mirror.nodes.get(node_id or 0)
    if now is None or now.get("tagName") != before.get("tagName"):
        return False
    return all(now["attributes"].get(key) == before["attributes"].get(key) for key in ("id", "name", "type"))


def _title(window: Window) -> None:
    """Tell the title of the page that was just opened."""
    page = window.page_told
    if page is None or page.detail is not None:
        return
    order = window.mirror.nodes.values()
    for _, node in zip(range(_TITLE_SEARCHED), order, strict=False):
        if node.get("tagName") == "title":
            title = one_line(text_of(window.mirror, node))
            page.detail = f'titled "{title}"' if title else None
            return


def on_viewport(window: Window, at: float, data: dict[str, Any]) -> None:
    """Take a new size of the window."""
    window.touch(at)
    set_viewport(window, at, data)


def set_viewport(window: Window, at: float, data: dict[str, Any]) -> None:
    """Note the size of the window, in CSS pixels, when it is new."""
    size = (data["width"], data["height"])
    if size != window.viewport:
        window.viewport = size
        window.observe(at, "viewport", None, f"{size[0]:.0f} × {size[1]:.0f}")
