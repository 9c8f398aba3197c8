"""The walk over a recording: events in, observations out."""

from collections.abc import Iterable
from typing import Any

from recordings_mcp.replay._collector import quiet_collector
from recordings_mcp.replay._compression import TooLargeError, inflate_field
from recordings_mcp.replay._dispatch import EARLY_SOURCES, PLUGINS, SOURCES, TYPES
from recordings_mcp.replay._finish import finish
from recordings_mcp.replay._intake import Arrival, Event, Intake
from recordings_mcp.replay._limits import MAX_INFLATED_BYTES
from recordings_mcp.replay._model import AnalyticsEvent, Timeline
from recordings_mcp.replay._shapes import fields_of
from recordings_mcp.replay._window import Session

_INCREMENTAL, _PLUGIN = 3, 6
_COMPRESSION = "2024-10"
_COMPRESSED = ("adds", "removes", "texts", "attributes")
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


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
        self._session = Session(sources=EARLY_SOURCES)
        self._intake = Intake(self._session, self._walk)
        self._nothing: str | None = None

    def feed(self, line: bytes) -> None:
        """Take one line, without its line break."""
        self._intake.take_one(line)

    def feed_all(self, lines: Iterable[bytes]) -> None:
        """Take many lines. The garbage collector rests meanwhile."""
        with quiet_collector():
            self._intake.take(lines)

    def finish(self, events: Iterable[AnalyticsEvent] = ()) -> Timeline:
        """Give what happened, with the session's analytics events merged in. The walker is used up then."""
        with quiet_collector():
            span = self._intake.finish()
            windows = list(self._intake.windows.values())
            limits = self._session.coverage.limits_reached
            limits += [f"{text}: {count}" for text, count in self._intake.notes.items()]
            self._session.coverage.undecodable += sum(window.mirror.damaged for window in windows)
            if any(window.mirror.truncated for window in windows):
                limits.append("A page had more nodes than are followed; some targets have no name")
            timeline = finish(self._session, windows, span, events)
            self._intake.windows.clear()  # before the collector looks at all their nodes
            return timeline

    def _walk(self, arrivals: Iterable[Arrival]) -> None:
        events = 0
        for at, window, event in arrivals:
            events += 1
            try:
                kind, data = event["type"], event["data"]
                if "cv" in event:
                    data = self._inflate(event["cv"], data)
                if kind == _INCREMENTAL:
                    window.sources[data["source"]](window, at, data)
                elif kind == _PLUGIN:
                    PLUGINS[data["plugin"]](window, at, data["payload"])
                else:
                    TYPES[kind](window, at, data)
            except _MALFORMED:
                self._miss(event)
        self._session.coverage.events += events

    def _inflate(self, version: object, data: Any) -> Any:
        """Undo the compression of all data or of its fields. Exports keep the mark when it is undone."""
        if data.__class__ is not str:
            return self._inflate_fields(version, data)
        if version != _COMPRESSION:
            self._session.coverage.unknown_encodings += 1
        return inflate_field(data)

    def _inflate_fields(self, version: object, data: dict[str, Any]) -> dict[str, Any]:
        """Undo the compression of a change's fields; what cannot be read is left out and counted.

        Most fields hold an empty list, which is always compressed to the same text: that one is remembered.
        """
        result: dict[str, Any] = {}
        for name, value in data.items():
            if value.__class__ is not str or name not in _COMPRESSED:
                result[name] = value
            elif value != self._nothing:
                result[name] = self._inflate_field(version, value)
                if result[name] == []:
                    self._nothing = value
        return result

    def _inflate_field(self, version: object, value: str) -> Any:
        if version != _COMPRESSION:
            self._session.coverage.unknown_encodings += 1
        try:
            return inflate_field(value)
        except TooLargeError:
            self._intake.note(f"Compressed fields beyond {MAX_INFLATED_BYTES >> 20} MB were not read")
        except ValueError:
            pass
        self._session.coverage.undecodable += 1
        return None

    def _miss(self, event: Event) -> None:
        """Count an event that could not be walked, as unknown if it is of a kind nobody here knows."""
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
