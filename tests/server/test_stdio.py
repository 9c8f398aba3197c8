"""Messages over the pipes of a process, in any chunks, and nothing else on them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from subprocess import PIPE
from threading import Thread, Timer
from typing import IO, Any, cast

import anyio
import pytest

from recordings_mcp.server.process.stdio import _Output

CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
HANDSHAKE: list[dict[str, Any]] = [
    {"id": 0, "method": "initialize", "params": CLIENT},
    {"method": "notifications/initialized"},
]
SERVER = """
import os, subprocess, sys
from mcp.server.mcpserver import MCPServer
from recordings_mcp.server.process.stdio import serve_over_stdio

server = MCPServer("test", log_level="CRITICAL")

@server.tool(structured_output=False)
async def repeat(text: str, times: int = 1) -> str:
    return text * times

@server.tool(structured_output=False)
async def stray() -> str:
    print("from Python", flush=True)
    os.write(1, b"from the descriptor\\n")
    subprocess.run(["cat"], check=True)  # would wait for the client's next message, if it had the pipe
    subprocess.run(["echo", "from a child"], check=True)
    return "done"

code = serve_over_stdio(server)
print("back")
sys.exit(code)
"""


def call(number: int, tool: str, **arguments: object) -> dict[str, Any]:
    return {"id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def converse(*messages: dict[str, Any], end: bytes = b"\n") -> tuple[dict[int, Any], str, int]:
    """Write all messages at once, and begin to read when they are written or the pipe takes no more.

    Gives the answers' texts by request, what was written to stderr, and the code of the process.
    """
    lines = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in (*HANDSHAKE, *messages)]
    with subprocess.Popen([sys.executable, "-c", SERVER], stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:  # noqa: S603 - our own
        to, out, err = (cast("IO[bytes]", pipe) for pipe in (process.stdin, process.stdout, process.stderr))
        writing = Thread(target=lambda: (to.write(end.join([*lines, b""])), to.flush()))
        overdue = Timer(60, process.kill)
        overdue.start()
        writing.start()
        writing.join(timeout=1)
        answers = [json.loads(out.readline()) for _ in range(len(messages) + 1)]
        to.close()
        rest, said = out.read(), err.read().decode()
        overdue.cancel()
    assert rest == b"back\n"
    texts = {answer["id"]: answer["result"]["content"][0]["text"] for answer in answers if answer["id"]}
    return texts, said, process.returncode


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_messages_that_come_in_one_piece_are_answered_each(end: bytes) -> None:
    asked = [call(number, "repeat", text=f"{number} ") for number in range(1, 4)]

    assert converse(*asked, end=end) == ({1: "1 ", 2: "2 ", 3: "3 "}, "", 0)


def test_a_message_that_comes_in_many_pieces_is_one_message() -> None:
    text = "ä€𝄞" * 100_000

    assert converse(call(1, "repeat", text=text)) == ({1: text}, "", 0)


def test_a_client_that_reads_late_gets_every_answer() -> None:
    asked = [call(number, "repeat", text=f"{number},", times=50_000) for number in range(1, 41)]

    texts, said, code = converse(*asked)

    assert texts == {number: f"{number}," * 50_000 for number in range(1, 41)}
    assert (said, code) == ("", 0)


def test_printed_text_does_not_reach_the_client() -> None:
    texts, said, code = converse(call(1, "stray"))

    assert (texts, code) == ({1: "done"}, 0)
    assert said == "from Python\nfrom the descriptor\nfrom a child\n"


def test_a_last_message_without_a_line_break_is_a_message() -> None:
    asked = json.dumps({"jsonrpc": "2.0", **HANDSHAKE[0]}).encode()

    ended = subprocess.run([sys.executable, "-c", SERVER], input=asked, capture_output=True, check=True)  # noqa: S603 - our own

    answer, back = ended.stdout.splitlines()
    assert (json.loads(answer)["id"], back) == (0, b"back")


@pytest.mark.anyio
@pytest.mark.parametrize("open_pair", [os.pipe, os.openpty])
async def test_a_slow_reader_delays_only_its_own_answers(
    open_pair: Callable[[], tuple[int, int]],
) -> None:
    reader, writer = open_pair()
    output = _Output(writer)
    with anyio.move_on_after(0.2) as writing:
        await output.write("x" * 200_000)

    assert writing.cancelled_caught
    os.close(reader)
    os.close(writer)
