"""Inputs for the benchmarks of the replay engine, made from the recordings of the sandbox."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks.pages import as_lines, editor, huge_page, long_list, page_with_large_style_sheets

RECORDINGS = Path(__file__).parents[1] / "sandbox" / "recordings"
MEGABYTE = 1_000_000
START = 1_795_000_000_000
PAUSE_MS = 5000
SMALL_LINE_BYTES = 400

Event = dict[str, Any]


def recordings() -> list[list[bytes]]:
    """Return the lines of every recording of the sandbox."""
    files = sorted(RECORDINGS.glob("*/snapshots.jsonl.gz"))
    return [gzip.decompress(file.read_bytes()).strip().split(b"\n") for file in files]


def in_sequence(sources: list[list[bytes]], change: Callable[[Event], None] | None = None) -> Iterator[bytes]:
    """Yield recordings repeatedly, as if one person had continued in the same tabs."""
    clock = START
    while True:
        for source in sources:
            events: list[tuple[str, Event]] = [orjson.loads(line) for line in source]
            tabs = list(dict.fromkeys(window for window, _ in events))
            first = min(event["timestamp"] for _, event in events)
            last = max(event["timestamp"] for _, event in events)
            for window, event in events:
                event["timestamp"] += clock - first
                if change:
                    change(event)
                yield orjson.dumps([f"01a20888-0000-7000-8000-00000000000{tabs.index(window)}", event])
            clock += last - first + PAUSE_MS


def inflate(event: Event) -> None:
    """Return an event with its fields decompressed."""
    if "cv" in event:
        data = event["data"]
        if isinstance(data, str):
            event["data"] = _inflated(data)
        else:
            for name, value in data.items():
                if isinstance(value, str) and value.startswith("\x1f"):
                    data[name] = _inflated(value)


def inflate_for_good(event: Event) -> None:
    """Return an event decompressed and without the mark of compression."""
    inflate(event)
    event.pop("cv", None)


def as_exported(event: Event) -> None:
    """Write an event as PostHog's exports do: decompressed, its time first and its type last."""
    inflate_for_good(event)
    for name in ("timestamp", "data", "type"):
        event[name] = event.pop(name)


def _inflated(text: str) -> Any:
    return orjson.loads(zlib.decompress(text.encode("latin-1"), 31))


def small_events(sources: list[list[bytes]]) -> list[list[bytes]]:
    """Yield recordings without their large events, except full snapshots."""
    return [
        [line for line in source if len(line) < SMALL_LINE_BYTES or b'"type":2' in line[:60]]
        for source in sources
    ]


def up_to(megabytes: float, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines until they add up to a number of megabytes."""
    size = 0
    for line in lines:
        size += len(line)
        yield line
        if size >= megabytes * MEGABYTE:
            return


def inputs() -> Iterator[tuple[str, float, Iterable[bytes]]]:
    """Yield the name of each input, its megabytes, and its endless lines."""
    sources = recordings()
    largest = max(sources, key=lambda lines: sum(map(len, lines)))
    others = [source for source in sources if source is not largest]
    yield "compressed fields", 10, in_sequence(others)
    yield "decoded", 20, in_sequence(others, inflate_for_good)
    yield "many small events", 10, in_sequence(small_events(others))
    yield "exported order", 20, in_sequence(others, as_exported)
    yield "large style sheets", 10, as_lines(page_with_large_style_sheets())
    yield "an editor", 10, as_lines(editor())
    yield "long lists", 10, as_lines(long_list())
    yield "one huge page", 5, as_lines(huge_page())
    yield "one huge DOM", 20, in_sequence([largest], inflate_for_good)
    yield "100 MB concatenation", 100, in_sequence(sources, inflate_for_good)
