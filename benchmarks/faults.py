"""The cost of a misbehaving PostHog: `python -m benchmarks.faults`.

For each fault, a server of ours runs in its own process over stdio and gets one call: get_recording, or
watch_recording if the fault is in a download. The table has the message to the user, the number of requests,
the seconds, and the peak memory of the process and its children. Calls have a deadline of a few seconds
instead of minutes, so that endless faults end soon.
"""

import asyncio
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.command_line import named
from benchmarks.fault_recordings import HOSTILE
from tests.client.faults import FAULTS, LISTED, Fault
from tests.client.faulty import Behaviour, head
from tests.client.scripted import ID, KEY

MOST_MEBIBYTES = 512
"""The bound that is stated of the server, with the process that walks one large recording."""

MOST_MEBIBYTES_MORE = 320
"""And of each further process that walks at the same time; there are as many as cores."""

AT_ONCE = 8
SECONDS = 30.0
SECONDS_OF_A_DOWNLOAD = 90.0
SECONDS_OF_WHAT_NEVER_ENDS = 3.0
_NEVER_ENDS = 1.0
_LONGEST_ANSWER = 90
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)

_SERVER = """
import sys
from recordings_mcp.tools import TOOLS
for tool in TOOLS:
    object.__setattr__(tool, "seconds", float(sys.argv[1]))
from recordings_mcp.server.__main__ import main
sys.exit(main(["serve", "--plan", "enterprise"]))
"""


@dataclass(frozen=True)
class Call:
    """A fault of the upstream server, the call that meets it, and the time it may take."""

    behaviour: Behaviour
    tool: str
    arguments: dict[str, Any]
    seconds: float = SECONDS


@dataclass(frozen=True)
class Outcome:
    """A row of the table."""

    answer: str
    attempts: int
    seconds: float
    mebibytes: float


class PostHog:
    """Lists the same data for every recording and has no events; other requests meet the fault.

    Attributes:
        requests: How many came.
    """

    def __init__(self, behaviour: Behaviour, *, downloads: bool) -> None:
        self._behaviour = behaviour
        self._downloads = downloads
        self.requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            if length := _LENGTH.search(request):
                await reader.readexactly(int(length[1]))
            known = self._known(request.partition(b"\r\n")[0])
            if known is None:
                await self._behaviour(reader, writer)
            else:
                writer.write(head(f"Content-Length: {len(known)}") + known)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has seen enough
        finally:
            writer.close()

    def _known(self, line: bytes) -> bytes | None:
        if not self._downloads or b"source=" in line:
            return None
        return b'{"results": []}' if b"/query/" in line else LISTED


def call_of(fault: Fault, elsewhere: str) -> Call:
    """Return the call that meets a fault."""
    never_ends = fault.seconds < _NEVER_ENDS
    return Call(
        fault.behaviour(elsewhere),
        "watch_recording" if fault.downloads else "get_recording",
        {"recording": ID},
        SECONDS_OF_WHAT_NEVER_ENDS if never_ends else SECONDS,
    )


def calls(elsewhere: str) -> dict[str, Call]:
    """Yield every fault, every recording that is made to cost memory, and eight of those at a time."""
    faults = {name: call_of(fault, elsewhere) for name, fault in FAULTS.items()}
    watched = {
        name: Call(behaviour, "watch_recording", {"recording": ID}, SECONDS_OF_A_DOWNLOAD)
        for name, behaviour in HOSTILE.items()
    }
    ids = [f"{ID[:-1]}{number}" for number in range(AT_ONCE)]
    compared = {
        f"{name}, {AT_ONCE} compared": Call(
            behaviour, "compare_recordings", {"recordings": ids}, SECONDS_OF_A_DOWNLOAD
        )
        for name, behaviour in HOSTILE.items()
    }
    return faults | watched | compared


async def meet(call: Call) -> Outcome:
    """Start a server of ours with a misbehaving upstream, and make one call."""
    posthog = PostHog(call.behaviour, downloads=call.tool != "get_recording")
    listening = await asyncio.start_server(posthog.serve, "127.0.0.1", 0)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", _SERVER, str(call.seconds)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=1 << 24,
        env={
            "POSTHOG_HOST": f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}",
            "POSTHOG_PROJECT_ID": "7",
            "POSTHOG_PERSONAL_API_KEY": KEY,
        },
    )
    who = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "b", "version": "1"}}
    await _ask(process, "initialize", who)
    memory = Memory(process.pid)
    watching = asyncio.create_task(memory.watch())
    began = time.monotonic()
    answer = await _ask(process, "tools/call", {"name": call.tool, "arguments": call.arguments})
    seconds = time.monotonic() - began
    memory.look()
    watching.cancel()
    process.terminate()
    await process.wait()
    listening.close()
    text = answer["result"]["content"][0]["text"] if "result" in answer else str(answer["error"])
    return Outcome(text, posthog.requests, seconds, memory.mebibytes)


async def _ask(process: asyncio.subprocess.Process, method: str, parameters: dict[str, Any]) -> Any:
    """Send a request and return its answer."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the server has no pipes")
    message = {"jsonrpc": "2.0", "id": method, "method": method, "params": parameters}
    process.stdin.write(json.dumps(message).encode() + b"\n")
    while line := await process.stdout.readline():
        answer = json.loads(line)
        if answer.get("id") == method:
            if method == "initialize":
                process.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
            return answer
    raise RuntimeError("the server ended")


class Memory:
    """The peak resident memory of a process and its children, sampled 20 times a second.

    What a process and its children share is counted for each of them.
    """

    def __init__(self, process: int) -> None:
        self._process = process
        self.mebibytes = 0.0

    async def watch(self) -> None:
        """Sample until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(0.05)

    def look(self) -> None:
        """Take one sample."""
        kilobytes = _resident(self._process, "VmHWM")
        kilobytes += sum(_resident(child, "VmRSS") for child in _descendants(self._process))
        self.mebibytes = max(self.mebibytes, kilobytes / 1024)


def _resident(process: int, field: str) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        return int(status.partition(f"{field}:")[2].split()[0])
    except (OSError, IndexError):  # it has just ended
        return 0


def _descendants(process: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    children = [int(child) for child in listed.split()]
    return children + [further for child in children for further in _descendants(child)]


def row(name: str, met: Outcome) -> str:
    """Return a row of the table, in Markdown."""
    shown = met.answer.partition("\n")[0]
    shown = shown if len(shown) <= _LONGEST_ANSWER else f"{shown[: _LONGEST_ANSWER - 1]}…"
    return f"| {name} | {shown} | {met.attempts} | {met.seconds:.1f} | {met.mebibytes:.0f} |"


async def main(wanted: list[str]) -> int:
    """Print the table, or only the wanted rows. Return 1 if the memory bound is exceeded."""
    elsewhere = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    other = f"http://127.0.0.1:{elsewhere.sockets[0].getsockname()[1]}"
    print("| fault | message to the user | requests | seconds | MiB at the peak |\n|---|---|---|---|---|")
    largest = 0.0
    for name, call in calls(other).items():
        if wanted and not any(word in name for word in wanted):
            continue
        met = await meet(call)
        largest = max(largest, met.mebibytes)
        print(row(name, met), flush=True)
    bound = MOST_MEBIBYTES + MOST_MEBIBYTES_MORE * ((os.cpu_count() or 1) - 1)
    print(f"\nAt most {largest:.0f} MiB; the bound on this machine is {bound}.")
    return int(largest > bound)


if __name__ == "__main__":
    about = "What a misbehaving PostHog costs: messages, requests, seconds and memory."
    sys.exit(asyncio.run(main(named(about, "FAULT", "only faults with this word in their name"))))
