"""Recordings that are well-formed and made to cost memory, for `benchmarks.faults`."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator

from tests.client.faulty import Behaviour, head

START = 1_770_000_000_000
_MEBIBYTE = 1 << 20
_LINES = 1_000_000
_LARGEST = 512 * _MEBIBYTE


def _event(number: int, kind: int, data: object) -> bytes:
    return json.dumps(["w", {"type": kind, "data": data, "timestamp": START + number}]).encode() + b"\n"


def _element(number: int, tag: str, *children: object, **attributes: str) -> dict[str, object]:
    return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def _snapshot(*body: object) -> bytes:
    document = {"type": 0, "id": 1, "childNodes": [_element(2, "html", _element(3, "body", *body))]}
    return _event(0, 2, {"node": document, "initialOffset": {"left": 0, "top": 0}})


def custom_events() -> Iterator[bytes]:
    """Yield a million events, each of which is an observation."""
    yield _snapshot()
    for number in range(1, _LINES):
        yield _event(number, 5, {"tag": f"tag {number}", "payload": {"n": number}})


def console_lines() -> Iterator[bytes]:
    """Yield as many console errors of 500 characters as a download may have."""
    yield _snapshot()
    for number in range(1, _LARGEST // 700):
        payload = {"level": "error", "trace": [], "payload": [json.dumps(f"{number} " + "e" * 500)]}
        yield _event(number, 6, {"plugin": "rrweb/console@1", "payload": payload})


def endless_tree() -> Iterator[bytes]:
    """Yield a page to which nodes are added until the download reaches its limit."""
    yield _snapshot()
    node = 10
    for number in range(1, _LINES):
        adds = [
            {"parentId": 3, "nextId": None, "node": _element(node + index, "p", id=f"p{node + index}")}
            for index in range(20)
        ]
        node += 20
        yield _event(number, 3, {"source": 0, "adds": adds, "removes": [], "texts": [], "attributes": []})


def large_snapshots() -> Iterator[bytes]:
    """Yield full snapshots of 8 MiB."""
    rows = [
        _element(10 + index, "p", {"type": 3, "id": 100_000 + index, "textContent": "x" * 60})
        for index in range(50_000)
    ]
    snapshot = _snapshot(*rows)
    for _ in range(_LARGEST // len(snapshot)):
        yield snapshot


def _serving(make: Callable[[], Iterator[bytes]]) -> Behaviour:
    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        del reader
        writer.write(head("Transfer-Encoding: chunked"))
        batch: list[bytes] = []
        size = 0
        for line in make():
            batch.append(line)
            size += len(line)
            if size > _MEBIBYTE:
                await _send(writer, batch)
                batch, size = [], 0
        await _send(writer, batch)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return answer


async def _send(writer: StreamWriter, lines: list[bytes]) -> None:
    chunk = b"".join(lines)
    writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
    await writer.drain()
    await asyncio.sleep(0)


HOSTILE: dict[str, Behaviour] = {
    "a million custom events": _serving(custom_events),
    "512 MiB of console errors": _serving(console_lines),
    "20 million nodes added": _serving(endless_tree),
    "512 MiB of full snapshots": _serving(large_snapshots),
}
"""What a server may send as a recording's data."""
