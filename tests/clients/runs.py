"""How each kind of client is brought before the server."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio

from tests.clients.claude_code import claude_code
from tests.clients.conversation import KNOWN_CLICK, KNOWN_FINDING, KNOWN_RECORDING, Mismatch, hold
from tests.clients.environments import Environment, NodeEnvironment
from tests.clients.inspector import inspector, lasting
from tests.clients.line_program import Ways, line_program
from tests.clients.servers import SERVER, Place, Transport, place

_SECONDS = 120
_LAST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Done:
    """What a client did, and the protocol it agreed on, if it tells."""

    what: str
    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One client over one transport.

    Attributes:
        client: Its name.
        version: Its version.
        transport: How it reaches the server.
        needs: What has to be installed.
        run: Does it all; raises Mismatch.
    """

    client: str
    version: str
    transport: str
    needs: tuple[Environment, ...]
    run: Callable[[], Awaitable[Done]]


def library(client: str, environment: Environment, program: str, *tries: tuple[Transport, Ways]) -> list[Row]:
    """Rows of a client that is a library, driven by a program."""
    rows: list[Row] = []
    for transport, ways in tries:
        run = partial(_run_library, environment, program, transport, ways)
        label = f"{transport}, structured" if ways.structured else transport
        rows.append(Row(client, environment.version, label, (environment,), run))
    return rows


async def _run_library(environment: Environment, program: str, transport: Transport, ways: Ways) -> Done:
    async with (
        place(transport, "structured" if ways.structured else "text") as server,
        line_program(environment, program, server, ways) as client,
    ):
        return Done(await hold(client), client.protocol)


def example(program: Path, environment: Environment) -> Row:
    """The row of a program that people are shown."""
    run = partial(_run_example, environment, program)
    return Row(f"examples/{program.name}", environment.version, "stdio", (environment,), run)


async def _run_example(environment: Environment, program: Path) -> Done:
    path = os.pathsep.join((str(Path(SERVER).parent), os.environ["PATH"]))
    with anyio.fail_after(_SECONDS):
        finished = await anyio.run_process(
            environment.command(program), check=False, env=os.environ | {"PATH": path}
        )
    printed = finished.stdout.decode()
    told = printed.strip().rpartition("\n")[2]
    if KNOWN_RECORDING not in printed or f"click {KNOWN_CLICK}" not in printed or KNOWN_FINDING not in told:
        raise Mismatch(f"{printed[-_LAST_WORDS:]} {finished.stderr.decode()[-_LAST_WORDS:]}")
    return Done("an agent: search, watch, summarize, answer")


def inspected(environment: NodeEnvironment, transport: Transport) -> Row:
    """The row of the MCP Inspector: over stdio before 2026-07-28, over HTTP with it."""
    run = partial(_inspect, environment, transport)
    return Row("MCP Inspector CLI", environment.version, transport, (environment,), run)


async def _inspect(environment: NodeEnvironment, transport: Transport) -> Done:
    if transport == "stdio":
        async with lasting() as server, inspector(environment.executable, server, "legacy") as client:
            return Done(f"strict, {await hold(client)}")
    async with place("http", "text") as server, inspector(environment.executable, server, "modern") as client:
        return Done(f"strict, {await hold(client)}", "2026-07-28")


def coded(environment: NodeEnvironment, transport: Transport) -> Row:
    """The row of Claude Code."""
    run = partial(_code, environment, transport)
    return Row("Claude Code", environment.version, transport, (environment,), run)


async def _code(environment: NodeEnvironment, transport: Transport) -> Done:
    async with place(transport, "text") as server, claude_code(environment.executable, server) as client:
        done = await hold(client)
        return Done(f"recordings-mcp install, {done}" if transport == "stdio" else done)


def bridged(bridge: NodeEnvironment, client: Environment, program: str, ways: Ways) -> Row:
    """The row of a client that speaks stdio to mcp-remote, which speaks HTTP to the server."""
    run = partial(_through_remote, bridge, client, program, ways)
    return Row(
        f"mcp-remote, used by the SDK for TypeScript {client.version}",
        bridge.version,
        "http",
        (bridge, client),
        run,
    )


async def _through_remote(
    bridge: NodeEnvironment, environment: Environment, program: str, ways: Ways
) -> Done:
    async with place("http", "text") as server:
        header = f"Authorization: Bearer {server.secret}"
        start = (bridge.executable, server.url, "--allow-http", "--header", header)
        started = Place(command=start, environment={"MCP_REMOTE_CONFIG_DIR": str(bridge.folder / "state")})
        async with line_program(environment, program, started, ways) as client:
            return Done(await hold(client), client.protocol)
