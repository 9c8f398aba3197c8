"""What the command line does: reads it, imports the command it names, and runs that."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from recordings_mcp.server.commands.arguments import parse_arguments
from recordings_mcp.server.configuration import InvalidConfiguration
from recordings_mcp.server.process.quick_start import without_collector

_COMMANDS = {
    "serve": "recordings_mcp.server.commands.serve",
    "demo": "recordings_mcp.server.commands.demo",
    "watch": "recordings_mcp.server.commands.watch",
    "sandbox": "recordings_mcp.server.commands.sandbox",
    "install": "recordings_mcp.server.install.command",
    "doctor": "recordings_mcp.server.doctor.command",
}
"""Where each command lives. Only the one that runs is imported, which is most of a cold start."""

_WRONG_CONFIGURATION = 2


def run(arguments: Sequence[str]) -> int:
    """Run one command, and give the code to end with, as `main` says."""
    options = parse_arguments(arguments)
    try:
        with without_collector():
            command = import_module(_COMMANDS[options.command or "serve"])
        code: int = command.run(options)
        sys.stdout.flush()
    except InvalidConfiguration as error:
        print(f"recordings-mcp: {error}", file=sys.stderr)  # noqa: T201 - this is the answer to the person
        return _WRONG_CONFIGURATION
    except BrokenPipeError:
        # Whoever read our output has gone, which is no error of ours. Python would complain once more
        # when it flushes standard output at exit, so that now leads nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
