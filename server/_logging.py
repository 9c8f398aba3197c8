"""What the process logs, and where: to stderr, since stdout belongs to the protocol."""

import logging

_TELL_TOO_MUCH = ("httpx", "httpcore", "httpx2", "httpcore2", "sse_starlette", "mcp.server.mcpserver")
"""They log whole addresses, what they send, or what a call was refused for: their warnings are enough."""


def log_to_stderr(level: str) -> None:
    """Log from this level on; called before the SDK sets up logging in its own way.

    Args:
        level: `debug`, `info`, `warning` or `error`.
    """
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s: %(message)s")
    for library in _TELL_TOO_MUCH:
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
