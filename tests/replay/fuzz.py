"""Coverage-guided fuzzing of the replay engine: `python -m tests.replay.fuzz --minutes 10`.

Inputs that reach lines of the engine in a new way are kept and mutated further. A finding is an exception other than
`NotARecording`, a broken promise of `test_hostile.check`, or an input that takes more than ten seconds; each is saved.
"""

import argparse
import gzip
import random
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import orjson

import recordings_mcp.replay
from recordings_mcp.replay import NotARecording, read_timeline, recording_lines
from recordings_mcp.replay._shapes import fields_of, items_of
from tests.replay.test_encodings import FORMS, visit
from tests.replay.test_hostile import busy, check
from tests.replay.test_native import checkout, touch

ENGINE = str(Path(recordings_mcp.replay.__file__).parent)
RECORDINGS = Path(__file__).parents[2] / "sandbox" / "recordings"
LONGEST_SECONDS = 10.0
LARGEST_BYTES = 200_000
ODD_VALUES: list[Any] = [
    None, True, -1, 0, 1, 2, 3, 5, 10, 12, 2**53, 1e308, -0.5, "", "*", "a", "\x1f\x8b", "2024-10", [], {}, [[]],
    {"id": 10}, {"type": 2}, "input", "rrweb/network@1", 1_795_000_000_000,
]  # fmt: skip

Reach = set[tuple[CodeType, int, int]]


class Tracer:
    """Notes which lines of the engine follow which."""

    def __init__(self) -> None:
        self.reach: Reach = set()

    def __call__(self, frame: FrameType, _event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(ENGINE):
            return None
        code, before, reach = frame.f_code, 0, self.reach

        def line(frame: FrameType, event: str, _argument: object) -> Any:
            nonlocal before
            if event == "line":
                reach.add((code, before, frame.f_lineno))
                before = frame.f_lineno
            return line

        return line


def seeds() -> Iterator[bytes]:
    for form in FORMS.values():
        yield form(visit())
    for recording in (busy(), touch(checkout(), 200, 240)):
        yield b"\n".join(recording.lines())
    for folder in sorted(RECORDINGS.iterdir()):
        lines = gzip.decompress((folder / "snapshots.jsonl.gz").read_bytes()).split(b"\n")
        small = [line for line in lines if len(line) < LARGEST_BYTES // 40]
        yield b"\n".join(small[:40])


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        data = chance.choice((with_bytes, with_lines, with_json, with_json))(data, others, chance)
    return data[:LARGEST_BYTES]


def with_bytes(data: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    cut = chance.choice((0, 1, 1, 4, 100))
    return data[:at] + chance.randbytes(chance.choice((0, 1, 1, 3))) + data[at + cut :]


def with_lines(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
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
            lines.insert(at, chance.choice(chance.choice(others).split(b"\n")))
    return b"\n".join(lines)


def with_json(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    try:
        value = orjson.loads(lines[at])
        parent, key = chance.choice([*places(value)])
        donors = [*places(orjson.loads(chance.choice(chance.choice(others).split(b"\n"))))]
    except (orjson.JSONDecodeError, IndexError):
        return with_bytes(data, others, chance)
    if chance.random() < 0.5 and donors:
        donor, donor_key = chance.choice(donors)
        parent[key] = donor[donor_key]
    else:
        parent[key] = chance.choice(ODD_VALUES)
    try:
        lines[at] = orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return data
    return b"\n".join(lines)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value where another may stand."""
    stack = [value]
    while stack:
        current = stack.pop()
        for key in (*fields_of(current), *range(len(items_of(current)))):
            yield current, key
            stack.append(current[key])


def problem_with(data: bytes, tracer: Tracer) -> str | None:
    started = time.perf_counter()
    sys.settrace(tracer)
    try:
        check(read_timeline(recording_lines(data)))
    except NotARecording:
        pass
    except Exception:  # noqa: BLE001  whatever it is, it is what is looked for
        return traceback.format_exc()
    finally:
        sys.settrace(None)
    took = time.perf_counter() - started
    return f"took {took:.1f} s" if took > LONGEST_SECONDS else None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--findings", type=Path, default=Path("findings"))
    given = options.parse_args()
    chance = random.Random(given.seed)  # noqa: S311  chance must be repeatable here
    corpus = [*seeds()]
    known: Reach = set()
    tried = findings = 0
    end = time.monotonic() + 60 * given.minutes
    while time.monotonic() < end:
        data = (
            corpus[tried]
            if tried < len(corpus) and not known
            else mutated(chance.choice(corpus), corpus, chance)
        )
        tracer = Tracer()
        problem = problem_with(data, tracer)
        tried += 1
        if problem:
            findings += 1
            given.findings.mkdir(parents=True, exist_ok=True)
            given.findings.joinpath(f"{tried}.bin").write_bytes(data)
            given.findings.joinpath(f"{tried}.txt").write_text(problem, encoding="utf-8")
        if not tracer.reach <= known:
            known |= tracer.reach
            corpus.append(data)
    sys.stdout.write(f"{tried} inputs, {len(corpus)} kept, {len(known)} steps reached, {findings} findings\n")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
