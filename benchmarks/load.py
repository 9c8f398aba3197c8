"""Many callers at once, each with a key of its own: `python -m benchmarks.load --callers 500 --seconds 60`.

Three processes: the gateway, a PostHog with as many accounts (see `many_projects`), and this one, where every
caller calls one tool after the other over its own connection. Every answer must name the caller's own visitor
and no other. The gateway's memory is sampled all the time. It is flat if the last quarter is at most a tenth
above the second (callers arrive in the first); runs shorter than half a minute are not judged.

Every caller makes each call at least once. Exits with 1 if any call failed, any caller saw another's visitor,
or the memory grew.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import anyio
import httpx2

from benchmarks.many_projects import CANARY, RECORDING, api_key, canary
from benchmarks.processes import OURS, free_ports, http_server, resident_megabytes
from benchmarks.throughput import body, headers, result

CALLS = (
    ("search_recordings", body("search_recordings", {"limit": 5})),
    ("get_recording", body("get_recording", {"recording": RECORDING})),
)
FLAT = 1.10
_QUARTERS = 4
_SECONDS_TO_TELL = 30.0
_SECONDS_FOR_A_CALL = 120.0


@dataclass
class Report:
    """The results of the run.

    Attributes:
        seconds: How long callers began new calls.
        times: Seconds of each call that was answered.
        failures: How often each failure happened.
        mixed_up: Answers that named another caller's visitor, or did not name the caller's own.
        megabytes: The gateway's memory, sampled over time.
    """

    seconds: float
    times: list[float] = field(default_factory=list[float])
    failures: Counter[str] = field(default_factory=Counter[str])
    mixed_up: int = 0
    megabytes: list[float] = field(default_factory=list[float])

    @property
    def growth(self) -> float:
        """Memory of the last quarter divided by that of the second; 1 if the run was too short."""
        size = len(self.megabytes) // _QUARTERS
        second, last = self.megabytes[size : 2 * size], self.megabytes[-size:]
        return median(last) / median(second) if self.seconds >= _SECONDS_TO_TELL else 1.0

    @property
    def is_good(self) -> bool:
        """Whether there was no error, no cross-talk and no growth of memory."""
        return bool(self.times) and not self.failures and not self.mixed_up and self.growth <= FLAT


def main() -> int:
    """Make the calls and print the results."""
    parser = argparse.ArgumentParser(description="Many callers at once, each with a key of its own.")
    parser.add_argument("--callers", type=int, default=500, help="default: 500")
    parser.add_argument("--seconds", type=float, default=60.0, help="default: 60")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, _gateway(options.callers, Path(folder)) as (address, process):
        report = anyio.run(_load, address, process, options.callers, options.seconds)
    print(_summary(report, options.callers, options.seconds))
    return 0 if report.is_good else 1


def _summary(report: Report, callers: int, seconds: float) -> str:
    lines = [
        f"{callers} callers for {seconds:.0f} s: {len(report.times)} calls, {report.failures.total()} failed"
    ]
    lines += [f"  {count} x {failure}" for failure, count in report.failures.most_common(5)]
    lines.append(f"answers with another caller's visitor, or without their own: {report.mixed_up}")
    if len(report.times) > 1:
        slow = quantiles(report.times, n=20)[-1]
        lines.append(f"a call takes {median(report.times):.2f} s (median), {slow:.2f} s (95 %)")
    first, most, last = report.megabytes[0], max(report.megabytes), report.megabytes[-1]
    lines.append(f"memory: {first:.0f} MB before, {most:.0f} MB at most, {last:.0f} MB at the end")
    lines.append(f"memory, last quarter over second: {report.growth:.2f} (flat up to {FLAT:.2f})")
    return "\n".join(lines)


@contextmanager
def _gateway(callers: int, folder: Path) -> Generator[tuple[str, int]]:
    posthog, port = free_ports(2)
    program = str(Path(__file__).with_name("many_projects.py"))
    projects = [sys.executable, program, str(posthog), str(callers), str(folder)]
    ours = [*OURS, "serve", "--gateway", "--http", f"127.0.0.1:{port}"]
    account = ["--host", f"http://127.0.0.1:{posthog}", "--project", "1"]
    with http_server(projects, posthog), http_server([*ours, *account], port) as process:
        yield f"http://127.0.0.1:{port}/mcp", process


async def _load(address: str, process: int, callers: int, seconds: float) -> Report:
    report = Report(seconds, megabytes=[resident_megabytes(process)])
    until = time.monotonic() + seconds
    async with anyio.create_task_group() as tasks:
        for account in range(callers):
            tasks.start_soon(_call_until, until, address, account, report)
        while time.monotonic() < until:
            await anyio.sleep(seconds / 100)
            report.megabytes.append(resident_megabytes(process))
    return report


async def _call_until(until: float, address: str, account: int, report: Report) -> None:
    async with httpx2.AsyncClient(
        headers=headers(api_key(account)), timeout=_SECONDS_FOR_A_CALL, trust_env=False
    ) as client:
        for number, (tool, content) in enumerate(cycle(CALLS)):
            begun = time.monotonic()
            if begun >= until and number >= len(CALLS):
                return
            try:
                answer = await client.post(
                    address, content=content, headers={"Mcp-Method": "tools/call", "Mcp-Name": tool}
                )
                named = set(CANARY.findall(str(result(answer.raise_for_status().text))))
            except (httpx2.HTTPError, RuntimeError) as error:
                report.failures[f"{type(error).__name__}: {error}"[:300]] += 1
                continue
            report.times.append(time.monotonic() - begun)
            report.mixed_up += named != {canary(account)}


if __name__ == "__main__":
    sys.exit(main())
