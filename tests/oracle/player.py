"""rrweb's own player in the distribution's Chromium, asked about single nodes."""

import json
import os
import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.oracle.comparing import Accessible
from tests.oracle.events import Event

ROOM = Path(__file__).parent
_LIBRARY = ROOM / "node_modules" / "@rrweb" / "replay"
_SLOT_MS = 10
_META = 4
_EARLIEST_MS = 1_000_000_000_000
_MOST_PIXELS = 4096
_START = """events => {
  window.player = new rrwebReplay.Replayer(JSON.parse(events), {
    root: document.body, showWarning: false, mouseTail: false, triggerFocus: false, pauseAnimation: true,
    inactivePeriodThreshold: 1e12,
  });
}"""
_SEEK = """async at => {
  window.player.pause(at);
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
_CHILDREN = """() => {
  const mirror = window.player.getMirror(), found = {};
  const ids = nodes => [...nodes].map(node => mirror.getId(node)).filter(id => id > 0);
  const visit = node => {
    const id = mirror.getId(node);
    const shadow = node.shadowRoot ? [...node.shadowRoot.childNodes] : [];
    const framed = node.contentDocument && mirror.getId(node.contentDocument) > 0 ? [node.contentDocument] : [];
    const below = [...node.childNodes, ...framed];
    if (id > 0) found[id] = [ids(below), ids(shadow)];
    below.concat(shadow).forEach(visit);
  };
  visit(window.player.iframe.contentDocument);
  return found;
}"""


class Player:
    """One window of a recording, played to the moment just before any of its events."""

    def __init__(self, page: Page, events: Sequence[Event]) -> None:
        self._page = page
        # Each event has a moment of its own, so that there is a moment just before it.
        apart = [event | {"timestamp": _EARLIEST_MS + _SLOT_MS * at} for at, event in enumerate(events)]
        nothing: Event = {}
        size = next((event["data"] for event in events if event["type"] == _META), nothing)
        page.set_viewport_size({"width": _pixels(size.get("width")), "height": _pixels(size.get("height"))})
        page.set_content("<!doctype html><style>body { margin: 0 } iframe { border: 0 }</style>")
        page.add_style_tag(path=_LIBRARY / "dist" / "style.min.css")
        page.add_script_tag(path=_LIBRARY / "umd" / "replay.min.js")
        page.evaluate(_START, json.dumps(apart))
        self._debugger: CDPSession = page.context.new_cdp_session(page)
        self._ask("Accessibility.enable")

    def seek(self, index: int) -> None:
        """Show the page as it was just before the event at this index."""
        self._page.evaluate(_SEEK, max(0, _SLOT_MS * index - _SLOT_MS // 2))

    def ancestry(self, node_id: int) -> list[Accessible]:
        """Return a node and its ancestors in the accessibility tree; nothing if the page has no such node."""
        found = self._ask("Runtime.evaluate", expression=f"window.player.getMirror().getNode({node_id})")
        handle = found["result"].get("objectId")
        if handle is None:
            return []
        nodes = self._ask("Accessibility.getPartialAXTree", objectId=handle, fetchRelatives=True)["nodes"]
        by_id = {node["nodeId"]: node for node in nodes}
        ancestry: list[Accessible] = []
        current = nodes[0] if nodes else None
        while current is not None and len(ancestry) < len(nodes):
            role = None if current.get("ignored") else current.get("role", {}).get("value")
            ancestry.append(Accessible(role, current.get("name", {}).get("value", "")))
            current = by_id.get(current.get("parentId"))
        return ancestry

    def _ask(self, method: str, **parameters: object) -> Any:
        # Playwright leaves the answers untyped.
        return self._debugger.send(method, parameters)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    def children(self) -> dict[int, tuple[list[int], list[int]]]:
        """Return the ids of each node's children, and of those in its shadow root, in order."""
        found: dict[str, list[list[int]]] = self._page.evaluate(_CHILDREN)
        return {int(node_id): (light, shadow) for node_id, (light, shadow) in found.items()}


class Players:
    """A browser that opens players, without any network."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    @classmethod
    @contextmanager
    def launched(cls, executable: str) -> Generator[Self]:
        """Start Chromium inside the block."""
        with sync_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
            browser = playwright.chromium.launch(
                executable_path=executable,
                args=["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-dev-shm-usage", *sandbox],
            )
            yield cls(browser)
            browser.close()

    @contextmanager
    def playing(self, events: Sequence[Event]) -> Generator[Player]:
        """Open a player of one window's events inside the block."""
        page = self._browser.new_page()
        try:
            yield Player(page, events)
        finally:
            page.close()


def install_player() -> None:
    """Install rrweb's player with npm, unless it is there at the version that package.json pins.

    Raises:
        subprocess.CalledProcessError: npm failed.
        FileNotFoundError: npm is missing.
    """
    pinned = json.loads((ROOM / "package.json").read_text(encoding="utf-8"))["dependencies"]["@rrweb/replay"]
    package = _LIBRARY / "package.json"
    if package.exists() and json.loads(package.read_text(encoding="utf-8"))["version"] == pinned:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to install rrweb's player: install Node.js and try again.")
    # No lock file: it would name the registry of the last person who ran this.
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=ROOM, check=True)  # noqa: S603 - our own command


def _pixels(value: object) -> int:
    return min(max(1, int(value)), _MOST_PIXELS) if isinstance(value, (int, float)) else 1280
