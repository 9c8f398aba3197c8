"""Streams that clients keep open only to listen. They would hold up a stop for ever; calls are let finish."""

import anyio
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EndsListening:
    """An application whose listening streams can be ended, while the calls under way run on."""

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
