"""Faults of a server, or of a proxy in front of it: each as a behaviour of the faulty server."""

import asyncio
import gzip
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from dataclasses import dataclass

from tests.client.faulty import Behaviour, head
from tests.client.scripted import ID, bomb

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30
GOOD = b'{"id": "%b"}' % ID.encode()
BOMB = bomb(256 * MEBIBYTE)
TWICE_PACKED = gzip.compress(bomb(64 * MEBIBYTE))
LISTED = b'{"sources": [%b]}' % b", ".join(
    b'{"source": "blob_v2", "blob_key": "%d"}' % number for number in range(4)
)


@dataclass(frozen=True)
class Fault:
    """A behaviour and what becomes of a call that meets it.

    Attributes:
        answer: What the user gets, shortened.
        attempts: Requests that were sent.
        downloads: Whether it is met while a recording is downloaded, after its parts were listed.
        seconds: The deadline of the call.
        most: MiB of memory that may be used at the peak.
    """

    behaviour: Callable[[str], Behaviour]
    answer: str
    attempts: int = 1
    downloads: bool = False
    seconds: float = 20.0
    most: float = 4.0


def sends(body: bytes, *headers: str, status: str = "200 OK") -> Callable[[str], Behaviour]:
    """Answer well-formed HTTP with that body; `{elsewhere}` in a header stands for another server."""

    def behaviour(elsewhere: str) -> Behaviour:
        async def answer(_reader: StreamReader, writer: StreamWriter) -> None:
            content = body.replace(b"{elsewhere}", elsewhere.encode())
            lines = [header.format(elsewhere=elsewhere) for header in headers]
            writer.write(head(f"Content-Length: {len(content)}", *lines, status=status) + content)
            await writer.drain()

        return answer

    return behaviour


def does(behaviour: Behaviour) -> Callable[[str], Behaviour]:
    """Behave the same whatever other servers there are."""
    return lambda _elsewhere: behaviour


def throttles(retry_after: str | None) -> Callable[[str], Behaviour]:
    """Answer that it is one request too many."""
    headers = [] if retry_after is None else [f"Retry-After: {retry_after}"]
    return sends(b'{"detail": "Request was throttled."}', *headers, status="429 Too Many Requests")


def after_the_listing(behaviour: Behaviour) -> Behaviour:
    """List four blocks at first, then behave like that."""
    listed = False

    async def listing_first(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal listed
        if listed:
            await behaviour(reader, writer)
        listed = True
        writer.write(head(f"Content-Length: {len(LISTED)}") + LISTED)

    return listing_first


async def reset(_reader: StreamReader, writer: StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def stall(reader: StreamReader, _writer: StreamWriter) -> None:
    await reader.read()


async def trickle(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 100000"))
    await _forever(writer, b" ", 0.01)


async def trickle_headers(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await _forever(writer, b"X-A: b\r\n", 0.01)


async def flood_headers(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await _forever(writer, b"X-A: " + b"b" * 60_000 + b"\r\n")


async def flood_informational(_reader: StreamReader, writer: StreamWriter) -> None:
    await _forever(writer, b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001)


async def promise_too_much(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 10000") + GOOD)


async def promise_too_little(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 5") + GOOD)


async def cut_off_gzip(_reader: StreamReader, writer: StreamWriter) -> None:
    packed = gzip.compress(GOOD)[:-10]
    writer.write(head("Content-Encoding: gzip", f"Content-Length: {len(packed)}") + packed)


async def send_ten_gigabytes(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Transfer-Encoding: chunked"))
    line = b"[" + b" " * 8190 + b"\n"
    chunk = b"%x\r\n%b\r\n" % (MEBIBYTE, line * (MEBIBYTE // len(line)))
    for _ in range(10 * GIBIBYTE // MEBIBYTE):
        writer.write(chunk)
        await writer.drain()


async def send_no_line_end(_reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Transfer-Encoding: chunked"))
    await _forever(writer, b"%x\r\n%b\r\n" % (MEBIBYTE, b" " * MEBIBYTE))


async def _forever(writer: StreamWriter, what: bytes, pause: float = 0) -> None:
    while True:
        writer.write(what)
        await writer.drain()
        await asyncio.sleep(pause)


LATER = "PostHog's rate limit is reached for this API key. Try again"
NOT_JSON = "The server's answer is not valid JSON."
BROKE_OFF = "The connection to PostHog broke before the answer was complete. Try again."
_TIME = 1.5
TIME_UP = "This call timed out after 1.5 seconds:"

FAULTS: dict[str, Fault] = {
    "reset": Fault(does(reset), BROKE_OFF, 3),
    "reset in a download": Fault(does(reset), BROKE_OFF, 7, downloads=True),
    "stall": Fault(does(stall), f"{TIME_UP} PostHog had not answered.", seconds=_TIME),
    "trickling headers": Fault(does(trickle_headers), f"{TIME_UP} PostHog had not answered.", seconds=_TIME),
    "trickling body": Fault(does(trickle), TIME_UP, seconds=_TIME),
    "trickling download": Fault(
        does(trickle),
        f"{TIME_UP} 0 of 4 blocks of the recording had arrived.",
        2,
        downloads=True,
        seconds=_TIME,
    ),
    "endless headers": Fault(does(flood_headers), BROKE_OFF, 3),
    "endless 103 answers": Fault(does(flood_informational), f"{TIME_UP} PostHog had not", seconds=_TIME),
    "length too large": Fault(does(promise_too_much), BROKE_OFF, 3),
    "length too small": Fault(does(promise_too_little), NOT_JSON),
    "truncated gzip": Fault(does(cut_off_gzip), "PostHog's answer broke off before its end.", 3),
    "gzip bomb": Fault(
        sends(BOMB, "Content-Encoding: gzip"),
        "The server's answer expands suspiciously (possible decompression bomb).",
    ),
    "gzip bomb in a download": Fault(
        sends(BOMB, "Content-Encoding: gzip"),
        "The server's answer expands suspiciously (possible decompression bomb).",
        2,
        downloads=True,
    ),
    "gzip in gzip": Fault(sends(TWICE_PACKED, "Content-Encoding: gzip"), NOT_JSON),
    "gzip, gzip": Fault(
        sends(TWICE_PACKED, "Content-Encoding: gzip, gzip"),
        "The server's answer uses an encoding that was not requested.",
    ),
    "zstd": Fault(
        sends(b"(\xb5/\xfd", "Content-Encoding: zstd"),
        "The server's answer uses an encoding that was not requested.",
    ),
    "gzip bomb as an error": Fault(
        sends(BOMB, "Content-Encoding: gzip", status="404 Not Found"),
        "This project has no recording with that id.",
    ),
    "10 GB in chunks": Fault(
        does(send_ten_gigabytes), "The server's answer is larger than this client accepts.", most=70
    ),
    "10 GB in chunks in a download": Fault(
        does(send_ten_gigabytes),
        "The server's answer is larger than this client accepts.",
        2,
        downloads=True,
        most=12,
    ),
    "a line without end in a download": Fault(
        does(send_no_line_end), "The server's answer has a line that is larger", 2, downloads=True, most=70
    ),
    "deep JSON": Fault(sends(b"[" * 1_000_000), NOT_JSON, most=16),
    "deep JSON, closed": Fault(sends(b"[" * 100_000 + b"]" * 100_000), NOT_JSON),
    "NaN": Fault(sends(b'{"id": NaN}'), NOT_JSON),
    "invalid UTF-8": Fault(sends(b'{"id": "\xff\xfe"}'), NOT_JSON),
    "16 MB of empty lists": Fault(
        sends(b"[" + b"[]," * 5_000_000 + b"[]]"), "The server's answer has too many values.", most=40
    ),
    "redirect elsewhere": Fault(
        sends(b"", "Location: {elsewhere}/api/", status="302 Found"),
        "The server's answer is a redirect (status 302), which is never followed.",
    ),
    "redirect in a download": Fault(
        sends(b"", "Location: {elsewhere}/api/", status="307 Temporary Redirect"),
        "The server's answer is a redirect (status 307), which is never followed.",
        2,
        downloads=True,
    ),
    "login page": Fault(sends(b"<html>"), "The server's answer is a web page, not JSON."),
    "429, Retry-After: none": Fault(throttles(None), f"{LATER} in a minute.", 3),
    "429, Retry-After: 0": Fault(throttles("0"), f"{LATER} in 1 second.", 3),
    "429, Retry-After: -1": Fault(throttles("-1"), f"{LATER} in a minute.", 3),
    "429, Retry-After: NaN": Fault(throttles("NaN"), f"{LATER} in a minute.", 3),
    "429, Retry-After: a date": Fault(throttles("Fri, 31 Dec 2100 23:59:59 GMT"), f"{LATER} tomorrow."),
    "429, Retry-After: 1e9": Fault(throttles("1e9"), f"{LATER} tomorrow."),
    "503": Fault(
        sends(b"", status="503 Service Unavailable"), "PostHog has no capacity for this request now", 3
    ),
    "503 in a download": Fault(
        sends(b"", status="503 Service Unavailable"),
        "PostHog has no capacity for this request now",
        6,
        downloads=True,
    ),
}
