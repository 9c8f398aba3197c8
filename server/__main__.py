"""The command line: `recordings-mcp [COMMAND] [OPTIONS]`."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

_COMMANDS = {
    "serve": "recordings_mcp.server.commands.serve",
    "demo": "recordings_mcp.server.commands.demo",
    "watch": "recordings_mcp.server.commands.watch",
    "sandbox": "recordings_mcp.server.commands.sandbox",
    "install": "recordings_mcp.server.install.command",
    "doctor": "recordings_mcp.server.doctor.command",
}
"""The module of each command. Only the one that runs is imported: imports are most of a cold start."""

_WRONG_CONFIGURATION = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 1 when the command failed, 2 for wrong usage or configuration, 130 after Ctrl-C.
    """
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        gc.unfreeze()  # a caller of `main` continues with everything collected as before


def _run(arguments: Sequence[str]) -> int:
    # Imported here, so that Ctrl-C during the imports ends the process as quietly as later.
    from recordings_mcp.server.commands.arguments import parse_arguments  # noqa: PLC0415
    from recordings_mcp.server.configuration import InvalidConfiguration  # noqa: PLC0415

    _write_what_the_console_can_show()
    options = parse_arguments(arguments)
    try:
        code: int = _imported(_COMMANDS[options.command or "serve"]).run(options)
        sys.stdout.flush()
    except InvalidConfiguration as error:
        print(f"recordings-mcp: {error}", file=sys.stderr)  # noqa: T201 - this is the answer to the person
        return _WRONG_CONFIGURATION
    except BrokenPipeError:
        # The reader of our output has gone, which is no error. Python would complain once more when it
        # flushes standard output at exit, so redirect that to the null device.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _write_what_the_console_can_show() -> None:
    """Replace characters that standard output cannot encode, such as on Windows into a file."""
    if reconfigure := getattr(sys.stdout, "reconfigure", None):  # None where somebody replaced it
        reconfigure(errors="replace")


def _imported(name: str) -> Any:
    """Import a module with the garbage collector off: the MCP SDK makes many objects and no garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()  # imported objects stay, so later collections need not visit them
        if was_enabled:
            gc.enable()


if __name__ == "__main__":
    sys.exit(main())
