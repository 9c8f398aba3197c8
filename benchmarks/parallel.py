"""Many recordings watched at once over HTTP, compared with one after the other: part of `make bench`.

Three processes: the server, a sandbox with as many recordings, and this one. Every call watches a recording
that the server has not read. Both ways alternate, each with a server of its own, so that other load slows
both; memory is that of the server and its worker processes, sampled all the time.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import anyio
import httpx2

from benchmarks.comparison import write_recordings
from benchmarks.processes import OURS, SANDBOX_KEY, free_ports, http_server, resident_megabytes
from benchmarks.throughput import SECRET, body, headers, result

AT_ONCE = 32
MEGABYTES = 2
ROUNDS = 3
_SAMPLED_SECONDS = 0.05
_SANDBOX = """
import sys
from pathlib import Path
import uvicorn
from recordings_mcp.sandbox import SandboxSettings, create_sandbox
application = create_sandbox(SandboxSettings(recordings=Path(sys.argv[2])))
uvicorn.run(application, port=int(sys.argv[1]), log_level="error")
"""


@dataclass(frozen=True, slots=True)
class Round:
    """The seconds of each call and of all together, and the most memory in megabytes."""

    calls: Sequence[float]
    seconds: float
    megabytes: float

    @property
    def rate(self) -> float:
        """Calls per second."""
        return len(self.calls) / self.seconds

    @property
    def late(self) -> float:
        """The seconds within which 95 % of the calls were answered."""
        return quantiles(self.calls, n=20)[-1]


def print_parallel(command: Sequence[str] = OURS) -> None:
    """Print rate, 95th percentile and memory of both ways, and their ratios."""
    with TemporaryDirectory() as folder:
        names = write_recordings(Path(folder), AT_ONCE, MEGABYTES)
        port = free_ports(1)[0]
        with http_server([sys.executable, "-c", _SANDBOX, str(port), folder], port):
            address = f"http://127.0.0.1:{port}"
            _round(command, address, names, 1)
            turns = [
                [_round(command, address, names, width) for width in (1, AT_ONCE)] for _ in range(ROUNDS)
            ]
    print(f"\nHTTP, {AT_ONCE} recordings of {MEGABYTES} MB watched, median of {ROUNDS} rounds taking turns")
    rates = [median(turn[way].rate for turn in turns) for way in (0, 1)]
    late = [median(turn[way].late for turn in turns) for way in (0, 1)]
    memory = [median(turn[way].megabytes for turn in turns) for way in (0, 1)]
    for way, name in enumerate(("one after the other", f"{AT_ONCE} at once")):
        print(f"{name:20} {rates[way]:5.1f}/s   95 % within {late[way]:5.2f} s   {memory[way]:4.0f} MB")
    print(f"{'ratio':20} {rates[1] / rates[0]:5.2f}{late[1] / late[0]:21.1f}{memory[1] / memory[0]:12.2f}")


def _round(command: Sequence[str], address: str, names: Sequence[str], width: int) -> Round:
    port = free_ports(1)[0]
    serve = [*command, "serve", "--http", f"127.0.0.1:{port}", "--host", address, "--plan", "enterprise"]
    with http_server(serve, port, {**SANDBOX_KEY, "RECORDINGS_MCP_HTTP_SECRET": SECRET}) as process:
        return anyio.run(_watch_all, port, process, names, width)


async def _watch_all(port: int, process: int, names: Sequence[str], width: int) -> Round:
    calls: list[float] = []
    samples: list[float] = []
    seconds = 0.0
    limit = anyio.CapacityLimiter(width)

    async def watch(client: httpx2.AsyncClient, name: str) -> None:
        async with limit:
            begun = time.perf_counter()
            answer = await client.post(
                f"http://127.0.0.1:{port}/mcp",
                content=body("watch_recording", {"recording": name}),
                headers={"Mcp-Method": "tools/call", "Mcp-Name": "watch_recording"},
            )
            result(answer.raise_for_status().text)
            calls.append(time.perf_counter() - begun)

    async def sample() -> None:
        while True:
            samples.append(sum(map(_resident_megabytes, [process, *_children(process)])))
            await anyio.sleep(_SAMPLED_SECONDS)

    async with (
        httpx2.AsyncClient(headers=headers(SECRET), timeout=120) as client,
        anyio.create_task_group() as sampling,
    ):
        sampling.start_soon(sample)
        begun = time.perf_counter()
        async with anyio.create_task_group() as tasks:
            for name in names:
                tasks.start_soon(watch, client, name)
        seconds = time.perf_counter() - begun
        sampling.cancel_scope.cancel()
    return Round(calls, seconds, max(samples))


def _children(process: int) -> list[int]:
    listed = ""
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):
            listed += (thread / "children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _resident_megabytes(process: int) -> float:
    try:
        return resident_megabytes(process)
    except (OSError, IndexError):  # it has just ended
        return 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", nargs="?", help="the interpreter of another installation to measure")
    python = parser.parse_args().python
    print_parallel([python, *OURS[1:]] if python else OURS)
