"""Lines in, events out: decoded, each once, and in order.

This is the hot path of the engine. Everything is done to many lines at a time, and to bytes as long as
possible. Objects are created just before they are used, while they fit into the processor's caches.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Generic, TypeVar, cast

import orjson

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.intake.clock import EARLIEST_RRWEB_MS, densest_span, milliseconds
from recordings_mcp.replay.intake.compression import encode_json
from recordings_mcp.replay.intake.reader import Reader
from recordings_mcp.replay.intake.reorder import NO_STAMP, ReorderBuffer, Run, Stamp, stamp_of
from recordings_mcp.replay.intake.stream import HEAD_BYTES, Event, Stream, in_usual_order
from recordings_mcp.replay.limits import (
    CHUNK_BYTES,
    CHUNK_LINES,
    DEDUPLICATED_LINES,
    MAX_SPAN_MS,
    MAX_TIMESTAMP_MS,
    MAX_WINDOWS,
)
from recordings_mcp.replay.shapes import finite, is_fields, items_of
from recordings_mcp.replay.shortening import one_line

_PART_LINES = 32
_LARGE_BYTES = 1024 * 1024
_NAME_LENGTH = 100

# How a line ends, as rrweb and posthog-js write it: `,"timestamp":1795000000000}]`, or with a mark of
# compression.
_STAMP = b',"timestamp":'
_STAMP_AND_MARK = re.compile(rb',"timestamp":(\d{13}),"cv":"[\d-]{1,20}"\}\]$')
_STAMP_AND_MARK_BYTES = 80

# A line in the order of PostHog's exports: `["window",{"timestamp":1795000000000,"data":{...},"type":3}]`.
_EXPORTED = re.compile(rb'(\["[^"\\]{0,100}",)\{"timestamp":(\d{13}),"data":')
_TYPE = b',"type":'


_Window = TypeVar("_Window", bound=Stream)


class LineReader(Generic[_Window]):
    """Reads lines as they arrive, and emits events once no earlier one is expected.

    An event is emitted with its time in milliseconds and its window, which `new_window` creates from its id.

    Attributes:
        windows: The browser tabs seen so far, by id.
    """

    def __init__(
        self,
        reader: Reader,
        coverage: Coverage,
        new_window: Callable[[str], _Window],
        emit: Callable[[Iterator[tuple[float, _Window, Event]]], None],
    ) -> None:
        self.windows: dict[str, _Window] = {}
        self._coverage = coverage
        self._reader = reader
        self._new_window = new_window
        self._emit = emit
        self._seen: set[int] = set()
        self._seen_before: set[int] = set()
        self._lines: list[bytes] = []
        self._bytes = 0
        self._order = ReorderBuffer(partial(_newest_stamp, self.windows))
        self._current = new_window("")
        self._first_stamps: list[Stamp] = []
        self._earliest = float("inf")
        self._latest = float("-inf")

    def feed_all(self, lines: Iterable[bytes]) -> None:
        """Read lines in the order of the recording. No line raises."""
        lines = iter(lines)
        while part := list(islice(lines, _PART_LINES)):
            self._lines += part
            self._bytes += sum(map(len, part))
            if len(self._lines) >= CHUNK_LINES or self._bytes >= CHUNK_BYTES:
                self._process_chunk()

    def feed(self, line: bytes) -> None:
        """Read one line."""
        self._lines.append(line)
        self._bytes += len(line)
        if len(self._lines) >= CHUNK_LINES or self._bytes >= CHUNK_BYTES:
            self._process_chunk()

    def finish(self) -> tuple[float, float]:
        """Emit all remaining events; return the times of the first and last event, 0 if there was none."""
        self._process_chunk()
        for run in self._order.rest():
            self._pass_on(run)
        self._current = self._new_window("")
        self._coverage.windows = len(self.windows)
        self._coverage.out_of_order = self._order.late
        seen = [window for window in self.windows.values() if window.oldest <= window.newest]
        first = min((window.oldest for window in seen), default=0.0)
        return first, max((window.newest for window in seen), default=0.0)

    def _process_chunk(self) -> None:
        """Process the collected lines: remove duplicates, and emit those that have waited long enough."""
        chunk, self._lines, self._bytes = self._lines, [], 0
        if chunk and chunk[0][-1:].isspace():
            chunk = [line.rstrip() for line in chunk]  # lines of a file, with their line breaks
        chunk = self._deduplicated(chunk)
        stamps: list[Stamp | None] = [
            line[-15:-2] if line[-28:-15] == _STAMP else _marked_stamp(line) for line in chunk
        ]
        if None in stamps or not b"".join(cast("list[Stamp]", stamps)).isdigit():
            stamps = [stamp if stamp is not None and stamp.isdigit() else None for stamp in stamps]
            chunk, known = self._normalized(chunk, stamps)
        else:
            known = cast("list[Stamp]", stamps)
        if self._earliest > self._latest:
            self._first_stamps += known
        self._order.put(chunk, known)
        for run in self._order.ready():
            self._pass_on(run)

    def _deduplicated(self, chunk: list[bytes]) -> list[bytes]:
        """Return the lines that did not occur before."""
        self._coverage.lines += len(chunk)
        digests = set(map(hash, chunk))
        if (
            len(digests) == len(chunk)
            and self._seen.isdisjoint(digests)
            and self._seen_before.isdisjoint(digests)
        ):
            self._seen |= digests
        else:
            chunk = [line for line in chunk if self._is_new(line)]
        if len(self._seen) >= DEDUPLICATED_LINES:
            self._seen_before, self._seen = self._seen, set()
        return chunk

    def _is_new(self, line: bytes) -> bool:
        """Return whether a line did not occur before, and remember it."""
        digest = hash(line)
        if digest not in self._seen and digest not in self._seen_before:
            self._seen.add(digest)
            return True
        if line.strip():
            self._coverage.duplicates += 1
        else:
            self._coverage.lines -= 1
        return False

    def _normalized(self, chunk: list[bytes], stamps: list[Stamp | None]) -> tuple[list[bytes], list[Stamp]]:
        """Rewrite lines whose time can only be read by decoding them, so that their stamp is known."""
        regular: list[tuple[bytes, Stamp]] = []
        for line, stamp in zip(chunk, stamps, strict=True):
            if stamp is not None:
                regular.append((line, stamp))
            elif (usual := _of_export(line)) is not None:
                regular.append(usual)
            else:
                regular += self._rewritten(line)
        return [line for line, _ in regular], [stamp for _, stamp in regular]

    def _rewritten(self, line: bytes) -> Iterator[tuple[bytes, Stamp]]:
        """Yield the events of a line of any form, each as its own line; count what cannot be read."""
        for name, event in self._events_of(line):
            at = self._time_of(event)
            if at is None:
                self._coverage.undecodable += 1
                continue
            # The point sorts among the digits and prevents a shortcut, which reads whole milliseconds.
            stamp = stamp_of(at) if isinstance(at, int) else stamp_of(at) + b"."
            yield encode_json([_name(name), in_usual_order(event, at)]), stamp

    def _time_of(self, event: Event) -> float | None:
        """Return the time of an event in milliseconds, whole if it is; None if it has none."""
        at = finite(event.get("timestamp"))
        if at is None:
            return None
        time = milliseconds(at)
        if time != at:
            self._coverage.times_scaled += 1
        if not 0 <= time <= MAX_TIMESTAMP_MS:
            return None
        return int(time) if time == int(time) else time

    def _events_of(self, line: bytes) -> Iterator[tuple[object, Event]]:
        """Yield the events of a line: one, or several in a line of older storage."""
        record = self._reader.decode(line)
        pair = items_of(record)
        if is_fields(record):
            name = record.get("window_id", record.get("windowId"))
            if "type" in record or not isinstance(record.get("data"), list):
                yield name, record
                return
            for event in items_of(record["data"]):
                if self._is_new(encode_json([name, event])) and self._is_event(event):
                    yield name, event
        elif record is not None and (len(pair) == 2 or self._is_event(None)) and self._is_event(pair[1]):  # noqa: PLR2004
            yield pair[0], pair[1]

    def _is_event(self, event: object) -> bool:
        """Return whether this is an object; count it as undecodable if not."""
        if is_fields(event):
            return True
        self._coverage.undecodable += 1
        return False

    def _arrivals(self, run: Run) -> Iterator[tuple[float, _Window, Event]]:  # noqa: C901, PLR0912  calls would cost more than the work
        """Decode lines one by one, each after the previous one was processed, or take a shortcut."""
        loads, windows = orjson.loads, self.windows
        window, taken = self._current, 0
        begin = len(window.prefix) + HEAD_BYTES
        for line, stamp in zip(run[0], run[1], strict=True):
            try:
                known = window.shortcuts.get(line[:begin])
                if known is not None and (known.rest is None or line.startswith(known.rest, begin)):
                    moment = int(stamp)
                    if self._earliest <= moment <= self._latest:
                        if moment > window.newest:  # noqa: PLR1730  a call would cost more
                            window.newest = moment
                        if moment < window.oldest:
                            window.oldest = moment
                            self._latest = min(self._latest, moment + MAX_SPAN_MS)
                        known.handle(window, moment, line)
                        taken += 1
                        continue
                if len(line) < _LARGE_BYTES:
                    name, event = loads(line)
                elif (record := self._reader.decode(line)) is None:
                    continue  # the reader counted it
                else:
                    name, event = record
                at = event["timestamp"]
                if windows[name] is not window:
                    window = self._current = windows[name]
                    begin = len(window.prefix) + HEAD_BYTES
            except (ValueError, TypeError, KeyError):
                yield from self._irregular_arrivals(line)
                continue
            if at.__class__ is int and self._earliest <= at <= self._latest:
                if at > window.newest:  # noqa: PLR1730  same
                    window.newest = at
                if at < window.oldest:
                    window.oldest = at
                    self._latest = min(self._latest, at + MAX_SPAN_MS)
                yield at, window, event
            else:
                yield from self._irregular_arrivals(line)
        self._coverage.events += taken

    def _irregular_arrivals(self, line: bytes) -> Iterator[tuple[float, _Window, Event]]:
        """Decode a line that is the first of its window or has an unusual form."""
        for name, event in self._events_of(line):
            at = self._time_of(event)
            if at is None:
                self._coverage.undecodable += 1
            elif self._is_in_span(at) and (window := self._window(_name(name))):
                window.oldest = min(window.oldest, at)
                window.newest = max(window.newest, at)
                self._latest = min(self._latest, window.oldest + MAX_SPAN_MS)
                yield at, window, event

    def _is_in_span(self, at: float) -> bool:
        """Return whether an event is near enough to the others; count it if not."""
        if self._latest < EARLIEST_RRWEB_MS <= at:  # those before came from a wrong clock
            self._earliest, self._latest = at - MAX_SPAN_MS, at + MAX_SPAN_MS
            for window in self.windows.values():
                window.oldest, window.newest = float("inf"), float("-inf")
        if self._earliest <= at <= self._latest:
            return True
        self._coverage.far_events += 1
        return False

    def _pass_on(self, run: Run) -> None:
        """Emit the events of sorted lines, those that keep the recording within 24 hours."""
        if self._first_stamps:
            self._earliest, self._latest = densest_span(int(stamp[:13]) for stamp in self._first_stamps)
            self._first_stamps = []
        newest = max((window.newest for window in self.windows.values()), default=float("-inf"))
        self._earliest = max(self._earliest, newest - MAX_SPAN_MS)
        self._emit(self._arrivals(run))

    def _window(self, window_id: str) -> _Window | None:
        """Return the window of this id; None if there are too many."""
        window = self.windows.get(window_id)
        if window is None:
            if len(self.windows) >= MAX_WINDOWS:
                self._reader.note("Events of windows beyond the 100th were not followed")
                return None
            window = self.windows[window_id] = self._new_window(window_id)
        return window


def _newest_stamp(windows: Mapping[str, Stream], window_id: str) -> Stamp:
    window = windows.get(window_id)
    return NO_STAMP if window is None or window.newest < 0 else stamp_of(window.newest)


def _marked_stamp(line: bytes) -> Stamp | None:
    """Return the stamp of a line whose event is marked as compressed."""
    at = line.rfind(_STAMP, max(0, len(line) - _STAMP_AND_MARK_BYTES))
    found = _STAMP_AND_MARK.match(line, at) if at >= 0 else None
    return found[1] if found else None


def _of_export(line: bytes) -> tuple[bytes, Stamp] | None:
    """Return a line of an export in the order of rrweb, and its stamp, without decoding it."""
    found = _EXPORTED.match(line)
    kind = line[-3:-2]
    if found is None or line[-11:-3] != _TYPE or not kind.isdigit():
        return None
    window, stamp = found.groups()
    return b'%b{"type":%b,"data":%b,"timestamp":%b}]' % (window, kind, line[found.end() : -11], stamp), stamp


def _name(name: object) -> str:
    """Return a window's id as text: exports number windows, and recordings of other tools have none."""
    return one_line(str(name), _NAME_LENGTH) if isinstance(name, (str, int, float)) else ""
