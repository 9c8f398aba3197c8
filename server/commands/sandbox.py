"""Command `sandbox`: the embedded PostHog on a port of this machine."""

import os
import socket
import sys
from contextlib import suppress

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID, create_sandbox
from recordings_mcp.server.commands.arguments import CommandLine
from recordings_mcp.server.configuration import InvalidConfiguration
from recordings_mcp.server.http.web_server import open_listener

_HOST = "127.0.0.1"


def run(options: CommandLine) -> int:
    """Serve the sandbox until interrupted.

    Raises:
        InvalidConfiguration: The port cannot be listened on.
    """
    import uvicorn  # noqa: PLC0415 - no other command needs it

    application = create_sandbox(database=options.database)
    with _listen(options.port) as listener:
        address = f"http://{_HOST}:{listener.getsockname()[1]}"
        sys.stderr.write(
            f"An embedded PostHog at {address}, project {SANDBOX_PROJECT_ID}.\n"
            f"Try it: POSTHOG_HOST={address} POSTHOG_PROJECT_ID={SANDBOX_PROJECT_ID} "
            f"POSTHOG_PERSONAL_API_KEY={SANDBOX_API_KEY} recordings-mcp\n"
        )
        sys.stderr.flush()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listener])
    return 0


def _listen(port: int) -> socket.socket:
    try:
        return open_listener(_HOST, port)
    except (OSError, OverflowError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "there is no such port"
        raise InvalidConfiguration(
            f"port: {_HOST} port {port} cannot be listened on ({why}); choose another."
        ) from None
