"""uvicorn, set up so that a stop finishes the calls under way and ends the streams that only listen."""

import signal
import socket
from types import FrameType

import anyio
import uvicorn
from sse_starlette.sse import AppStatus
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recordings_mcp.server.process.ending import INTERRUPTED, exit_after

_SECONDS_TO_FINISH = 25
"""Calls get this long after a stop; container platforms kill after 30."""

_SECONDS_TO_END = 3
"""Then calls are cancelled; the process gets this long to end, whatever its threads do."""

_SECONDS_UNUSED = 75
"""An open connection is closed when unused for this long: later than proxies (60) and clients do, so that no
request meets a connection that is just being closed."""


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on an address, without delaying small packets.

    Raises:
        OSError: It cannot be listened on.
        OverflowError: There is no such port.
    """
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # Head and body of an answer are sent apart. The body would wait until the head is acknowledged, which
    # clients put off for 40 ms. asyncio sets this for its own listeners only; connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class EndsListening:
    """An application whose listening streams can be ended, while the calls under way run on.

    Clients keep such streams open as long as they run, so a stop would wait forever.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._stopping = anyio.Event()

    def end_listening(self) -> None:
        """End the streams that are open, and those that are opened from now on."""
        self._stopping.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if _only_listens(scope):
            await self._until_stopping(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _until_stopping(self, scope: Scope, receive: Receive, send: Send) -> None:
        last: Message = {}

        async def watched(message: Message) -> None:
            nonlocal last
            last = message
            await send(message)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._cancel_when_stopping, tasks.cancel_scope)
            await self._application(scope, receive, watched)
            tasks.cancel_scope.cancel()
        if not last:
            await Response(status_code=503)(scope, receive, send)
        elif last["type"] == "http.response.start" or last.get("more_body"):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _cancel_when_stopping(self, scope: anyio.CancelScope) -> None:
        await self._stopping.wait()
        scope.cancel()


def _only_listens(scope: Scope) -> bool:
    """A GET listens before 2026-07-28, since then a method of its own, which the header must name."""
    if scope["type"] != "http":
        return False
    return scope["method"] == "GET" or Headers(scope=scope).get("mcp-method") == "subscriptions/listen"


def web_server(application: EndsListening) -> uvicorn.Server:
    """Return a server for the application; it runs until its `should_exit` is set or a signal comes."""
    # The library of the SDK's event streams would cut every stream at a stop, those of calls too.
    AppStatus.enable_automatic_graceful_drain = False
    return _WebServer(application)


class _WebServer(uvicorn.Server):
    def __init__(self, application: EndsListening) -> None:
        # The address a proxy claims for its client is not believed: nothing here depends on it.
        super().__init__(
            uvicorn.Config(
                application,
                lifespan="on",
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_SECONDS_UNUSED,
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )
        )
        self._application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; the process ends in time also if a call does not."""
        code = INTERRUPTED if sig == signal.SIGINT else 0
        exit_after(_SECONDS_TO_FINISH + _SECONDS_TO_END, lambda: code)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._application.end_listening()
        await super().shutdown(sockets)
