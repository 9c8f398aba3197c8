"""The overhead of a tool call over the HTTP requests that it makes.

"Of it CPU" is the CPU time of the server for a call, less that of this process for the bare requests and for
being the server's client. Unlike the overhead, it excludes the time spent waiting for a CPU on a busy
machine.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

import httpx

from benchmarks.processes import BARE, OURS, SANDBOX_KEY, StdioServer, sandbox
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID

WARM_UP = 20


def print_call_overhead(calls: int) -> None:
    """Measure calls of two tools, alternating with their bare requests, and print the table."""
    print(f"\nA tool call over stdio above its HTTP requests, median of {calls} calls taking turns")
    print("                         requests      call   requests alone   overhead   of it CPU")
    with (
        sandbox() as address,
        StdioServer(BARE) as bare,
        StdioServer([*OURS, "--host", address], SANDBOX_KEY) as server,
        httpx.Client(headers={"Authorization": f"Bearer {SANDBOX_API_KEY}"}, trust_env=False) as http,
    ):
        bare.shake_hands()
        print(_row("bare server's tool", lambda: bare.call("answer", recording="-"), bare, http, [], calls))
        server.shake_hands()
        listing = f"{address}/api/projects/{SANDBOX_PROJECT_ID}/session_recordings/"
        recording = str(http.get(listing).json()["results"][0]["id"])
        paths = {"get_recording": [""], "get_recording_sharing": ["", "sharing/"]}
        for tool, ends in paths.items():
            addresses = [f"{listing}{recording}/{end}" for end in ends]
            call = partial(server.call, tool, recording=recording)
            print(_row(tool, call, server, http, addresses, calls))
    print("target                                                        2.5 ms", flush=True)


def _row(
    name: str,
    call: Callable[[], object],
    server: StdioServer,
    http: httpx.Client,
    addresses: Sequence[str],
    calls: int,
) -> str:
    def request() -> None:
        for address in addresses:
            http.get(address).raise_for_status().json()

    for _ in range(WARM_UP):
        request()
        call()
    cpu, own_cpu = server.cpu_seconds(), time.process_time()
    turns = [(_seconds(call), _seconds(request)) for _ in range(calls)]
    cpu = (server.cpu_seconds() - cpu - (time.process_time() - own_cpu)) / calls
    called, requested = median(turn[0] for turn in turns), median(turn[1] for turn in turns)
    overhead = median(turn[0] - turn[1] for turn in turns)
    times = f"{called * 1e3:6.2f} ms {requested * 1e3:13.2f} ms {overhead * 1e3:7.2f} ms {cpu * 1e3:8.2f} ms"
    return f"{name:24} {len(addresses):8} {times}"


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
