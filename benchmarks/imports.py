"""What our server imports beyond a bare one, and how long that takes: `python -m benchmarks.imports`.

Options are those of the server, for example `--sandbox`. Times are of each module alone, the best of several
runs, summed by package. Measuring adds to them, so compare them and do not add them up.
"""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from benchmarks.command_line import named
from benchmarks.processes import BARE, OURS, SANDBOX_KEY

RUNS = 5
SHOWN = 25
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)")


def main() -> None:
    """Print the tables."""
    options = named("Which imports a start takes its time for.", "OPTION", "options of the server, after --")
    bare = _times(BARE)
    ours = _times([*OURS, *(options or ["--host", "http://127.0.0.1:9"])])
    extra = {module: seconds for module, seconds in ours.items() if module not in bare}
    print(f"bare server {sum(bare.values()):.0f} ms; ours beyond it {sum(extra.values()):.0f} ms")
    _print_packages("ours beyond the bare server", extra)
    _print_packages("the bare server", bare)


def _print_packages(title: str, modules: Mapping[str, float]) -> None:
    packages, counts = dict[str, float](), Counter(map(_package, modules))
    for module, milliseconds in modules.items():
        packages[_package(module)] = packages.get(_package(module), 0.0) + milliseconds
    print(f"\n{title:40} modules")
    for package, milliseconds in sorted(packages.items(), key=itemgetter(1), reverse=True)[:SHOWN]:
        print(f"{package:30} {milliseconds:6.1f} ms {counts[package]:6}")


def _package(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[: 2 if parts[0] == "recordings_mcp" else 1])


def _times(command: Sequence[str]) -> dict[str, float]:
    """Return the milliseconds of each module that the command imports; it ends at the end of its input."""
    best: dict[str, float] = {}
    for _ in range(RUNS):
        for microseconds, module in _imported([command[0], "-X", "importtime", *command[1:]]):
            best[module] = min(best.get(module, float("inf")), int(microseconds) / 1e3)
    return best


def _imported(command: Sequence[str]) -> Iterable[tuple[str, str]]:
    ended = subprocess.run(  # noqa: S603 - the commands are this benchmark's own
        command,
        env={**os.environ, **SANDBOX_KEY},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[tuple[str, str]] = _LINE.findall(ended.stderr)
    return found


if __name__ == "__main__":
    main()
