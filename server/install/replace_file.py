"""Replace a file so that no failure loses what was in it."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

OWNER_ONLY = 0o600


class ChangedMeanwhile(OSError):
    """Somebody else wrote the file since it was read."""


def read_if_there(file: Path) -> bytes | None:
    """The file's content; None when there is no such file."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def replace_file(file: Path, before: bytes | None, after: bytes, *, mode: int) -> Path | None:
    """Put new content in the place of what was read, all of it or none, and keep the old content beside it.

    The new content is on the disk before it takes the old one's place. A link is followed.

    Args:
        file: Where; missing folders are made.
        before: What was read; None when there was no file.
        after: The new content.
        mode: The new file's permissions.

    Returns:
        The backup, which only its owner can read; None when there was nothing to keep.

    Raises:
        ChangedMeanwhile: The file is no longer what was read. Nothing was changed.
        OSError: It cannot be written. Nothing was changed.
    """
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_new(temporary, after)
        temporary.chmod(mode)
        if read_if_there(file) != before:
            raise ChangedMeanwhile
        backup = None if before is None else _keep(file, before)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    _settle_names(file.parent)
    return backup


def _keep(file: Path, content: bytes) -> Path:
    backup = file.with_name(f"{file.name}.{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.bak")
    _write_new(backup, content)
    return backup


def _write_new(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _settle_names(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows does not let a folder be opened, and settles names by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
