"""Stands before a server as an operator's proxy does: ends TLS, or adds a bearer that a caller cannot send."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ssl import SSLContext

import anyio
from anyio.abc import ByteStream, Listener, SocketAttribute
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.streams.tls import TLSListener

_HEAD_ENDS = b"\r\n\r\n"
_LARGEST_HEAD = 64 * 1024


class ReverseProxy:
    """Carries connections from a port of this machine to another.

    Each connection carries one request, so that only its head need be understood; all other headers, the name
    the caller used for the server among them, arrive as they were sent.

    Attributes:
        port: Where to call.
    """

    def __init__(self, listener: Listener[ByteStream], port: int) -> None:
        self._listener = listener
        self.port = port

    @asynccontextmanager
    async def carrying_to(self, port: int, bearer: str | None = None) -> AsyncGenerator[None]:
        """Carry everything that comes, with this bearer, until the end of the block."""

        async def carry(caller: ByteStream) -> None:
            received = BufferedByteReceiveStream(caller)
            async with caller:
                try:
                    head = await received.receive_until(_HEAD_ENDS, _LARGEST_HEAD)
                except (anyio.IncompleteRead, anyio.BrokenResourceError):
                    return
                async with await anyio.connect_tcp("127.0.0.1", port) as server:
                    await server.send(_one_request(head, bearer) + _HEAD_ENDS)
                    async with anyio.create_task_group() as tasks:
                        tasks.start_soon(_pump, received, server, tasks.cancel_scope)
                        tasks.start_soon(_pump, server, caller, tasks.cancel_scope)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listener.serve, carry)
            yield
            tasks.cancel_scope.cancel()


@asynccontextmanager
async def reverse_proxy(tls: SSLContext | None = None) -> AsyncGenerator[ReverseProxy]:
    """Listen on a port that the system chooses."""
    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port: int = plain.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    async with plain if tls is None else TLSListener(plain, tls, standard_compatible=False) as listener:
        yield ReverseProxy(listener, port)


def _one_request(head: bytes, bearer: str | None) -> bytes:
    request, *headers = head.split(b"\r\n")
    added = [b"Connection: close"]
    if bearer is not None:
        added.append(f"Authorization: Bearer {bearer}".encode())
    kept = [line for line in headers if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([request, *added, *kept])


async def _pump(
    source: ByteStream | BufferedByteReceiveStream, target: ByteStream, ended: anyio.CancelScope
) -> None:
    """Carry bytes one way; when either side goes away the other is told by closing."""
    try:
        while True:
            await target.send(await source.receive())
    except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        ended.cancel()
