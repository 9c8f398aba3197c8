"""Serve MCP over Streamable HTTP: `serve --http`."""

import os
import signal
import socket
import sys
from types import FrameType

from recordings_mcp.server.commands.start_line import start_line
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.http.application import MCP_PATH, create_http_application
from recordings_mcp.server.http.settings import HttpSettings, read_http_settings, with_secret
from recordings_mcp.server.http.web_server import open_listener, web_server

_GENERATED = (
    "Bearer secret until this server stops: {secret}\n"
    "Clients send it as `Authorization: Bearer …`. Set RECORDINGS_MCP_HTTP_SECRET to choose it.\n"
)


def serve_http(configuration: Configuration) -> int:
    """Serve until a signal to stop, then finish the calls under way.

    Returns:
        0 after a stop.

    Raises:
        InvalidConfiguration: A setting is missing or wrong, or the address cannot be listened on.
    """
    settings = read_http_settings(configuration)
    configuration, generated = with_secret(configuration)
    application = create_http_application(configuration)
    with _listen(settings) as listener:
        signal.signal(signal.SIGTERM, _leave)
        host, port = listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}{MCP_PATH}"
        sys.stderr.write(start_line(configuration, f"at {address}"))
        if generated is not None:
            sys.stderr.write(_GENERATED.format(secret=generated))
        sys.stderr.flush()
        web_server(application).run([listener])
    return 0


def _listen(settings: HttpSettings) -> socket.socket:
    try:
        return open_listener(settings.host, settings.port)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise InvalidConfiguration(
            f"http: {settings.host} port {settings.port} cannot be listened on ({why}); choose another."
        ) from None


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
