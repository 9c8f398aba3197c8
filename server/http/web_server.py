"""uvicorn, set up so that a stop finishes the calls under way and ends what only listens."""

import socket

import uvicorn
from sse_starlette.sse import AppStatus

from recordings_mcp.server.http.listening import EndsListening

_SECONDS_TO_FINISH = 25
"""Calls get this long after a stop; container platforms kill after 30."""

_SECONDS_UNUSED = 75
"""An open connection is closed when unused for this long: later than proxies (60) and clients do, so that no
request meets a connection that is just being closed."""


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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._application.end_listening()
        await super().shutdown(sockets)


def web_server(application: EndsListening) -> uvicorn.Server:
    """A server for the application; it runs until its `should_exit` is set or a signal comes."""
    # The library of the SDK's event streams would cut every stream at a stop, those of calls too.
    AppStatus.enable_automatic_graceful_drain = False
    return _WebServer(application)


def run_web_server(application: EndsListening, listener: socket.socket) -> None:
    """Serve until a signal comes."""
    web_server(application).run([listener])
