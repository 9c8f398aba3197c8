"""Files that a person names: opened without waiting, since a pipe without a writer would never open."""

import os
import stat
from errno import EFBIG, EINVAL, EISDIR
from pathlib import Path
from typing import BinaryIO

_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0)  # Windows has none, and no pipe with such a name
_BINARY = getattr(os, "O_BINARY", 0)
_NO_FILE = "not a regular file"


def open_regular(file: Path) -> BinaryIO:
    """Open a regular file to read.

    Raises:
        OSError: It is a device, a pipe or a folder, or cannot be read.
    """
    return _open(file, allow_pipe=False)


def open_regular_or_handed_over(file: Path) -> BinaryIO:
    """Open a regular file, or a pipe that a shell handed over: `/dev/stdin`, or `/dev/fd/…` for `<(…)`.

    Raises:
        OSError: It is something else, such as a terminal or a pipe with a name; or it cannot be read.
    """
    handed_over = str(file) == "/dev/stdin" or str(file.parent) in {"/dev/fd", "/proc/self/fd"}
    return _open(file, allow_pipe=handed_over)


def read_regular(file: Path, most: int) -> bytes:
    """Return the content of a regular file of at most so many bytes.

    Raises:
        OSError: It is no regular file, larger, or cannot be read.
    """
    with open_regular(file) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(EFBIG, f"larger than {most:,} bytes")
    return content


def _open(file: Path, *, allow_pipe: bool) -> BinaryIO:
    if stat.S_ISCHR(file.stat().st_mode):
        raise OSError(EINVAL, _NO_FILE)  # opening some devices has an effect
    descriptor = os.open(file, os.O_RDONLY | _BINARY | _NEVER_WAIT)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or (allow_pipe and stat.S_ISFIFO(mode)):
        if _NEVER_WAIT:
            os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OSError(EISDIR, os.strerror(EISDIR)) if stat.S_ISDIR(mode) else OSError(EINVAL, _NO_FILE)
