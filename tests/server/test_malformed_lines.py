"""Lines over stdio that are no message: each request in them is answered, and the server goes on."""

import json
import sys
from collections.abc import AsyncGenerator, Generator
from subprocess import DEVNULL, PIPE, Popen
from typing import Any, cast

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.server.mcpserver import MCPServer

from recordings_mcp.server.process.conversation import _MOST_WAITING, converse
from recordings_mcp.server.process.messages import Malformed, read_message
from tests.patience import SOON
from tests.server.test_stdio import HANDSHAKE, SERVER, call

NOT_JSON = (-32700, "This line is not valid JSON; send one message a line, in UTF-8.")
TOO_DEEP = (-32600, "This message is nested more than 200 levels deep; send a flatter one.")
NO_BATCHES = (-32600, "Batches are not supported; send one message a line.")
NO_REQUEST = (
    -32600,
    (
        "This is not a JSON-RPC 2.0 message. A request has jsonrpc (the text 2.0), an id (a text or an "
        "integer), method (a text) and, if it needs them, params (an object)."
    ),
)
LINES: dict[str, tuple[bytes, list[tuple[Any, tuple[int, str]]]]] = {
    "words": (b"hello", [(None, NOT_JSON)]),
    "half a message": (b'{"jsonrpc":"2.0","id":3,"method":', [(None, NOT_JSON)]),
    "other bytes than UTF-8": (b"\xff\xfe{}", [(None, NOT_JSON)]),
    "NaN as id": (b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}', [(None, NOT_JSON)]),
    "an id of 5,000 digits": (
        b'{"jsonrpc":"2.0","id":%s,"method":"ping"}' % (b"9" * 5000),
        [(None, NOT_JSON)],
    ),
    "a number": (b"3", [(None, NO_REQUEST)]),
    "null as id": (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', [(None, NO_REQUEST)]),
    "an object as id": (b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', [(None, NO_REQUEST)]),
    "true as id": (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', [(None, NO_REQUEST)]),
    "a fraction as id": (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', [(1.5, NO_REQUEST)]),
    "infinity as id": (b'{"jsonrpc":"2.0","id":1e999,"method":"ping"}', [(None, NO_REQUEST)]),
    "minus infinity as id": (b'{"jsonrpc":"2.0","id":-1e999,"method":"ping"}', [(None, NO_REQUEST)]),
    "no version": (b'{"id":34,"method":"ping"}', [(34, NO_REQUEST)]),
    "a method that is no text": (b'{"jsonrpc":"2.0","id":"x","method":3}', [("x", NO_REQUEST)]),
    "a list as params": (b'{"jsonrpc":"2.0","id":36,"method":"ping","params":[1]}', [(36, NO_REQUEST)]),
    "300 levels": (
        b'{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":%s1%s}}' % (b"[" * 300, b"]" * 300),
        [(5, TOO_DEEP)],
    ),
    "100,000 levels": (b"[" * 100_000, [(None, TOO_DEEP)]),
    "a batch": (
        b'[{"jsonrpc":"2.0","id":6,"method":"ping"},{"jsonrpc":"2.0","method":"a"},{"id":7,"method":"ping"}]',
        [(6, NO_BATCHES), (7, NO_BATCHES)],
    ),
    "an empty batch": (b"[]", [(None, NO_BATCHES)]),
    "nothing": (b" ", []),
    "an answer that is none": (b'{"jsonrpc":"2.0","id":1.5,"result":{}}', []),
    "a notification that is none": (b'{"jsonrpc":"1.0","method":"notifications/initialized"}', []),
}


@pytest.fixture(scope="module")
def server() -> Generator[Popen[bytes]]:
    command = [sys.executable, "-c", SERVER]
    with Popen(command, bufsize=0, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as process:  # noqa: S603 - our own
        try:
            answers_to(
                process, *(json.dumps({"jsonrpc": "2.0", **message}).encode() for message in HANDSHAKE)
            )
            yield process
        finally:
            process.kill()


def answers_to(process: Popen[bytes], *lines: bytes) -> list[dict[str, Any]]:
    """All answers up to that of a last line, which asks whether the server lives."""
    assert process.stdin is not None
    assert process.stdout is not None
    last = b'{"jsonrpc":"2.0","id":"alive","method":"ping"}'
    process.stdin.write(b"\n".join((*lines, last, b"")))
    answers = iter(process.stdout.readline, b"")
    return [*iter(lambda: json.loads(next(answers)), {"jsonrpc": "2.0", "id": "alive", "result": {}})]


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_is_no_message_is_answered_with_an_error(server: Popen[bytes], name: str) -> None:
    line, errors = LINES[name]

    assert answers_to(server, line) == [
        {"jsonrpc": "2.0", "id": sender, "error": {"code": code, "message": message}}
        for sender, (code, message) in errors
    ]


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "\\ude00\\ud83d"])
def test_half_of_an_emoji_is_replaced(server: Popen[bytes], half: str) -> None:
    arguments = f'{{"text":"cart {half}, \\ud83d\\ude00"}}'
    line = f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"repeat","arguments":{arguments}}}}}'

    [answer] = answers_to(server, line.encode())

    replaced = "\ufffd" * (len(half) // 6)
    assert answer["result"]["content"] == [{"type": "text", "text": f"cart {replaced}, 😀"}]


def test_an_unknown_version_of_the_protocol_is_repeated_in_part_only() -> None:
    client = {"clientInfo": {"name": "x", "version": "1"}, "clientCapabilities": {}}
    named = {
        f"io.modelcontextprotocol/{name}": value
        for name, value in ({"protocolVersion": "v" * 3_000_000} | client).items()
    }
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": named}}
    command = [sys.executable, "-c", SERVER]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as process:  # noqa: S603 - our own
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        process.stdin.close()

    assert answer["error"]["data"] == {"supported": ["2026-07-28"], "requested": "v" * 2000}


def test_a_first_line_may_begin_with_a_byte_order_mark(server: Popen[bytes]) -> None:
    assert answers_to(server, b'\xef\xbb\xbf{"jsonrpc":"2.0","id":8,"method":"ping"}') == [
        {"jsonrpc": "2.0", "id": 8, "result": {}}
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["id", "method"]), inner),
    max_leaves=8,
)
MEMBERS = {"jsonrpc": st.just("2.0") | JSON, "id": JSON, "method": JSON, "params": JSON, "result": JSON}


@given(JSON | st.fixed_dictionaries({}, optional=MEMBERS) | st.text())
def test_every_line_is_a_message_or_is_answered_with_errors(value: object) -> None:
    line = value if isinstance(value, str) else json.dumps(value)
    try:
        assert read_message(line).jsonrpc == "2.0"
    except Malformed as malformed:
        errors = [json.loads(answer) for answer in malformed.answers]
        assert all(error.keys() == {"jsonrpc", "id", "error"} for error in errors)
        given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        if "method" in given and isinstance(given.get("id"), str):
            assert [error["id"] for error in errors] == [given["id"]]


class Unread:
    """The output to a client that begins to read late."""

    def __init__(self) -> None:
        self.reads = anyio.Event()
        self.written: list[Any] = []

    async def write(self, text: str) -> None:
        await self.reads.wait()
        self.written.append(json.loads(text)["id"])

    async def flush(self) -> None:
        pass


@pytest.mark.anyio
@pytest.mark.parametrize("line", ['{"jsonrpc":"2.0","id":%d,"method":"ping"}', '{"id":%d,"method":"ping"}'])
async def test_no_more_requests_are_read_while_many_answers_wait_for_the_client(line: str) -> None:
    read, waiting, output = 0, 0, Unread()

    async def lines() -> AsyncGenerator[str]:
        nonlocal read
        for message in HANDSHAKE:
            yield json.dumps({"jsonrpc": "2.0", **message})
        for number in range(1, 2001):
            read = number
            yield line % number

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(converse, MCPServer[Any]("test"), lines(), output)
        await anyio.wait_all_tasks_blocked()
        waiting = read
        output.reads.set()

    assert waiting < 1000
    assert sorted(output.written) == [*range(2001)]


@pytest.mark.anyio
async def test_a_call_can_be_cancelled_while_many_answers_wait_for_the_client() -> None:
    server, cancelled, output = MCPServer[Any]("test"), anyio.Event(), Unread()

    @server.tool()
    async def wait() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            cancelled.set()

    @server.tool()
    async def repeat(text: str, times: int) -> str:
        return text * times

    async def lines() -> AsyncGenerator[str]:
        cancel = {"method": "notifications/cancelled", "params": {"requestId": 1}}
        large = call(2, "repeat", text="x", times=_MOST_WAITING)
        for message in (*HANDSHAKE, call(1, "wait"), large, HANDSHAKE[1], cancel):
            await anyio.wait_all_tasks_blocked()
            yield json.dumps({"jsonrpc": "2.0", **message})
        await cancelled.wait()
        output.reads.set()

    with anyio.fail_after(SOON):
        await converse(server, lines(), output)

    assert sorted(output.written) == [0, 2]


def test_a_system_whose_pipes_cannot_be_polled_is_served_by_threads() -> None:
    """Windows: there standard input is read by a thread."""
    without_poll = "from recordings_mcp.server.process import stdio\nstdio._GONE = 0\n"
    with Popen([sys.executable, "-c", without_poll + SERVER], bufsize=0, stdin=PIPE, stdout=PIPE) as process:  # noqa: S603 - our own
        assert process.stdin is not None
        assert process.stdout is not None
        opened = answers_to(
            process, *(json.dumps({"jsonrpc": "2.0", **message}).encode() for message in HANDSHAKE)
        )
        stray = call(1, "stray")
        answers = answers_to(process, b"hello", json.dumps({"jsonrpc": "2.0", **stray}).encode())
        process.stdin.close()
        rest = process.stdout.read()

    assert [answer["id"] for answer in opened] == [0]
    assert {answer["id"] for answer in answers} <= {None, 1}
    assert answers[0]["error"] == {"code": -32700, "message": NOT_JSON[1]}
    assert (rest.splitlines()[-1], process.returncode) == (b"back", 0)
