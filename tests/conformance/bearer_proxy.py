"""Adds the bearer to every request: the conformance suite cannot be told to send one."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

_HEAD_ENDS = b"\r\n\r\n"
_LARGEST_HEAD = 64 * 1024


@asynccontextmanager
async def adding_bearer(port: int, bearer: str) -> AsyncGenerator[int]:
    """Carry connections to a port of this machine. Gives the port to call instead.

    Each connection carries one request, so that only its head need be understood; all other headers, the
    name the caller used for the server among them, arrive as they were sent.
    """

    async def carry(caller: SocketStream) -> None:
        received = BufferedByteReceiveStream(caller)
        async with caller:
            try:
                head = await received.receive_until(_HEAD_ENDS, _LARGEST_HEAD)
            except (anyio.IncompleteRead, anyio.BrokenResourceError):
                return
            async with await anyio.connect_tcp("127.0.0.1", port) as server:
                await server.send(_with_bearer(head, bearer) + _HEAD_ENDS)
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_pump, received, server, tasks.cancel_scope)
                    tasks.start_soon(_pump, server, caller, tasks.cancel_scope)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, carry)
        yield listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
        tasks.cancel_scope.cancel()


def _with_bearer(head: bytes, bearer: str) -> bytes:
    request, *headers = head.split(b"\r\n")
    kept = [line for line in headers if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([request, f"Authorization: Bearer {bearer}".encode(), b"Connection: close", *kept])


async def _pump(
    source: SocketStream | BufferedByteReceiveStream, target: SocketStream, ended: anyio.CancelScope
) -> None:
    """Carry bytes one way; when either side goes away the other is told by closing."""
    try:
        while True:
            await target.send(await source.receive())
    except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        ended.cancel()
