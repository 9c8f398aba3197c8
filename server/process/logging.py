"""What the process logs, and where: to stderr, since stdout belongs to the protocol."""

import logging
import sys
from types import TracebackType

from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.process.harmless_log import HarmlessFormatter, secrets_of
from recordings_mcp.server.process.standard_error import write_only_what_is_read

_FORMAT = "%(levelname)s %(name)s: %(message)s"
_TELL_TOO_MUCH = ("httpx", "httpcore", "httpx2", "httpcore2", "sse_starlette", "mcp.server.mcpserver")
"""They log whole addresses, what they send, or what a call was refused for: their warnings are enough."""


def log_to_stderr(configuration: Configuration) -> None:
    """Log from the configured level on; called before the SDK sets up logging in its own way.

    Whatever is logged, a traceback too, goes through `HarmlessFormatter`.
    """
    write_only_what_is_read()
    logging.basicConfig(level=configuration.log_level.upper(), format=_FORMAT)
    secrets = secrets_of(configuration)
    for handler in logging.getLogger().handlers:
        inner = handler.formatter or logging.Formatter(_FORMAT)
        handler.setFormatter(HarmlessFormatter(inner, secrets))
    for library in _TELL_TOO_MUCH:
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
    sys.excepthook = _log_crash


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("The server ended unexpectedly.", exc_info=(kind, error, trace))
