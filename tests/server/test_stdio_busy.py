"""A server over stdio whose client does not read, whose calls cannot be cancelled, or whose input is not text."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path
from select import select
from subprocess import PIPE, Popen
from typing import Any

import pytest

from tests.server.test_stdio import HANDSHAKE, call

SECONDS = 20
"""Until a test fails that would otherwise wait for ever."""

BUSY = """
import os
import sys
import anyio
from hashlib import pbkdf2_hmac
from threading import Event, Thread
from mcp.server.mcpserver import MCPServer
from recordings_mcp.server.process import stdio

stdio._SECONDS_TO_END = {seconds_to_end}
server = MCPServer("test", log_level="CRITICAL")

def tell(what: str) -> None:
    os.write(2, f"{{what}}\\n".encode())

def compute() -> None:
    tell("begun")
    Event().wait()

@server.tool(structured_output=False)
async def busy() -> str:
    await anyio.to_thread.run_sync(compute)
    return "never"

@server.tool(structured_output=False)
async def hold_up() -> str:
    ready = Event()
    Thread(target=lambda: ready.wait() and tell("begun"), daemon=True).start()
    sys.setswitchinterval(3600)  # so that it is told when the next line has begun to compute, and not before
    ready.set()
    return pbkdf2_hmac("sha256", b"", b"", 2**31 - 1).hex()  # minutes, in which no handler of a signal runs

@server.tool(structured_output=False)
async def wait() -> str:
    tell("waiting")
    try:
        await anyio.sleep_forever()
    finally:
        tell("cancelled")

@server.tool(structured_output=False)
async def repeat(text: str, times: int = 1) -> str:
    return text * times

@server.tool(structured_output=False)
async def notice() -> str:
    tell("told")
    return "done"

sys.exit(stdio.serve_over_stdio(server))
"""


def written(*messages: dict[str, Any]) -> bytes:
    return b"".join(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n" for message in messages)


@contextmanager
def begun(seconds_to_end: float, *messages: dict[str, Any], before: str = "") -> Generator[Popen[bytes]]:
    """A server that was sent these messages; killed in the end if it has not ended."""
    program = before + BUSY.format(seconds_to_end=seconds_to_end)
    arguments = [sys.executable, "-c", program]
    with Popen(arguments, bufsize=0, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:  # noqa: S603 - our own
        try:
            assert process.stdin is not None
            process.stdin.write(written(*HANDSHAKE, *messages))
            process.stdin.flush()
            yield process
        finally:
            process.kill()


def said(process: Popen[bytes]) -> bytes:
    """The next line on standard error; nothing when none comes."""
    assert process.stderr is not None
    return process.stderr.readline() if select([process.stderr], [], [], SECONDS)[0] else b""


def test_other_calls_go_on_while_the_client_reads_no_answers() -> None:
    with begun(3600, call(1, "repeat", text="x", times=1_000_000)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()  # the handshake's answer
        os.read(process.stdout.fileno(), 1)  # the large one has begun, and fills the pipe from now on
        process.stdin.write(written(call(2, "notice")))
        process.stdin.flush()

        assert said(process) == b"told\n"


def test_a_client_that_never_reads_standard_error_gets_its_answers() -> None:
    command = [sys.executable, "-m", "recordings_mcp.server", "--sandbox", "--output", "structured"]
    with Popen(command, bufsize=0, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:  # noqa: S603 - our own
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            fcntl(process.stderr, F_SETPIPE_SZ, 4096)
            process.stdin.write(written(*HANDSHAKE, call(1, "search_recordings", limit=1)))
            _, found = process.stdout.readline(), json.loads(process.stdout.readline())
            [one] = found["result"]["structuredContent"]["recordings"]
            changes = [
                call(number, "update_recordings", recording=one["id"], viewed=True) for number in range(2, 42)
            ]
            process.stdin.write(written(*changes))
            answers = [json.loads(process.stdout.readline()) for _ in changes]
            process.stdin.close()
            logged = process.stderr.read()
        finally:
            process.kill()

    assert {answer["id"]: answer["result"]["isError"] for answer in answers} == dict.fromkeys(
        range(2, 42), False
    )
    assert logged.startswith(b"recordings-mcp ")


def test_answers_may_go_into_a_file(tmp_path: Path) -> None:
    with (tmp_path / "answers").open("wb") as answers:
        program = BUSY.format(seconds_to_end=3600)
        subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", program], input=written(HANDSHAKE[0]), stdout=answers, check=True
        )

    assert [json.loads(line)["id"] for line in (tmp_path / "answers").read_bytes().splitlines()] == [0]


@pytest.mark.parametrize("tool", ["busy", "hold_up"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_call_that_cannot_be_cancelled_delays_the_exit_only_briefly(
    number: int, code: int, tool: str
) -> None:
    with begun(0.1, call(1, tool)) as process:
        assert said(process) == b"begun\n"
        process.send_signal(number)

        assert process.wait(timeout=SECONDS) == code


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (signal.SIGTERM, signal.SIGTERM, 0),
        (signal.SIGTERM, signal.SIGINT, 130),
        (signal.SIGINT, signal.SIGTERM, 130),
    ],
)
def test_a_second_signal_ends_the_server_without_waiting_for_calls(
    first: int, second: int, code: int
) -> None:
    with begun(3600, call(1, "busy"), call(2, "wait")) as process:
        assert {said(process), said(process)} == {b"begun\n", b"waiting\n"}
        process.send_signal(first)
        assert said(process) == b"cancelled\n"
        process.send_signal(second)

        assert process.wait(timeout=SECONDS) == code


def test_ctrl_c_decides_the_exit_code_even_when_the_input_ends_first() -> None:
    unnoticed = "from threading import Event\nfrom recordings_mcp.server.process import stdio\n"
    unnoticed += "stdio._Pipes._wait_for_signals = lambda pipes: Event().wait()\n"
    with begun(3600, before=unnoticed) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdin.close()

        assert process.wait(timeout=SECONDS) == 130


def test_an_idle_server_ends_without_waiting_for_calls() -> None:
    with begun(3600) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=SECONDS) == 0


def test_a_line_that_is_not_text_does_not_affect_other_messages() -> None:
    with begun(3600) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write(b'{"\xff\xfe"}\n' + written(call(1, "repeat", text="x")))
        process.stdin.flush()
        answers: dict[Any, Any] = {}
        while 1 not in answers and select([process.stdout], [], [], SECONDS)[0]:
            answer = json.loads(process.stdout.readline() or b'{"id": 1, "result": null}')
            answers[answer.get("id")] = answer.get("result")

        assert answers[1]["content"][0]["text"] == "x"


def test_messages_after_one_that_came_in_pieces_are_messages_of_their_own() -> None:
    long = "x" * 1_000_000
    with begun(
        3600, *(call(number, "repeat", text=long, times=0) for number in (1, 2)), call(3, "notice")
    ) as process:
        assert said(process) == b"told\n"
