"""How fast the replay engine reads recordings, and in how much memory: `make bench`.

Five inputs are made from the recordings of the sandbox. Each is written to a file and read back line by
line, as a download would be. "Decode" is the least any reader must do: each line to Python objects,
compressed fields inflated, everything dropped at once. "Walk" is all of it: decoding, deduplication,
order, pages, names, observations, signals. Both run on one thread with the garbage collector quiet.
Times are CPU times, the best of several runs; the ratio tells more than the rates, which depend on the
machine and on what else runs there. "Peak" is the memory of a process of its own above what it needed
before the first line. "Growth" is the time of the input over that of a tenth of it.
"""

import gzip
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from recordings_mcp.replay import read_timeline
from recordings_mcp.replay._collector import quiet_collector

RECORDINGS = Path(__file__).parents[1] / "sandbox" / "recordings"
MEGABYTE = 1_000_000
START = 1_795_000_000_000
PAUSE_MS = 5000
SMALL_LINE_BYTES = 400
RUNS = 7
RUNS_OF_LARGE_INPUTS = 3
LARGE_MEGABYTES = 50

Event = dict[str, Any]


def recordings() -> list[list[bytes]]:
    """Give the lines of every recording of the sandbox."""
    files = sorted(RECORDINGS.glob("*/snapshots.jsonl.gz"))
    return [gzip.decompress(file.read_bytes()).strip().split(b"\n") for file in files]


def in_sequence(sources: list[list[bytes]], change: Callable[[Event], None] | None = None) -> Iterator[bytes]:
    """Give recordings one after the other, again and again, as if one person had gone on in the same tabs."""
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
    """Undo the compression of an event's fields."""
    if "cv" in event:
        data = event["data"]
        if isinstance(data, str):
            event["data"] = _inflated(data)
        else:
            for name, value in data.items():
                if isinstance(value, str) and value.startswith("\x1f"):
                    data[name] = _inflated(value)


def inflate_for_good(event: Event) -> None:
    """Undo the compression and take its mark away."""
    inflate(event)
    event.pop("cv", None)


def _inflated(text: str) -> Any:
    return orjson.loads(zlib.decompress(text.encode("latin-1"), 31))


def small_events(sources: list[list[bytes]]) -> list[list[bytes]]:
    """Give recordings without their large events, apart from the pictures of the pages."""
    return [
        [line for line in source if len(line) < SMALL_LINE_BYTES or b'"type":2' in line[:60]]
        for source in sources
    ]


def up_to(megabytes: float, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Give lines until they are this many megabytes."""
    size = 0
    for line in lines:
        size += len(line)
        yield line
        if size >= megabytes * MEGABYTE:
            return


def decode_only(lines: Iterable[bytes]) -> None:
    """Do the least any reader must do."""
    with quiet_collector():
        for line in lines:
            _, event = orjson.loads(line)
            inflate(event)


def walk(lines: Iterable[bytes]) -> None:
    """Do everything."""
    read_timeline(lines)


def lines_of(path: Path) -> Iterator[bytes]:
    """Read a file line by line."""
    with path.open("rb") as file:
        for line in file:
            yield line[:-1]


def cpu_seconds(work: Callable[[Iterable[bytes]], None], path: Path) -> float:
    """Give the CPU time of one run; lines are read from the file before it, if that is not too large."""
    large = path.stat().st_size > LARGE_MEGABYTES * MEGABYTE
    lines = lines_of(path) if large else list(lines_of(path))
    begun = time.process_time()
    work(lines)
    return time.process_time() - begun


def peak_megabytes(path: Path) -> float:
    """Give the peak memory of a walk above that of the process before it."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak_of_walk, (path,))


def _peak_of_walk(path: Path) -> float:
    before = _peak_kilobytes()
    read_timeline(lines_of(path))
    return (_peak_kilobytes() - before) / 1024


def _peak_kilobytes() -> int:
    """Give the peak of this process's resident memory, which Linux tells."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def inputs() -> Iterator[tuple[str, float, Iterable[bytes]]]:
    """Give the name of each input, its megabytes, and its lines without end."""
    sources = recordings()
    largest = max(sources, key=lambda lines: sum(map(len, lines)))
    others = [source for source in sources if source is not largest]
    yield "compressed fields", 10, in_sequence(others)
    yield "decoded", 20, in_sequence(others, inflate_for_good)
    yield "many small events", 10, in_sequence(small_events(others))
    yield "one huge DOM", 20, in_sequence([largest], inflate_for_good)
    yield "100 MB concatenation", 100, in_sequence(sources, inflate_for_good)


def measured(name: str, megabytes: float, lines: Iterable[bytes], folder: Path) -> str:
    """Measure one input; gives its row of the table."""
    once, tenth = folder / "once", folder / "tenth"
    for path, share in ((tenth, 0.1), (once, 1.0)):
        kept = list(up_to(megabytes * share, lines))
        lines = chain(kept, lines)
        path.write_bytes(b"\n".join(kept) + b"\n")
    runs = RUNS if megabytes < LARGE_MEGABYTES else RUNS_OF_LARGE_INPUTS
    # One after the other, so that whatever else the machine does slows all of them alike.
    times = [
        (cpu_seconds(decode_only, once), cpu_seconds(walk, once), cpu_seconds(walk, tenth))
        for _ in range(runs)
    ]
    decoding, walking = min(time[0] for time in times), min(time[1] for time in times)
    ratio, growth = median(time[1] / time[0] for time in times), median(time[1] / time[2] for time in times)
    size, events = once.stat().st_size / MEGABYTE, once.read_bytes().count(b"\n")
    rates = f"{size / decoding:8.0f} {size / walking:8.0f} {ratio:7.2f}"
    return f"{name:21} {size:6.1f} {events:8} {rates} {peak_megabytes(once):8.0f} {growth:8.1f}"


def main() -> None:
    """Print the table."""
    print("input                     MB    lines   decode     walk   ratio     peak   growth")
    print("                                        MB/s     MB/s                MB   1x-10x")
    with TemporaryDirectory() as folder:
        for name, megabytes, lines in inputs():
            print(measured(name, megabytes, lines, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
