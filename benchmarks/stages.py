"""Where the time of a walk goes, sampled: `python -m benchmarks.replay --profile`.

A timer interrupts the walk after every millisecond of CPU time and counts the stage that was running. This
hardly slows the walk, unlike a profiler that traces every call.
"""

import signal
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType

import recordings_mcp.replay

INTERVAL_SECONDS = 0.001

_ENGINE = Path(recordings_mcp.replay.__file__).parent
_DECODING = ("_arrivals", "reader", "compression")
_NAMING = ("targets", "shortening")
_STAGES = {
    "intake": "read lines: without duplicates, in order",
    "page": "keep the page, find nodes in it",
    "signals": "observe what happened",
    "finish": "finish: merge events, infer, sort",
}


def sampled(work: Callable[[Iterable[bytes]], None], lines: Iterable[bytes]) -> Counter[str]:
    """Run once and return how often each stage was running."""
    samples = Counter[str]()

    def note(_signal: int, frame: FrameType | None) -> None:
        samples[_stage(frame)] += 1

    before = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)
    try:
        work(lines)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return samples


def _stage(frame: FrameType | None) -> str:
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if _ENGINE in file.parents:
            if frame.f_code.co_name in _DECODING or file.stem in _DECODING:
                return "decode the lines that are read"
            return "name nodes" if file.stem in _NAMING else _STAGES.get(file.parent.name, file.stem)
        frame = frame.f_back
    return "elsewhere"


def report(samples: Counter[str], ratio: float) -> None:
    """Print each stage's share of the walk, also as a multiple of decoding alone."""
    whole = samples.total()
    for stage, count in samples.most_common():
        print(f"  {stage:42} {count / whole:4.0%} {ratio * count / whole:6.2f}")
