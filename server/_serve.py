"""Command `serve`: MCP over stdio."""

import logging
import os

import anyio

from recordings_mcp.server._application import create_server
from recordings_mcp.server._arguments import CommandLine
from recordings_mcp.server._configuration import Configuration


def run(options: CommandLine) -> int:
    """Serve until the client closes its end.

    Raises:
        InvalidConfiguration: A setting is missing or wrong.
    """
    _log_to_stderr()
    configuration = Configuration.load(options.settings, os.environ, options.config)
    anyio.run(create_server(configuration).run_stdio_async)
    return 0


def _log_to_stderr() -> None:
    # Before the SDK does it, which would log at INFO; the HTTP libraries then log whole addresses.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for library in ("httpx", "httpcore", "httpx2", "httpcore2"):
        logging.getLogger(library).setLevel(logging.WARNING)
