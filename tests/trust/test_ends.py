"""A server over stdio ends at once and cleanly, whatever it is doing and however it is told."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Any, cast

import anyio
import pytest

from tests.client.faults import send_ten_gigabytes, stall
from tests.client.faulty import Behaviour, FaultyServer, head
from tests.client.scripted import ID, KEY
from tests.patience import SOON

pytestmark = [pytest.mark.anyio, pytest.mark.alone]


def close_input(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()


def close_output(process: Process) -> None:
    # There is no public way to it.
    transport = cast("asyncio.SubprocessTransport", getattr(process, "_transport"))  # noqa: B009
    pipe = transport.get_pipe_transport(1)
    assert pipe is not None
    pipe.close()


def close_both(process: Process) -> None:
    close_output(process)
    close_input(process)


def close_input_and_terminate(process: Process) -> None:
    close_input(process)
    process.terminate()


WAYS: dict[str, tuple[Callable[[Process], object], int]] = {
    "Ctrl-C": (lambda process: process.send_signal(signal.SIGINT), 130),
    "SIGTERM": (lambda process: process.terminate(), 0),
    "its input is closed": (close_input, 0),
    "its output is closed": (close_output, 0),
    "both are closed": (close_both, 0),
    "its input is closed, then SIGTERM": (close_input_and_terminate, 0),
}
"""How a server is told to end, and what its process ends with."""


async def send(process: Process, **message: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    await process.stdin.drain()


async def start(port: int) -> Process:
    """A server before a PostHog on that port."""
    environment = {
        "PATH": os.environ["PATH"],
        "POSTHOG_HOST": f"http://127.0.0.1:{port}",
        "POSTHOG_PROJECT_ID": "7",
        "POSTHOG_PERSONAL_API_KEY": KEY,
    }
    command = (sys.executable, "-m", "recordings_mcp.server")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
    )
    who = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    await send(process, id=1, method="initialize", params=who)
    assert process.stdout is not None
    assert b"serverInfo" in await process.stdout.readline()
    await send(process, method="notifications/initialized")
    return process


def stalls_changes(under_way: asyncio.Event) -> Behaviour:
    """Say that the key may do everything, and then no more."""
    asked = False

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        if asked:
            under_way.set()
            await stall(reader, writer)
        asked = True
        body = b'{"scopes": ["*"]}'
        writer.write(head(f"Content-Length: {len(body)}") + body)
        await writer.drain()

    return answer


async def told_to_end(
    way: str, behaviour: Behaviour | None, tool: str = "watch_recording", **more: Any
) -> tuple[int, list[str]]:
    """Tell a server to end, while PostHog does something to a call or while nothing is done.

    Gives the process's code and what it said after its first line.
    """
    under_way = asyncio.Event()
    posthog = FaultyServer(stalls_changes(under_way) if more else behaviour or stall)
    listening = await asyncio.start_server(posthog.serve, "127.0.0.1", 0)
    process = await start(listening.sockets[0].getsockname()[1])
    if behaviour:
        call = {"name": tool, "arguments": {"recording": ID, **more}}
        await send(process, id=2, method="tools/call", params=call)
        await (under_way if more else posthog.arrived).wait()
    tell, _ = WAYS[way]
    tell(process)
    assert process.stderr is not None
    with anyio.fail_after(SOON):
        said = await process.stderr.read()
        code = await process.wait()
    listening.close()
    return code, said.decode().splitlines()[1:]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("behaviour", [None, send_ten_gigabytes], ids=["idle", "downloads"])
async def test_a_server_ends_at_once_and_says_nothing(way: str, behaviour: Behaviour | None) -> None:
    assert await told_to_end(way, behaviour) == (WAYS[way][1], [])


@pytest.mark.parametrize("way", ["Ctrl-C", "SIGTERM", "its input is closed"])
async def test_a_change_under_way_is_in_the_audit_as_interrupted(way: str) -> None:
    code, said = await told_to_end(way, stall, "update_recordings", viewed=True)

    assert code == WAYS[way][1]
    [line] = said
    entry = json.loads(line)
    assert (entry["tool"], entry["recordings"], entry["outcome"]) == (
        "update_recordings",
        [ID],
        "interrupted",
    )
