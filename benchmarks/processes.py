"""Servers in their own processes, with a client that sends raw JSON and so costs the same for all."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self, cast

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID

ROOT = Path(__file__).parents[1]
BARE = [sys.executable, str(ROOT / "benchmarks" / "bare_server.py")]
OURS = [sys.executable, "-m", "recordings_mcp.server"]
SANDBOX_KEY = {"POSTHOG_PERSONAL_API_KEY": SANDBOX_API_KEY, "POSTHOG_PROJECT_ID": str(SANDBOX_PROJECT_ID)}
_SECONDS_TO_START = 60


class StdioServer:
    """A server over stdio and a minimal client.

    Args:
        command: What starts it.
        environment: Variables beside those of this process.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the commands are this benchmark's own
            command,
            env=_environment(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._last = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._to.close()
        self._process.wait()

    @property
    def _to(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def shake_hands(self) -> None:
        """Initialize, as clients of all protocol versions up to 2025-11-25 do."""
        client = {"name": "benchmark", "version": "1"}
        self.ask("initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo=client)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a request and return its result."""
        self._last += 1
        self._send({"jsonrpc": "2.0", "id": self._last, "method": method, "params": parameters})
        line = cast("IO[bytes]", self._process.stdout).readline()
        return json.loads(line)["result"]

    def call(self, tool: str, **arguments: Any) -> str:
        """Call a tool and return the text of its answer, which must not be an error."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        text: str = result["content"][0]["text"]
        if result.get("isError"):
            raise RuntimeError(text)
        return text

    def cpu_seconds(self) -> float:
        """CPU seconds of the process so far."""
        return cpu_seconds(self._process.pid)

    def megabytes(self) -> float:
        """Resident memory of the process."""
        return resident_megabytes(self._process.pid)

    def _send(self, message: Mapping[str, Any]) -> None:
        self._to.write(json.dumps(message).encode() + b"\n")
        self._to.flush()


@contextmanager
def http_server(
    command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Generator[int]:
    """Start a server on a port of this machine and yield its process id.

    Raises:
        RuntimeError: It does not listen.
    """
    with subprocess.Popen(  # noqa: S603 - as above
        command, env=_environment(environment), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_until_listening(process, port)
            yield process.pid
        finally:
            process.terminate()


@contextmanager
def sandbox() -> Generator[str]:
    """Start the sandbox on a port of this machine and yield its address."""
    port = free_port()
    with http_server([*OURS, "sandbox", "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}"


def free_port() -> int:
    """Return a free port."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return a number of free ports."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


def cpu_seconds(process: int) -> float:
    """Return the CPU seconds of the threads of a process (Linux only)."""
    spent = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            spent += int((thread / "schedstat").read_text(encoding="ascii").split()[0])
    return spent / 1e9


def resident_megabytes(process: int) -> float:
    """Return the resident memory of a process (Linux only)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """Return this process's environment without settings of recordings-mcp; bytecode may be cached."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSTHOG_", "RECORDINGS_MCP_", "PYTHONDONTWRITEBYTECODE"))
    }
    return {**kept, **(more or {})}


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the server on port {port} did not start")
