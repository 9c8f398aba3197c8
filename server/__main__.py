"""The command line: `recordings-mcp [COMMAND] [OPTIONS]`."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from recordings_mcp.server._arguments import CommandLine, parse_arguments
from recordings_mcp.server._quick_start import without_collector
from recordings_mcp.server.configuration import InvalidConfiguration

_COMMANDS = {
    "serve": "recordings_mcp.server._serve",
    "demo": "recordings_mcp.server._demo",
    "watch": "recordings_mcp.server._watch_file",
    "sandbox": "recordings_mcp.server._serve_sandbox",
    "install": "recordings_mcp.server._install",
    "doctor": "recordings_mcp.server._doctor",
}
"""Where each command lives. Only the one that runs is imported, which is most of a cold start."""

_WRONG_CONFIGURATION = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 1 when the command failed, 2 for wrong usage or configuration, 130 after Ctrl-C.
    """
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(options)
    except InvalidConfiguration as error:
        print(f"recordings-mcp: {error}", file=sys.stderr)  # noqa: T201 - this is the answer to the person
        return _WRONG_CONFIGURATION
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, which is no error of ours. Python would complain once more
        # when it flushes standard output at exit, so that now leads nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(options: CommandLine) -> int:
    try:
        with without_collector():
            command = import_module(_COMMANDS[options.command or "serve"])
        code: int = command.run(options)
    finally:
        gc.unfreeze()  # whoever called `main` goes on with everything collected as before
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
