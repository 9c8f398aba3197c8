"""The walk over a recording: lines in, observations out."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Final

import orjson

from recordings_mcp.replay._collector import quiet_collector
from recordings_mcp.replay._compression import TooLargeError, decode_json, encode_json, inflate_field
from recordings_mcp.replay._console import on_console
from recordings_mcp.replay._finish import finish
from recordings_mcp.replay._interaction import on_input, on_mouse_interaction, on_pointer_move, on_scroll
from recordings_mcp.replay._lifecycle import on_custom, on_media
from recordings_mcp.replay._limits import (
    DEDUPLICATED_LINES,
    MAX_LINE_BYTES,
    MAX_SPAN_MS,
    MAX_TIMESTAMP_MS,
    MAX_WINDOWS,
    REORDERED_BYTES,
    REORDERED_EVENTS,
)
from recordings_mcp.replay._model import AnalyticsEvent, Timeline
from recordings_mcp.replay._navigation import on_document_parsed, on_full_snapshot, on_meta, on_viewport
from recordings_mcp.replay._network import on_legacy_network, on_network
from recordings_mcp.replay._window import Session, Window

_Handler = Callable[[Window, float, Any], None]
_Event = dict[str, Any]

_FULL_SNAPSHOT, _INCREMENTAL, _PLUGIN = 2, 3, 6
_MUTATION = 0
_COMPRESSION = "2024-10"
_COMPRESSED_MARKS = ("\x1f", "\x28")  # how gzip and zstd begin
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)
_TIME = itemgetter(0)
_EARLIEST_RRWEB_MS = 1.5e12
"""July 2017: rrweb did not exist before 2018."""


def _on_nothing(_window: Window, _at: float, _data: object) -> None:
    """Take an event that is known and says nothing to a reader."""


def _on_mutation(window: Window, _at: float, data: dict[str, Any]) -> None:
    mirror = window.mirror
    if data.get("removes"):
        mirror.remove(data["removes"])
    if data.get("adds"):
        mirror.add(data["adds"])
    if data.get("texts"):
        mirror.set_texts(data["texts"])
    if data.get("attributes"):
        mirror.set_attributes(data["attributes"])


_SOURCES: Final[dict[int, _Handler]] = dict(
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
            _on_nothing,  # style sheet rule
            _on_nothing,  # canvas
            _on_nothing,  # font
            on_console,  # log, before it became a plugin
            on_pointer_move,  # drag
            _on_nothing,  # style declaration
            _on_nothing,  # selection
            _on_nothing,  # adopted style sheet
            _on_nothing,  # custom element
        )
    )
)
_PLUGINS: Final[dict[str, _Handler]] = {
    "rrweb/console@1": on_console,
    "rrweb/network@1": on_network,
    "posthog/network@1": on_legacy_network,
}
_TYPES: Final[dict[int, _Handler]] = {
    0: on_document_parsed,
    1: _on_nothing,
    2: on_full_snapshot,
    4: on_meta,
    5: on_custom,
    7: _on_nothing,
}


class Walker:
    """Reads a recording line by line, as it arrives, and never holds it.

    Feed it the lines in the order of the recording, then finish it once:

        walker = Walker()
        for line in lines:
            walker.feed(line)
        timeline = walker.finish(events)

    `feed_all` does the same for many lines, faster. A line that cannot be read is counted, never raised.
    """

    def __init__(self) -> None:
        self._session = Session()
        self._windows: dict[str, Window] = {}
        self._recent: set[int] = set()
        self._older: set[int] = set()
        self._pending: list[tuple[float, Window, _Event]] = []
        self._pending_bytes = 0
        self._unsorted = False
        self._anchor: float | None = None
        self._first = float("inf")
        self._last = float("-inf")
        self._notes: dict[str, int] = {}
        self._nothing: str | None = None

    def feed(self, line: bytes) -> None:
        """Take one line, without its line break."""
        self._take(line)

    def feed_all(self, lines: Iterable[bytes]) -> None:
        """Take many lines. The garbage collector rests meanwhile."""
        with quiet_collector():
            take = self._take
            for line in lines:
                take(line)

    def finish(self, events: Iterable[AnalyticsEvent] = ()) -> Timeline:
        """Give what happened, with the session's analytics events merged in. The walker is used up then."""
        with quiet_collector():
            self._drain(0)
        coverage = self._session.coverage
        coverage.windows = len(self._windows)
        coverage.limits_reached += [f"{text}: {count}" for text, count in self._notes.items()]
        if any(window.mirror.truncated for window in self._windows.values()):
            coverage.limits_reached.append(
                "A page had more nodes than are followed; some targets have no name."
            )
        return finish(self._session, list(self._windows.values()), (self._first, self._last), events)

    def _take(self, line: bytes) -> None:
        coverage = self._session.coverage
        digest = hash(line)
        if digest in self._recent or digest in self._older:
            if line.strip():
                coverage.lines += 1
                coverage.duplicates += 1
            return
        if len(self._recent) >= DEDUPLICATED_LINES:
            self._older, self._recent = self._recent, set()
        self._recent.add(digest)
        try:
            record = orjson.loads(line) if len(line) < REORDERED_BYTES else self._decode_large(line)
        except ValueError:
            record = self._decode_damaged(line)
        if record is None:
            return
        coverage.lines += 1
        size = len(line)
        if record.__class__ is list and len(record) == 2 and record[1].__class__ is dict:  # noqa: PLR2004
            window_id, event = record
            self._arrive(window_id if window_id.__class__ is str else _window_name(window_id), event, size)
        elif record.__class__ is dict:
            self._take_object(record, size)
        else:
            coverage.undecodable += 1

    def _decode_large(self, line: bytes) -> object:
        if len(line) > MAX_LINE_BYTES:
            raise TooLargeError("A line beyond the limit.")
        return decode_json(line)

    def _decode_damaged(self, line: bytes) -> object:
        """Read what strict JSON forbids; give None for a line that is blank or cannot be read at all."""
        coverage = self._session.coverage
        try:
            if len(line) <= MAX_LINE_BYTES:
                return decode_json(line)
            self._note("Lines longer than 64 MB were not read")
        except TooLargeError:
            self._note("Lines with more than 4,000,000 objects were not read")
        except ValueError:
            if not line.strip():
                return None
        coverage.lines += 1
        coverage.undecodable += 1
        return None

    def _take_object(self, record: dict[str, Any], size: int) -> None:
        """Take a line of older storage, which holds several events of a window, or a bare event."""
        window_id = _window_name(record.get("window_id", record.get("windowId")))
        events = record.get("data")
        if "type" in record or not isinstance(events, list):
            self._arrive(window_id, record, size)
            return
        for event in events:
            digest = hash(encode_json([window_id, event]))
            if digest in self._recent or digest in self._older:
                self._session.coverage.duplicates += 1
            elif isinstance(event, dict):
                self._recent.add(digest)
                self._arrive(window_id, event, size // len(events))
            else:
                self._session.coverage.undecodable += 1

    def _arrive(self, window_id: str, event: _Event, size: int) -> None:
        """Let an event wait until it is certain that none before it is still to come."""
        at = event.get("timestamp")
        window = self._windows.get(window_id)
        if window is None or at.__class__ is not int or not self._first <= at <= self._last:
            checked = self._check(window_id, at)
            if checked is None:
                return
            window, at = checked
        if at < window.newest:
            self._session.coverage.out_of_order += 1
            self._unsorted = True
        else:
            window.newest = at
        self._pending.append((at, window, event))
        self._pending_bytes += size
        if len(self._pending) > 2 * REORDERED_EVENTS or self._pending_bytes > REORDERED_BYTES:
            self._drain(REORDERED_EVENTS)

    def _check(self, window_id: str, at: object) -> tuple[Window, float] | None:
        """Check a new window, or a time outside of what was seen so far; None if the event is not followed."""
        if not isinstance(at, (int, float)) or isinstance(at, bool) or not 0 <= at <= MAX_TIMESTAMP_MS:
            self._session.coverage.undecodable += 1
            return None
        if self._anchor is None or (self._anchor < _EARLIEST_RRWEB_MS <= at):
            self._anchor = at
            self._first = self._last = at
        if abs(at - self._anchor) > MAX_SPAN_MS:
            self._session.coverage.undecodable += 1
            self._note("Events dated more than 7 days from the first were not followed")
            return None
        window = self._windows.get(window_id) or self._open(window_id)
        if window is not None:
            self._first = min(self._first, at)
            self._last = max(self._last, at)
            return window, at
        return None

    def _open(self, window_id: str) -> Window | None:
        if len(self._windows) >= MAX_WINDOWS:
            self._note("Events of windows beyond the 100th were not followed")
            return None
        window = Window(window_id, self._session)
        self._windows[window_id] = window
        return window

    def _note(self, text: str) -> None:
        self._notes[text] = self._notes.get(text, 0) + 1

    def _drain(self, keep: int) -> None:
        """Put waiting events in order and walk all but the last `keep` of them."""
        pending = self._pending
        if self._unsorted:
            pending.sort(key=_TIME)
            self._unsorted = False
        if self._pending_bytes > REORDERED_BYTES:
            keep = min(keep, len(pending) // 2)
        ready = pending[: len(pending) - keep]
        self._pending = pending[len(pending) - keep :]
        self._pending_bytes = 0
        self._walk(ready)

    def _walk(self, ready: list[tuple[float, Window, _Event]]) -> None:
        coverage = self._session.coverage
        coverage.events += len(ready)
        for at, window, event in ready:
            try:
                kind = event["type"]
                data = event["data"]
                if "cv" in event and (kind == _INCREMENTAL or kind == _FULL_SNAPSHOT):
                    data = self._inflate(event["cv"], data)
                if kind == _INCREMENTAL:
                    if not window.has_snapshot:
                        coverage.before_first_snapshot += 1
                    _SOURCES[data["source"]](window, at, data)
                elif kind == _PLUGIN:
                    _PLUGINS[data["plugin"]](window, at, data["payload"])
                else:
                    _TYPES[kind](window, at, data)
            except _MALFORMED:
                self._miss(event)

    def _inflate(self, version: object, data: Any) -> Any:
        """Undo posthog-js's compression, of a whole snapshot or of single fields. Exports keep the mark when it is undone."""
        if version != _COMPRESSION:
            self._session.coverage.unknown_encodings += 1
        elif isinstance(data, str):
            return inflate_field(data)
        else:
            for name, value in data.items():
                if isinstance(value, str) and value[:1] in _COMPRESSED_MARKS:
                    data[name] = self._inflate_part(value)
        return data

    def _inflate_part(self, text: str) -> Any:
        if text == self._nothing:
            return None
        try:
            value = inflate_field(text)
        except ValueError:
            self._session.coverage.undecodable += 1
            return None
        if not value:
            self._nothing = (
                text  # most fields of a change hold an empty list, always compressed to the same text
            )
        return value

    def _miss(self, event: _Event) -> None:
        """Count an event that could not be walked, as unknown if it is of a kind nobody here knows."""
        kind, data = event.get("type"), event.get("data")
        known = kind in (*_TYPES, _INCREMENTAL, _PLUGIN) if isinstance(kind, int) else False
        if known and isinstance(data, dict):
            source, plugin = data.get("source"), data.get("plugin")
            if kind == _INCREMENTAL and isinstance(source, int):
                known = source in _SOURCES
            elif kind == _PLUGIN and isinstance(plugin, str):
                known = plugin in _PLUGINS
        coverage = self._session.coverage
        if known:
            coverage.undecodable += 1
            coverage.events -= 1
        else:
            coverage.unknown_events += 1


def _window_name(window_id: object) -> str:
    """Give a window's id as text: exports number windows, and recordings of other tools name none."""
    return str(window_id)[:100] if isinstance(window_id, (str, int)) else ""
