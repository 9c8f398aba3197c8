"""Calls the handler of each event."""

from collections.abc import Iterable
from typing import Any, Final

from recordings_mcp.replay.intake.reader import MALFORMED
from recordings_mcp.replay.intake.stream import Event
from recordings_mcp.replay.shapes import fields_of
from recordings_mcp.replay.signals.console import on_console
from recordings_mcp.replay.signals.editors import on_change_in_focus
from recordings_mcp.replay.signals.frustration import ANSWERED_BY_CHANGE_MS, answer
from recordings_mcp.replay.signals.inputs import on_input
from recordings_mcp.replay.signals.interaction import (
    on_mouse_interaction,
    on_pointer_move,
    on_scroll,
    on_selection,
)
from recordings_mcp.replay.signals.lifecycle import on_custom, on_media
from recordings_mcp.replay.signals.native import on_screen_change, on_touch
from recordings_mcp.replay.signals.navigation import (
    on_document_parsed,
    on_full_snapshot,
    on_meta,
    on_viewport,
)
from recordings_mcp.replay.signals.network import on_legacy_network, on_network
from recordings_mcp.replay.signals.presses import on_drag
from recordings_mcp.replay.signals.shortcuts import shortcuts
from recordings_mcp.replay.signals.window import Handler, Session, Window

_INCREMENTAL, _PLUGIN = 3, 6


def _ignore(_window: Window, _at: float, _data: object) -> None:
    """Ignore an event that is known and of no interest."""


def _on_full_snapshot(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a full snapshot of a page or of a native app's screen."""
    on_full_snapshot(window, at, data)
    if window.app.screen is None:
        window.sources = SOURCES
        window.shortcuts = window.shortcuts or shortcuts(window)
    else:
        window.sources, window.shortcuts = SCREEN_SOURCES, {}


def _early(handler: Handler) -> Handler:
    """Wrap a handler so that it counts its events as seen before the first full snapshot."""

    def count_and_take(window: Window, at: float, data: Any) -> None:
        window.session.coverage.before_first_snapshot += 1
        handler(window, at, data)

    return count_and_take


def _on_mutation(window: Window, at: float, data: dict[str, Any]) -> None:
    """Handle a change of the page."""
    if window.pointer.editor is not None:
        on_change_in_focus(window, at, data)
    else:
        window.mirror.change(data)
    if window.answers.unanswered:
        answer(window, at, ANSWERED_BY_CHANGE_MS)


SOURCES: Final[dict[int, Handler]] = dict(
    enumerate(
        (
            _on_mutation,
            on_pointer_move,
            on_mouse_interaction,
            on_scroll,
            on_viewport,
            on_input,
            on_pointer_move,  # touch move
            on_media,
            _ignore,  # style sheet rule
            _ignore,  # canvas
            _ignore,  # font
            on_console,  # log, before it became a plugin
            on_drag,
            _ignore,  # style declaration
            on_selection,
            _ignore,  # adopted style sheet
            _ignore,  # custom element
        )
    )
)
"""The handlers of a web page's incremental events, by source."""

SCREEN_SOURCES: Final = SOURCES | {0: on_screen_change, 2: on_touch}
"""The handlers of a native app's incremental events."""

EARLY_SOURCES: Final = {source: _early(handler) for source, handler in SOURCES.items()}
"""The handlers before a window's first full snapshot."""


PLUGINS: Final[dict[str, Handler]] = {
    "rrweb/console@1": on_console,
    "rrweb/network@1": on_network,
    "posthog/network@1": on_legacy_network,
}
"""The handlers of plugin events, by the plugin's name."""

TYPES: Final[dict[int, Handler]] = {
    0: on_document_parsed,
    1: _ignore,
    2: _on_full_snapshot,
    4: on_meta,
    5: on_custom,
    7: _ignore,
}
"""The handlers of all other events, by type."""


class Dispatcher:
    """Passes each event to its handler."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reader = session.reader

    def walk(self, arrivals: Iterable[tuple[float, Window, Event]]) -> None:
        """Handle events in order. No event raises; a stop raises WalkStopped."""
        events, check = 0, self._session.work.check
        check()  # arrivals that take a shortcut are handled before they would be yielded
        for at, window, event in arrivals:
            check()
            events += 1
            try:
                kind, data = event["type"], event["data"]
                if "cv" in event:
                    data = self._reader.inflate(event["cv"], data)
                if kind == _INCREMENTAL:
                    window.sources[data["source"]](window, at, data)
                elif kind == _PLUGIN:
                    PLUGINS[data["plugin"]](window, at, data["payload"])
                else:
                    TYPES[kind](window, at, data)
            except MALFORMED:
                self._count_unread(event)
        self._session.coverage.events += events

    def _count_unread(self, event: Event) -> None:
        """Count an event that could not be handled as unknown or, if its kind is known, as undecodable."""
        kind, data = event.get("type"), event.get("data")
        known = kind in (*TYPES, _INCREMENTAL, _PLUGIN) if isinstance(kind, int) else False
        if known:
            source, plugin = fields_of(data).get("source"), fields_of(data).get("plugin")
            if kind == _INCREMENTAL and isinstance(source, int):
                known = source in SOURCES
            elif kind == _PLUGIN and isinstance(plugin, str):
                known = plugin in PLUGINS
        coverage = self._session.coverage
        if known:
            coverage.undecodable += 1
            coverage.events -= 1
        else:
            coverage.unknown_events += 1
