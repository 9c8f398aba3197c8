"""How fast the replay engine reads recordings, and in how much memory: `make bench`.

Five inputs are made from the recordings of the sandbox. Each is written to a file and read back line by
line, as a download would be. "Decode" is the least any reader must do: each line to Python objects,
compressed fields inflated, everything dropped at once. "Walk" is all of it: decoding, deduplication,
order, pages, names, observations, signals. Both run on one thread with the garbage collector quiet.
Times are CPU times, the best of several runs; the ratio tells more than the rates, which depend on the
machine and on what else runs there. "Peak" is the memory of a process of its own above what it needed
before the first line. "Growth" is the time of the input over that of a tenth of it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson
from inputs import MEGABYTE, inflate, inputs, up_to

from recordings_mcp.replay import read_timeline
from recordings_mcp.replay._collector import quiet_collector

RUNS = 7
RUNS_OF_LARGE_INPUTS = 3
LARGE_MEGABYTES = 50


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
