"""The command line: `recordings-mcp [COMMAND] [OPTIONS]`."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

from recordings_mcp.server.process.quick_start import without_collector

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 1 when the command failed, 2 for wrong usage or configuration, 130 after Ctrl-C.
    """
    try:
        with without_collector():
            command_line = import_module("recordings_mcp.server.commands.run")
        code: int = command_line.run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        gc.unfreeze()  # whoever called `main` goes on with everything collected as before
    return code


if __name__ == "__main__":
    sys.exit(main())
