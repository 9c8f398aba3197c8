"""Serving MCP over Streamable HTTP: `serve --http`."""

import os
import secrets
import signal
import socket
import sys
from types import FrameType

from pydantic import SecretStr

from recordings_mcp.server.commands.start_line import start_line
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.http.application import MCP_PATH, create_http_application
from recordings_mcp.server.http.listener import open_listener
from recordings_mcp.server.http.settings import HttpSettings, read_http_settings, with_secret
from recordings_mcp.server.http.web_server import run_web_server
from recordings_mcp.server.process.workers import run_workers
from recordings_mcp.server.selection import select_tools

_NOT_OFFERED = (
    "Tools that delete or publish are not offered: several workers need a shared secret and ledger for their "
    "confirmations. Set RECORDINGS_MCP_SECRET and RECORDINGS_MCP_LEDGER, or use one worker.\n"
)
_MADE_UP = (
    "Bearer secret of this start: {secret}\n"
    "Clients send it as `Authorization: Bearer …`. Set RECORDINGS_MCP_HTTP_SECRET to keep one.\n"
)


def serve_http(configuration: Configuration) -> int:
    """Serve until told to stop; then finish the calls under way.

    Returns:
        0 after a stop, 1 when a worker failed.

    Raises:
        InvalidConfiguration: A setting is missing or wrong, or the address cannot be listened on.
    """
    settings = read_http_settings(configuration)
    settled = share_between_workers(configuration)
    settled, made = with_secret(settled)
    application = create_http_application(settled)
    with _listen(settings) as listener:
        signal.signal(signal.SIGTERM, _leave)
        sys.stderr.write(start_line(settled, _place(settled, listener)))
        if select_tools(settled) != select_tools(configuration):
            sys.stderr.write(_NOT_OFFERED)
        if made is not None:
            sys.stderr.write(_MADE_UP.format(secret=made))
        sys.stderr.flush()
        if settled.workers > 1:
            return run_workers(settled, listener)
        run_web_server(application, listener)
    return 0


def share_between_workers(configuration: Configuration) -> Configuration:
    """What several workers must have in common; without a ledger they cannot confirm, so they do not act."""
    if configuration.workers == 1 or configuration.ledger is not None:
        return configuration
    changes: dict[str, object] = {"confirm": "deny"}
    if configuration.secret is None:
        changes["secret"] = SecretStr(secrets.token_hex(32))
    return configuration.model_copy(update=changes)


def _place(configuration: Configuration, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    workers = f" by {configuration.workers} workers" if configuration.workers > 1 else ""
    return f"at http://{shown}:{port}{MCP_PATH}{workers}"


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
