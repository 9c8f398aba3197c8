"""Lines in, events out: decoded, each once, and in order.

This is the hot path of the whole engine, so `Intake.take` is one loop that keeps what it needs at hand.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from operator import itemgetter
from typing import Any

import orjson

from recordings_mcp.replay._compression import TooLargeError, decode_json, encode_json
from recordings_mcp.replay._limits import (
    CHUNK_BYTES,
    CHUNK_LINES,
    DEDUPLICATED_LINES,
    MAX_LINE_BYTES,
    MAX_SPAN_MS,
    MAX_TIMESTAMP_MS,
    MAX_WINDOWS,
    REORDERED_EVENTS,
)
from recordings_mcp.replay._shapes import is_fields, items_of
from recordings_mcp.replay._window import Session, Window
from recordings_mcp.replay._words import one_line

Event = dict[str, Any]
Arrival = tuple[float, Window, Event]

_EARLIEST_RRWEB_MS = 1.5e12  # July 2017: rrweb did not exist before 2018
_TIME = itemgetter(0)
_PART_LINES = 32


# Lines that only say that the pointer moved are many and long, and where it moved is not used. As rrweb
# and posthog-js write them, they can be shortened before they are decoded; written in any other way,
# they are not.
_POSITIONS = b',"positions":['
_MOVES = (b'{"type":3,"data":{"source":1' + _POSITIONS, b'{"type":3,"data":{"source":6' + _POSITIONS)
_MOVED = b']},"timestamp":'


class Intake:
    """Takes lines as they arrive, and hands events on once none before them is still to come.

    Attributes:
        windows: the tabs seen so far, by id.
        notes: how often each limit was reached, by what to say about it.
    """

    def __init__(self, session: Session, hand_on: Callable[[list[Arrival]], None]) -> None:
        self.windows: dict[str, Window] = {}
        self.notes: dict[str, int] = {}
        self._coverage = session.coverage
        self._session = session
        self._hand_on = hand_on
        self._seen: set[int] = set()
        self._seen_before: set[int] = set()
        self._lines: list[bytes] = []
        self._bytes = 0
        self._moves: tuple[bytes, ...] = ()
        self._pending: list[Arrival] = []
        self._unsorted = False
        self._anchor: float | None = None
        self._latest = float("-inf")

    def take(self, lines: Iterable[bytes]) -> None:
        """Take lines in the order of the recording. None of them raises."""
        lines = iter(lines)
        while part := list(islice(lines, _PART_LINES)):
            self._lines += part
            self._bytes += sum(map(len, part))
            if len(self._lines) >= CHUNK_LINES or self._bytes >= CHUNK_BYTES:
                self._take_chunk()

    def take_one(self, line: bytes) -> None:
        """Take one line."""
        self._lines.append(line)
        self._bytes += len(line)
        if len(self._lines) >= CHUNK_LINES or self._bytes >= CHUNK_BYTES:
            self._take_chunk()

    def _take_chunk(self) -> None:
        """Take the lines collected so far: each once, and all together if they are as they should be."""
        chunk, self._lines = self._lines, []
        size, self._bytes = self._bytes, 0
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
        if size >= CHUNK_BYTES or not self._take_regular(chunk):
            for line in chunk:
                self._take_line(line)
        self._drain(REORDERED_EVENTS if size < CHUNK_BYTES else 0)

    def _is_new(self, line: bytes) -> bool:
        """Say whether a line was not there before; remember it."""
        digest = hash(line)
        if digest not in self._seen and digest not in self._seen_before:
            self._seen.add(digest)
            return True
        if line.strip():
            self._coverage.duplicates += 1
        else:
            self._coverage.lines -= 1
        return False

    def _take_regular(self, chunk: list[bytes]) -> bool:
        """Take lines that all are `["window", event]`, in order; say no, and take none, if they are not."""
        loads, moves = orjson.loads, self._moves
        try:
            if moves:
                cut = len(moves[0]) - len(_POSITIONS)
                chunk = [
                    line[:cut] + line[-29:] if line.startswith(moves) and line[-30:-15] == _MOVED else line
                    for line in chunk
                ]
            records = loads(b"[%b]" % b",".join(chunk))
            if len(records) != len(chunk):
                return False
            times = [event["timestamp"] for _, event in records]
            names = {name for name, _ in records}
        except (ValueError, TypeError, KeyError):
            return False
        if set(map(type, times)) != {int}:
            return False
        newest: dict[str, int] = {}
        for name in names:
            own = (
                times
                if len(names) == 1
                else [at for at, (by, _) in zip(times, records, strict=True) if by == name]
            )
            if name not in self.windows and len(self.windows) >= MAX_WINDOWS:
                return False
            window = self._window(name)
            if window is None or own[0] < window.newest or own[-1] > self._latest or own != sorted(own):
                return False
            newest[name] = own[-1]
        windows = self.windows
        for name, at in newest.items():
            windows[name].newest = at
        self._pending += [
            (at, windows[name], event) for at, (name, event) in zip(times, records, strict=True)
        ]
        self._moves = tuple(encode_json([records[-1][0], 0])[:-2] + head for head in _MOVES)
        return True

    def finish(self) -> tuple[float, float]:
        """Hand on what still waits; give the times of the first and last event, 0 if there was none."""
        self._take_chunk()
        self._drain(0)
        self._coverage.windows = len(self.windows)
        oldest = [window.oldest for window in self.windows.values() if window.oldest <= window.newest]
        newest = [window.newest for window in self.windows.values() if window.oldest <= window.newest]
        return min(oldest, default=0.0), max(newest, default=0.0)

    def _take_line(self, line: bytes) -> None:
        """Take a line of any form, or count it as unreadable."""
        coverage = self._coverage
        try:
            if len(line) > MAX_LINE_BYTES:
                raise TooLargeError("Lines longer than 64 MB were not read")  # noqa: TRY301
            self._take_record(decode_json(line))
        except TooLargeError as error:
            self.note(str(error))
            coverage.undecodable += 1
        except ValueError:
            if line.strip():
                coverage.undecodable += 1
            else:
                coverage.lines -= 1

    def _take_record(self, record: object) -> None:
        """Take a bare event, a damaged one, or a line of older storage, which holds several events."""
        pair = items_of(record)
        if pair or not is_fields(record):
            if len(pair) == 2:  # noqa: PLR2004  window and event
                self._take_event(pair[0], pair[1])
            else:
                self._miss()
            return
        name = record.get("window_id", record.get("windowId"))
        if "type" in record or not isinstance(record.get("data"), list):
            self._take_event(name, record)
            return
        for event in items_of(record["data"]):
            known = len(self._seen)
            self._seen.add(hash(encode_json([name, event])))
            if len(self._seen) == known:
                self._coverage.duplicates += 1
            else:
                self._take_event(name, event)

    def _take_event(self, name: object, event: Any) -> None:
        if event.__class__ is not dict:
            self._miss()
            return
        window = self._window(name)
        if window is not None:
            self._arrive(window, event.get("timestamp"), event)

    def _miss(self) -> None:
        self._coverage.undecodable += 1

    def _window(self, name: object) -> Window | None:
        """Give the window of that name; None if there are too many.

        Exports number windows, other tools name none.
        """
        window_id = one_line(str(name), 100) if isinstance(name, (str, int)) else ""
        window = self.windows.get(window_id)
        if window is None:
            if len(self.windows) >= MAX_WINDOWS:
                self.note("Events of windows beyond the 100th were not followed")
                return None
            window = self.windows[window_id] = Window(window_id, self._session)
        return window

    def _arrive(self, window: Window, at: Any, event: Event) -> None:
        """Take an event whose time is not simply the next: check it, and note when it comes late."""
        if not isinstance(at, (int, float)) or isinstance(at, bool) or not 0 <= at <= MAX_TIMESTAMP_MS:
            self._coverage.undecodable += 1
            return
        if self._anchor is None or self._anchor < _EARLIEST_RRWEB_MS <= at:
            self._begin_at(at)
        if abs(at - (self._anchor or 0.0)) > MAX_SPAN_MS:
            self._coverage.undecodable += 1
            self.note("Events dated more than 7 days from the first were not followed")
            return
        if at < window.newest:
            self._coverage.out_of_order += 1
            self._unsorted = True
        else:
            window.newest = at
        window.oldest = min(window.oldest, at)
        self._pending.append((at, window, event))

    def _begin_at(self, at: float) -> None:
        """Measure the span of the recording from here.

        Events before, from when there was no rrweb, had a broken clock.
        """
        self._anchor = at
        self._latest = at + MAX_SPAN_MS
        for window in self.windows.values():
            window.oldest, window.newest = float("inf"), float("-inf")

    def note(self, text: str) -> None:
        """Count that a limit was reached."""
        self.notes[text] = self.notes.get(text, 0) + 1

    def _drain(self, keep: int) -> None:
        """Hand on all but the last `keep` of the events that wait to be put in order."""
        pending = self._pending
        if self._unsorted:
            pending.sort(key=_TIME)
            self._unsorted = False
        ready = pending[: len(pending) - keep]
        del pending[: len(pending) - keep]
        self._hand_on(ready)
