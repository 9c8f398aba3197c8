"""Command `serve`: MCP over stdio, or over HTTP if the settings name an address."""

import os
import sys

from recordings_mcp.server.application import create_server
from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.commands.start_line import start_line
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.process.logging import log_to_stderr
from recordings_mcp.server.process.stdio import serve_over_stdio


def run(options: CommandLine) -> int:
    """Serve until the client closes its end or a signal comes.

    Raises:
        InvalidConfiguration: A setting is missing or wrong.
    """
    configuration = Configuration.load(options.settings, os.environ, options.config)
    log_to_stderr(configuration)
    if configuration.http is not None:
        # A server over stdio starts faster without a web server.
        from recordings_mcp.server.http.serve import serve_http  # noqa: PLC0415

        return serve_http(configuration)
    if configuration.gateway:
        raise InvalidConfiguration("gateway: works over HTTP only; set http, for example 127.0.0.1:8080.")
    server = create_server(configuration)
    sys.stderr.write(start_line(configuration, "over stdio"))
    sys.stderr.flush()
    return serve_over_stdio(server)
