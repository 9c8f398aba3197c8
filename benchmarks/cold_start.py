"""From the start of the process to the list of tools, and what the process then has in memory."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.processes import BARE, OURS, SANDBOX_KEY, StdioServer, sandbox

FIRST_CALL = "search_recordings"


@dataclass(frozen=True, slots=True)
class Start:
    """One start.

    Attributes:
        wall: Seconds from the start of the process to the answer of `tools/list`.
        cpu: CPU seconds of the process until then.
        megabytes: Resident memory then.
        call: Seconds of the first call after it.
        megabytes_after: Resident memory after that call.
    """

    wall: float
    cpu: float
    megabytes: float
    call: float = 0.0
    megabytes_after: float = 0.0


def print_cold_start(starts: int) -> None:
    """Measure starts of both servers and print the table."""
    with sandbox() as address:
        sides: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
            "bare server": (BARE, {}),
            "configured account": ([*OURS, "--host", address], SANDBOX_KEY),
            "--sandbox": ([*OURS, "--sandbox"], {}),
        }
        for command, environment in sides.values():
            _start(command, environment)  # compiles what is not compiled yet
        turns = [
            {name: _start(command, environment) for name, (command, environment) in sides.items()}
            for _ in range(starts)
        ]
    print(f"Spawn to the answer of tools/list over stdio, median of {starts} starts taking turns")
    print("                      wall   ratio     CPU   ratio  memory   first call  memory after it")
    for name in sides:
        print(_row(name, turns))
    print("target                        1.10                   80 MB", flush=True)


def _row(name: str, turns: Sequence[Mapping[str, Start]]) -> str:
    starts = [turn[name] for turn in turns]
    wall, cpu = median(start.wall for start in starts), median(start.cpu for start in starts)
    wall_ratio = median(turn[name].wall / turn["bare server"].wall for turn in turns)
    cpu_ratio = median(turn[name].cpu / turn["bare server"].cpu for turn in turns)
    memory = median(start.megabytes for start in starts)
    times = f"{wall * 1e3:5.0f} ms {wall_ratio:7.2f} {cpu * 1e3:4.0f} ms {cpu_ratio:7.2f}"
    row = f"{name:18} {times} {memory:4.0f} MB"
    call = median(start.call for start in starts)
    if not call:
        return row
    return f"{row} {call * 1e3:8.0f} ms {median(start.megabytes_after for start in starts):13.0f} MB"


def _start(command: Sequence[str], environment: Mapping[str, str]) -> Start:
    begun = time.perf_counter()
    with StdioServer(command, environment) as server:
        server.shake_hands()
        tools = server.ask("tools/list")["tools"]
        wall, cpu, memory = time.perf_counter() - begun, server.cpu_seconds(), server.megabytes()
        if FIRST_CALL not in {tool["name"] for tool in tools}:
            return Start(wall, cpu, memory)
        begun = time.perf_counter()
        server.call(FIRST_CALL, limit=5)
        return Start(wall, cpu, memory, time.perf_counter() - begun, server.megabytes())
