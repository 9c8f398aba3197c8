"""How fast the replay engine reads recordings, and in how much memory: `make bench`.

Six inputs are made from the recordings of the sandbox, four are pages of other kinds (benchmarks/pages.py).
`--only NAME` measures the inputs whose names contain it. "Decode" is the minimum for any reader: each line to
Python objects, compressed fields inflated, everything dropped at once. "Walk" is the whole engine:
deduplication, order, pages, names, observations, signals, and as much decoding as these need. Both run on one
thread with the garbage collector off.
Times are CPU times, the best of several runs. Compare ratios rather than rates, which depend on the machine
and its load. "Peak" is the memory of a separate process above what it used before the first line. "Growth" is
the time of the input divided by that of its first tenth.

`--profile` prints for each input where the time goes, as shares and as multiples of decoding alone.
"""

import argparse
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson

from benchmarks.comparison import compare
from benchmarks.inputs import MEGABYTE, inflate, inputs, up_to
from benchmarks.stages import report, sampled
from recordings_mcp.replay import read_timeline

RUNS = 7
RUNS_OF_LARGE_INPUTS = 3
RUNS_OF_TENTHS = 3
LARGE_MEGABYTES = 50


def decode_only(lines: Iterable[bytes]) -> None:
    """Decode only: the minimum for any reader."""
    gc.disable()  # as the engine does while it reads
    try:
        for line in lines:
            _, event = orjson.loads(line)
            inflate(event)
    finally:
        gc.enable()


def walk(lines: Iterable[bytes]) -> None:
    """Walk: everything."""
    read_timeline(lines)


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file."""
    with path.open("rb") as file:
        for line in file:
            yield line[:-1]


def cpu_seconds(work: Callable[[Iterable[bytes]], None], lines: list[bytes]) -> float:
    """Return the CPU seconds of one run."""
    begun = time.process_time()
    work(lines)
    return time.process_time() - begun


def peak_megabytes(lines: list[bytes]) -> float:
    """Return the peak memory of a walk, line by line from a file, above that of the process before it."""
    with TemporaryDirectory() as folder, get_context("spawn").Pool(1) as pool:
        path = Path(folder) / "lines"
        path.write_bytes(b"\n".join(lines) + b"\n")
        return pool.apply(_peak_of_walk, (path,))


def _peak_of_walk(path: Path) -> float:
    before = _peak_kilobytes()
    read_timeline(lines_of(path))
    return (_peak_kilobytes() - before) / 1024


def _peak_kilobytes() -> int:
    """Return the peak resident memory of this process (Linux only)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


@dataclass
class Times:
    """Return the CPU seconds of one run each, one after the other, so that other load slows all alike."""

    decoding: float
    walking: float
    walking_a_tenth: float


def timed(lines: list[bytes], tenth: list[bytes], runs: int) -> list[Times]:
    """Measure both ways, and several walks over the first tenth, which is too short for one measurement."""
    return [
        Times(
            cpu_seconds(decode_only, lines),
            cpu_seconds(walk, lines),
            min(cpu_seconds(walk, tenth) for _ in range(RUNS_OF_TENTHS)),
        )
        for _ in range(runs)
    ]


def row(name: str, lines: list[bytes], times: list[Times], peak: float) -> str:
    """Return one row of the table."""
    size = sum(map(len, lines)) / MEGABYTE
    decoding, walking = min(run.decoding for run in times), min(run.walking for run in times)
    growth = median(run.walking / run.walking_a_tenth for run in times)
    rates = f"{size / decoding:8.0f} {size / walking:8.0f} {ratio_of(times):7.2f}"
    return f"{name:21} {size:6.1f} {len(lines):8} {rates} {peak:8.0f} {growth:8.1f}"


def ratio_of(times: list[Times]) -> float:
    """Return the time of the walk divided by that of decoding."""
    return median(run.walking / run.decoding for run in times)


def measure(name: str, megabytes: float, endless: Iterable[bytes], *, profile: bool) -> None:
    """Measure one input; print its row of the table."""
    lines = list(up_to(megabytes, endless))
    tenth = list(up_to(megabytes / 10, lines))
    times = timed(lines, tenth, RUNS if megabytes < LARGE_MEGABYTES else RUNS_OF_LARGE_INPUTS)
    print(row(name, lines, times, peak_megabytes(lines)), flush=True)
    if profile:
        samples = Counter[str]()
        for _ in range(RUNS):
            samples += sampled(walk, lines)
        report(samples, ratio_of(times))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description="How fast the replay engine reads recordings.")
    options.add_argument("--profile", action="store_true", help="print where the time goes")
    options.add_argument("--only", default="", metavar="NAME", help="only inputs whose names contain this")
    chosen = options.parse_args()
    print("input                     MB    lines   decode     walk   ratio     peak   growth")
    print("                                        MB/s     MB/s                MB   1x-10x")
    for name, megabytes, lines in inputs():
        if chosen.only in name:
            measure(name, megabytes, lines, profile=chosen.profile)
    print("goals                                                   2.00      100")
    print("  of the concatenation                                  1.50")
    if not chosen.only:
        compare()


if __name__ == "__main__":
    main()
