"""The share of redaction and fencing in a whole call of watch_recording: `make bench`.

Every recording of the sandbox is watched through MCP, by a server that has not read it before. The sandbox
runs in its own process, so that its time is not counted. The CPU time of the MCP client and server is: the
call, the download, the walk, the answer. "Pass" is the part of it for cleaning, redacting, defanging and
fencing recorded text. Each figure is the best of several runs.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from unittest.mock import patch

import anyio
import httpx
from mcp import Client
from pydantic import SecretStr

from benchmarks.command_line import named
from recordings_mcp import privacy
from recordings_mcp.privacy import Sanitizer
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID
from recordings_mcp.server.application import create_server
from recordings_mcp.server.configuration import Configuration

RUNS = 5
MOST_OF_A_CALL = 0.10
LARGEST_ANSWER = 25_000


@dataclass
class Spent:
    """CPU seconds.

    Attributes:
        call: Of a whole call.
        hiding: Of it, in the pass over what was recorded.
    """

    call: float = 0.0
    hiding: float = 0.0

    @property
    def share(self) -> float:
        """The share of the pass in the call."""
        return self.hiding / self.call


@contextmanager
def timed_pass(spent: Spent) -> Generator[None]:
    """Add up the time of the functions of the pass."""
    within = False

    def timed(function: Any) -> Any:
        def run(*arguments: Any, **named: Any) -> Any:
            nonlocal within
            if within:  # one of them calls itself
                return function(*arguments, **named)
            within, began = True, time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                spent.hiding += time.thread_time() - began
                within = False

        return run

    with ExitStack() as patches:
        for name in ("text", "line", "own", "values"):
            patches.enter_context(patch.object(Sanitizer, name, timed(getattr(Sanitizer, name))))
        patches.enter_context(patch.object(privacy, "fence", timed(privacy.fence)))
        yield


@contextmanager
def sandbox() -> Generator[str]:
    """Start an embedded PostHog in its own process and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "recordings_mcp.server", "sandbox", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own command
        try:
            transport = httpx.HTTPTransport(retries=20)  # half a second, then doubled
            with httpx.Client(transport=transport) as client:
                client.get(address)
            yield address
        finally:
            process.terminate()


async def watch_all(address: str, output: Any, max_tokens: int) -> dict[str, Spent]:
    """Watch every recording once and return what each took."""
    configuration = Configuration(
        host=address,
        project=str(SANDBOX_PROJECT_ID),
        api_key=SecretStr(SANDBOX_API_KEY),
        output=output,
        max_tokens=max_tokens,
    )
    times: dict[str, Spent] = {}
    async with Client(create_server(configuration)) as client:
        for recording in await ids(address):
            times[recording] = spent = Spent()
            with timed_pass(spent):
                began = time.process_time()
                result = await client.call_tool("watch_recording", {"recording": recording})
                spent.call = time.process_time() - began
            if result.is_error:
                raise RuntimeError(str(result.content))
    return times


async def ids(address: str) -> list[str]:
    """Return the ids of all recordings."""
    path = f"{address}/api/projects/{SANDBOX_PROJECT_ID}/session_recordings/?limit=100&date_from=all"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {SANDBOX_API_KEY}"}) as client:
        return [one["id"] for one in (await client.get(path)).json()["results"]]


def best(runs: list[dict[str, Spent]]) -> list[Spent]:
    """Return the least that each recording took, in both figures."""
    return [
        Spent(min(run[name].call for run in runs), min(run[name].hiding for run in runs)) for name in runs[0]
    ]


def report(title: str, spent: list[Spent]) -> bool:
    """Print one line. Return whether the shares are small enough."""
    middle = median(one.share for one in spent)
    largest = max(spent, key=lambda one: one.call)
    worst = max(one.share for one in spent)
    print(
        f"{title:34}{middle:9.1%}{largest.share:10.1%}{worst:9.1%}"
        f"{1000 * largest.call:12.1f}{1000 * largest.hiding:10.1f}"
    )
    return max(middle, largest.share) <= MOST_OF_A_CALL


def main() -> int:
    """Measure and report. Return 1 if the pass costs more than a tenth of a call with default settings."""
    named("How much of a call the redaction of its answer takes.")
    with sandbox() as address:
        anyio.run(watch_all, address, "text", LARGEST_ANSWER)  # what is loaded once is loaded here
        measured = {
            title: best([anyio.run(watch_all, address, output, tokens) for _ in range(RUNS)])
            for title, output, tokens in (
                ("text, 8,000 tokens (default)", "text", 8_000),
                ("text, 25,000 tokens", "text", LARGEST_ANSWER),
                ("structured, 8,000 tokens", "structured", 8_000),
            )
        }
    print(f"{'share of the pass':34}{'median':>9}{'largest':>10}{'worst':>9}{'its ms':>12}{'pass ms':>10}")
    fine = [report(title, spent) for title, spent in measured.items()]
    return 0 if fine[0] else 1


if __name__ == "__main__":
    sys.exit(main())
