"""How the time of reading grows with the input: `python -m benchmarks.growth`.

Anyone can send a recording, so no shape of it may cost more than about n log n. Each shape is made at n, 2n
and 4n. The table prints the CPU seconds at 4n and the factor of each doubling, for each step. A factor near 2
is linear, near 4 quadratic; factors of less than a twentieth of a second are noise and left out.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from benchmarks.command_line import named
from benchmarks.growth_shapes import RECORDINGS, TEXTS
from recordings_mcp.privacy import Sanitizer
from recordings_mcp.replay import Timeline, compare_digests, digest_timeline, read_timeline, render

DOUBLINGS = (1, 2, 4)
RUNS = 3
COMPARED = 3
NOISE_SECONDS = 0.05


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the fastest of a few runs."""
    seconds: list[float] = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def costs_of_recording(lines: Sequence[bytes]) -> dict[str, float]:
    """Return the CPU seconds of each step on a recording."""
    timeline: Timeline = read_timeline(lines)
    digest = digest_timeline(timeline)
    sanitizer = Sanitizer("standard", key=b"benchmark")
    text = "\n".join(render(timeline, max_tokens=1_000_000).lines)
    return {
        "walk": cpu_seconds(lambda: read_timeline(lines)),
        "text": cpu_seconds(lambda: render(timeline)),
        "digest": cpu_seconds(lambda: digest_timeline(timeline)),
        "compare": cpu_seconds(lambda: compare_digests([digest] * COMPARED)),
        "redaction": cpu_seconds(lambda: sanitizer.text(text)),
    }


def costs_of_text(text: str) -> dict[str, float]:
    """Return the CPU seconds of redacting a text."""
    return {"redaction": cpu_seconds(lambda: Sanitizer("standard", key=b"benchmark").text(text))}


def row(name: str, costs: Sequence[Mapping[str, float]]) -> str:
    """Return a row of the table: for each step the seconds at 4n and the factors of both doublings."""
    cells = [f"{name:32}"]
    for step in costs[0]:
        seconds = [cost[step] for cost in costs]
        factors = [after / max(before, 1e-4) for before, after in pairwise(seconds)]
        shown = (
            " ".join(f"{factor:4.1f}" for factor in factors) if seconds[-1] > NOISE_SECONDS else "   -    -"
        )
        cells.append(f"{step} {seconds[-1]:6.2f} s {shown}")
    return "   ".join(cells)


def main() -> None:
    """Print the table, of the named shapes only if some are named."""
    wanted = named("How time grows with 1, 2 and 4 times the input.", "SHAPE", "only these shapes")
    for name, (size, make) in RECORDINGS.items():
        if not wanted or name in wanted:
            print(row(name, [costs_of_recording(make(size * times)) for times in DOUBLINGS]), flush=True)
    for name, part in TEXTS.items():
        if not wanted or name in wanted:
            size = 15_000 // len(part)
            print(row(name, [costs_of_text(part * size * times) for times in DOUBLINGS]), flush=True)


if __name__ == "__main__":
    main()
