"""Log lines in which no secret stands and nothing steers a terminal, tracebacks included."""

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote

from recordings_mcp.server.configuration import SECRETS, Configuration

_SHAPED = re.compile(r"(?:phx|pha|phs|phr)_[A-Za-z0-9_-]{8,512}|(?<=[Bb]earer )(?!\[)[^\s'\",}]{8,4096}")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\U000e0000-\U000e0fff]"
)
_HIDDEN = "[secret]"


class HarmlessFormatter(logging.Formatter):
    """Writes a record as another formatter does, and takes out what must not be in it.

    Taken out are the given secrets, whatever has the shape of one of PostHog's keys (those of a gateway's
    callers are known to nobody beforehand), and what follows the word Bearer. Control and invisible
    characters are escaped: what strangers wrote may be in a traceback.

    Args:
        inner: Writes the record.
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
        """Write a record."""
        text = self._inner.format(record)
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _UNSEEN.sub(_escaped, _SHAPED.sub(_HIDDEN, text))


def secrets_of(configuration: Configuration) -> list[str]:
    """The secrets that a configuration holds."""
    values = [getattr(configuration, name) for name in SECRETS]
    return [value.get_secret_value() for value in values if value is not None]


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
