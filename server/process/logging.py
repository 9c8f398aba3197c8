"""What the process logs, and where: to stderr, since stdout belongs to the protocol. No secret is in it."""

import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import quote

from recordings_mcp.server.configuration import SECRETS, Configuration
from recordings_mcp.server.process.standard_error import drop_unread_output

_FORMAT = "%(levelname)s %(name)s: %(message)s"
_TALKATIVE = ("httpx", "httpcore", "httpx2", "httpcore2", "sse_starlette", "mcp.server.mcpserver")
"""They log whole addresses, what they send, or why a call was refused: their warnings are enough."""

_SHAPED = re.compile(r"(?:phx|pha|phs|phr)_[A-Za-z0-9_-]{8,512}|(?<=[Bb]earer )(?!\[)[^\s'\",}]{8,4096}")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\U000e0000-\U000e0fff]"
)
_HIDDEN = "[secret]"


def log_to_stderr(configuration: Configuration) -> None:
    """Log from the configured level on; called before the SDK sets up logging in its own way.

    Every record, tracebacks included, goes through a `_RedactingFormatter`.
    """
    drop_unread_output()
    logging.basicConfig(level=configuration.log_level.upper(), format=_FORMAT)
    values = [getattr(configuration, name) for name in SECRETS]
    secrets = [value.get_secret_value() for value in values if value is not None]
    for handler in logging.getLogger().handlers:
        inner = handler.formatter or logging.Formatter(_FORMAT)
        handler.setFormatter(_RedactingFormatter(inner, secrets))
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
    sys.excepthook = _log_crash


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("The server ended unexpectedly.", exc_info=(kind, error, trace))


class _RedactingFormatter(logging.Formatter):
    """Formats a record as another formatter does, and redacts the result.

    Redacted are the given secrets, whatever has the shape of a PostHog key (those of a gateway's callers are
    not known beforehand), and what follows the word Bearer. Control and invisible characters are escaped: a
    traceback may contain recorded text.

    Args:
        inner: Formats the record.
        secrets: What must not be shown.
    """

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        spellings = {
            form for secret in secrets for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])
        }
        self._secrets = sorted(spellings, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted text of a record."""
        text = self._inner.format(record)
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _UNSEEN.sub(_escaped, _SHAPED.sub(_HIDDEN, text))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
