"""Fuzzing of the replay engine, property-based and coverage-guided: `make fuzz`.

First the properties of `test_hostile` are tried with many more examples. Then libFuzzer, through Atheris,
mutates recordings as bytes and as JSON, and keeps inputs that reach new code. A finding is an exception other
than `NotARecording`, a failed `_building.check`, an input that takes more than ten seconds, or one that takes
more than two gigabytes. Each finding is saved with its effect; the command fails if there is any.
"""

import argparse
import gzip
import os
import random
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "sandbox" / "recordings"
HERE = "tests.replay.fuzz"
EVENTS = b"\n\0events\n"
"""Separates a recording from its analytics events in an input."""

LONGEST_SECONDS = 10
LARGEST_BYTES = 200_000
LARGEST_MEMORY_MB = 2048
EXAMPLES = 500
SHORTEST_RUN = 5.0
ODD_VALUES: list[Any] = [
    None, True, -1, 0, 1, 2, 3, 5, 10, 12, 2**53, 1e308, -0.5, "", "*", "a", "\x1f\x8b", "2024-10", [], {}, [[]],
    {"id": 10}, {"type": 2}, "input", "rrweb/network@1", 1_795_000_000_000, "x " * 200, "4111 " * 80,
]  # fmt: skip


def seeds() -> Iterator[bytes]:
    """Recordings in all forms, web and native, and beginnings of real ones with their events."""
    building, forms = import_module("tests.replay._building"), import_module("tests.replay.test_encodings")
    native = import_module("tests.replay.test_native")
    for form in forms.FORMS.values():
        yield form(building.visit())
    for recording in (building.busy(), native.touch(native.checkout(), 200, 240)):
        yield b"\n".join(recording.lines())
    for folder in sorted(RECORDINGS.iterdir()):
        lines = gzip.decompress((folder / "snapshots.jsonl.gz").read_bytes()).split(b"\n")
        events = orjson.loads(gzip.decompress((folder / "events.json.gz").read_bytes()))
        shortened = [[event["event"], index, event["properties"]] for index, event in enumerate(events[:20])]
        small = [line for line in lines if len(line) < LARGEST_BYTES // 40]
        yield b"\n".join(small[:40]) + EVENTS + b"\n".join(orjson.dumps(event) for event in shortened)


class Mutator:
    """Changes an input: half of the time as libFuzzer does, else line by line or value by value.

    Args:
        atheris: The libFuzzer module; its mutation of bytes is available only while it runs.
        donors: The inputs from which lines and values are taken.
    """

    def __init__(self, atheris: Any, donors: list[bytes]) -> None:
        self._atheris = atheris
        self._donors = [line for donor in donors for line in donor.split(b"\n")]

    def __call__(self, data: bytes, largest: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311  chance must be repeatable here
        for _ in range(chance.choice((1, 1, 2, 4))):
            kind = chance.randrange(6)
            if kind < 2:
                data = self._atheris.Mutate(data, largest)
            else:
                data = self._with_lines(data, chance) if kind == 2 else self._with_json(data, chance)
        return data[:largest]

    def _with_lines(self, data: bytes, chance: random.Random) -> bytes:
        lines = data.split(b"\n")
        at = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines.insert(at, chance.choice(lines))
            case 1:
                del lines[at]
            case 2:
                chance.shuffle(lines)
            case _:
                lines.insert(at, chance.choice(self._donors))
        return b"\n".join(lines)

    def _with_json(self, data: bytes, chance: random.Random) -> bytes:
        lines = data.split(b"\n")
        at = chance.randrange(len(lines))
        try:
            value = orjson.loads(lines[at])
            parent, key = chance.choice([*places(value)])
            donor, donor_key = chance.choice([*places(orjson.loads(chance.choice(self._donors)))])
            parent[key] = donor[donor_key] if chance.random() < 0.5 else chance.choice(ODD_VALUES)
            lines[at] = orjson.dumps(value)
        except (IndexError, TypeError, orjson.JSONDecodeError, orjson.JSONEncodeError):
            return self._with_lines(data, chance)
        return b"\n".join(lines)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value where another value may be put."""
    stack: list[Any] = [value]
    while stack:
        current = stack.pop()
        keys: list[Any] = (
            [*current] if is_object(current) else [*range(len(current))] if is_array(current) else []
        )
        for key in keys:
            yield current, key
            stack.append(current[key])


def is_object(value: object) -> bool:
    return isinstance(value, dict)


def is_array(value: object) -> bool:
    return isinstance(value, list)


def read(data: bytes) -> None:
    """Read an input as a recording with its events, and check its timeline."""
    replay = import_module("recordings_mcp.replay")
    recording, _, after = data.partition(EVENTS)
    try:
        lines = [*replay.recording_lines(recording)]
    except replay.NotARecording:
        return
    timeline = replay.read_timeline(lines, events_in(after, replay.AnalyticsEvent))
    import_module("tests.replay._building").check(timeline)
    replay.digest_timeline(timeline)


def events_in(text: bytes, kind: Any) -> Iterator[Any]:
    """The valid analytics events of an input."""
    for line in text.split(b"\n"):
        try:
            name, after, properties = orjson.loads(line)
        except (ValueError, TypeError):
            continue
        if isinstance(name, str) and isinstance(after, (int, float)) and isinstance(properties, dict):
            yield kind(name, 1_795_000_000_000 + after, properties)


def fuzz(findings: Path, arguments: list[str]) -> None:
    """Run libFuzzer in this process until it exits."""
    atheris: Any = import_module("atheris")  # installed only by `make fuzz`
    with atheris.instrument_imports(include=["recordings_mcp.replay"]):
        import_module("recordings_mcp.replay")
    known: set[str] = set()

    def try_one(data: bytes) -> None:
        try:
            read(data)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            place = str(traceback.extract_tb(error.__traceback__)[-1])
            if place not in known:
                known.add(place)
                save(findings, data, traceback.format_exc())

    mutator = Mutator(atheris, [*seeds()])
    atheris.Setup([sys.argv[0], *arguments], try_one, custom_mutator=mutator)
    atheris.Fuzz()


def save(findings: Path, data: bytes, what: str) -> None:
    findings.mkdir(parents=True, exist_ok=True)
    number = len([*findings.glob("*.txt")]) + 1
    findings.joinpath(f"{number}.bin").write_bytes(data)
    findings.joinpath(f"{number}.txt").write_text(what, encoding="utf-8")


def guided(seconds: float, seed: int, findings: Path, corpus: Path) -> int:
    """Run libFuzzer, and restart it after each end; return how many inputs were tried."""
    corpus.mkdir(parents=True, exist_ok=True)
    for index, data in enumerate(seeds()):
        corpus.joinpath(f"seed-{index}").write_bytes(data[:LARGEST_BYTES])
    tried, end = 0, time.monotonic() + seconds
    while (left := end - time.monotonic()) > SHORTEST_RUN:
        arguments = [
            f"-max_total_time={int(left)}", f"-seed={seed}", f"-max_len={LARGEST_BYTES}", f"-timeout={LONGEST_SECONDS}",
            f"-rss_limit_mb={LARGEST_MEMORY_MB}", f"-artifact_prefix={findings}/", "-print_final_stats=1", "-verbosity=0",
            str(corpus),
        ]  # fmt: skip
        findings.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", HERE, "--child", "--findings", str(findings), "--", *arguments]
        done = subprocess.run(  # noqa: S603  this very program
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
        )
        tried += sum(map(int, re.findall(r"number_of_executed_units: (\d+)", done.stderr)))
        seed += 1
        if done.returncode:
            save(findings, b"", f"libFuzzer ended with {done.returncode}:\n{done.stderr[-4000:]}")
            if left > seconds - SHORTEST_RUN:
                break  # nothing was tried: it could not start
    return tried


def properties(examples: int) -> tuple[int, bool]:
    """Try the properties with many examples; return how many were tried, and whether all held."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--hypothesis-show-statistics",
        "tests/replay/test_hostile.py",
    ]
    environment = os.environ | {"FUZZ_EXAMPLES": str(examples)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    counts = re.findall(r"- (\d+) passing, (\d+) failing, and (\d+) invalid", done.stdout)
    if done.returncode:
        sys.stdout.write(done.stdout[-4000:])
    return sum(int(number) for numbers in counts for number in numbers), done.returncode == 0


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--minutes", type=float, default=10, help="how long libFuzzer works")
    options.add_argument("--examples", type=int, default=EXAMPLES, help="how many of each property")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--findings", type=Path, default=ROOT / ".hypothesis" / "findings")
    options.add_argument("--corpus", type=Path, default=ROOT / ".hypothesis" / "corpus")
    options.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        fuzz(given.findings, given.arguments)
        return
    began = time.monotonic()
    examples, held = properties(given.examples)
    sys.stdout.write(f"properties: {examples} inputs, {'all held' if held else 'one did not hold'}\n")
    tried = guided(60 * given.minutes, given.seed, given.findings, given.corpus)
    found = len([*given.findings.glob("*.txt")]) if given.findings.exists() else 0
    sys.stdout.write(f"coverage-guided: {tried} inputs, {found} findings in {given.findings}\n")
    sys.stdout.write(f"{examples + tried} inputs in {time.monotonic() - began:.0f} s\n")
    sys.exit(0 if held and not found and tried else 1)


if __name__ == "__main__":
    main()
