"""One line of JSON for every attempt to change something: on stderr, and in a file if one is configured."""

import hmac
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EINVAL
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import orjson

from recordings_mcp.client import RecordingsError

_CALLER_LENGTH = 16
_LONGEST_ID = 300


@dataclass(slots=True)
class Attempt:
    """An attempt under way. Its maker sets the outcome; an attempt that is cut short was interrupted."""

    outcome: str = "interrupted"


class AuditLog:
    """Writes who tried to change what, and what came of it. No personal data: ids, and a hash for the caller.

    Args:
        secret: Keys the caller's hash.
        file: Gets every line too; made so that only its owner may read it, unless it is there already. A
            regular file: a pipe could block the server, and a device keeps nothing.
        clock: Seconds since the epoch.

    Raises:
        OSError: The file cannot be written.
    """

    def __init__(self, *, secret: bytes, file: Path | None, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._file = file
        self._clock = clock
        self._is_cut = False
        if file is not None:
            os.close(_opened(file))

    @contextmanager
    def attempt(
        self, tool: str, recordings: Sequence[str], *, caller: str, policy: str, plan: str = ""
    ) -> Generator[Attempt]:
        """Write one line when the attempt ends, however it ends."""
        attempt = Attempt()
        try:
            yield attempt
        except RecordingsError as error:
            attempt.outcome = f"{'unknown' if error.outcome_unknown else 'failed'}: {type(error).__name__}"
            raise
        finally:
            self._write(
                {
                    "time": datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds"),
                    "tool": tool,
                    "recordings": [_plain(recording) for recording in recordings],
                    "plan": plan or None,
                    "caller": hmac.new(self._secret, b"caller\0" + caller.encode(), sha256).hexdigest()[
                        :_CALLER_LENGTH
                    ],
                    "policy": policy,
                    "outcome": attempt.outcome,
                }
            )

    def _write(self, entry: dict[str, object]) -> None:
        # The change is made; failing to log it must not look as if it was not.
        line = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
        report = line.decode()
        try:
            self._append(line)
        except OSError as error:
            report += f"The audit file could not be written ({error.strerror}).\n"
        with suppress(OSError, ValueError):  # nobody may be left to read it
            sys.stderr.write(report)
            sys.stderr.flush()

    def _append(self, line: bytes) -> None:
        if self._file is None:
            return
        descriptor = _opened(self._file)
        left = memoryview(b"\n" + line if self._is_cut else line)
        try:
            while left:
                left = left[os.write(descriptor, left) :]
                self._is_cut = bool(left)
        finally:
            os.close(descriptor)


def _plain(recording: str) -> str:
    """Return an id in letters, digits and `-._~`, all else percent-encoded; usual ids stay as they are.

    Nothing in it can begin a new line, steer a terminal or hide, and what it was can still be read.
    """
    return quote(recording[:_LONGEST_ID], safe="", errors="replace")


def _opened(file: Path) -> int:
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise OSError(EINVAL, "not a regular file")
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
