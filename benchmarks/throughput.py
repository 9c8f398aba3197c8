"""Calls per second over HTTP, compared with a minimal server whose answers have the same size.

Calls use the stateless protocol, eight at a time over persistent connections. A prompt does no work of its
own, so it shows the cost of everything around a tool. A search answered from the cache adds the tool's own
work (parsing, redaction, rendering), which the minimal server does not do. "With one request", both ask the
sandbox before they answer.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

import anyio
import httpx2

from benchmarks.processes import BARE, OURS, SANDBOX_KEY, cpu_seconds, free_port, http_server, sandbox
from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID

AT_A_TIME = 8
CALLS_IN_A_ROUND = 200
SECRET = "benchmark-" * 4
VERSION = "2026-07-28"
_BARE_NAMES = {"tools/call": "answer", "prompts/get": "question"}


@dataclass(frozen=True, slots=True)
class Side:
    """A server and the call made to it."""

    port: int
    process: int
    name: str
    arguments: Mapping[str, Any]
    method: str = "tools/call"


@dataclass(frozen=True, slots=True)
class Round:
    """Calls per second, and CPU seconds of the server per call."""

    rate: float
    cpu: float


def print_throughput(rounds: int) -> None:
    """Measure rounds of both servers and print the table."""
    print(
        f"\nHTTP, {AT_A_TIME} calls at a time, median of {rounds} rounds of {CALLS_IN_A_ROUND} taking turns"
    )
    print("                                  ours      bare   ratio   CPU a call: ours    bare   ratio")
    with sandbox() as address, ExitStack() as stack:
        listing = f"{address}/api/projects/{SANDBOX_PROJECT_ID}/session_recordings/"
        recording = _newest(listing)
        calls: dict[str, tuple[str, dict[str, Any], str]] = {
            "a prompt": ("write_bug_report", {"recording": recording}, ""),
            "answered from memory": ("search_recordings", {"limit": 1}, ""),
            "with one request": ("get_recording", {"recording": recording}, f"{listing}{recording}/"),
        }
        ours = _ours(stack, address)
        for name, (called, arguments, upstream) in calls.items():
            method = "prompts/get" if name == "a prompt" else "tools/call"
            side = Side(*ours, called, arguments, method)
            size = anyio.run(_size_of_answer, side)
            its = "fetch" if upstream else _BARE_NAMES[method]
            bare = Side(*_bare(stack, size, upstream), its, {"recording": "x"}, method)
            turns = [(anyio.run(_round, side), anyio.run(_round, bare)) for _ in range(rounds + 1)]
            print(_row(f"{name} ({size} B)", turns[1:]))
    print("target                                               0.80", flush=True)


def _row(name: str, turns: Sequence[tuple[Round, Round]]) -> str:
    rates = [median(turn[side].rate for turn in turns) for side in (0, 1)]
    costs = [median(turn[side].cpu for turn in turns) * 1e3 for side in (0, 1)]
    rate = median(ours.rate / bare.rate for ours, bare in turns)
    cost = median(ours.cpu / bare.cpu for ours, bare in turns)
    return (
        f"{name:29} {rates[0]:6.0f}/s {rates[1]:6.0f}/s {rate:7.2f}"
        f" {costs[0]:16.2f} ms {costs[1]:4.2f} ms {cost:7.2f}"
    )


def _newest(listing: str) -> str:
    answer = httpx2.get(listing, headers={"Authorization": f"Bearer {SANDBOX_API_KEY}"})
    return str(answer.json()["results"][0]["id"])


def _ours(stack: ExitStack, address: str) -> tuple[int, int]:
    port = free_port()
    command = [*OURS, "serve", "--http", f"127.0.0.1:{port}", "--host", address]
    environment = {**SANDBOX_KEY, "RECORDINGS_MCP_HTTP_SECRET": SECRET}
    return port, stack.enter_context(http_server(command, port, environment))


def _bare(stack: ExitStack, size: int, upstream: str) -> tuple[int, int]:
    port = free_port()
    command = [*BARE, str(port), str(size), *([upstream, SANDBOX_API_KEY] if upstream else [])]
    return port, stack.enter_context(http_server(command, port))


async def _size_of_answer(side: Side) -> int:
    async with _client() as client:
        result = await _call(client, side)
        content = result["content"][0] if "content" in result else result["messages"][0]["content"]
        return len(content["text"].encode())


async def _round(side: Side) -> Round:
    async def some(client: httpx2.AsyncClient) -> None:
        for _ in range(CALLS_IN_A_ROUND // AT_A_TIME):
            await _call(client, side)

    async with _client() as client:
        await _call(client, side)
        begun, cpu = time.perf_counter(), cpu_seconds(side.process)
        async with anyio.create_task_group() as tasks:
            for _ in range(AT_A_TIME):
                tasks.start_soon(some, client)
        seconds = time.perf_counter() - begun
    return Round(CALLS_IN_A_ROUND / seconds, (cpu_seconds(side.process) - cpu) / CALLS_IN_A_ROUND)


def _client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers=headers(SECRET), timeout=60)


def headers(bearer: str) -> dict[str, str]:
    """Return what every stateless request has."""
    return {
        "Authorization": f"Bearer {bearer}",
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "MCP-Protocol-Version": VERSION,
    }


def body(name: str, arguments: Mapping[str, Any], method: str = "tools/call") -> bytes:
    """Return a stateless call."""
    about: dict[str, Any] = {
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    parameters: dict[str, Any] = {"_meta": about, "name": name, "arguments": arguments}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()


def result(text: str) -> Any:
    """Return the result in an answer, which is an event stream or plain JSON.

    Raises:
        RuntimeError: It is an error.
    """
    data = next((line[5:] for line in text.splitlines() if line.startswith("data:")), text)
    answer = json.loads(data)
    if "result" not in answer or answer["result"].get("isError"):
        raise RuntimeError(data)
    return answer["result"]


async def _call(client: httpx2.AsyncClient, side: Side) -> Any:
    answer = await client.post(
        f"http://127.0.0.1:{side.port}/mcp",
        content=body(side.name, side.arguments, side.method),
        headers={"Mcp-Method": side.method, "Mcp-Name": side.name},
    )
    return result(answer.raise_for_status().text)
