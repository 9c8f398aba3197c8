"""A JSON file that belongs to another program: read it, write it in its own style, replace it safely."""

import difflib
import json
import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, cast

from recordings_mcp.privacy import Redactor
from recordings_mcp.server.process.files import open_regular

OWNER_ONLY = 0o600
_BYTE_ORDER_MARK = "\ufeff"
_INDENTED_KEY = re.compile(r'\n([ \t]+)"')
_REDACTED_KEY = "phx_…redacted"
_POSTHOG_KEY = re.compile(r"ph[a-z]_[A-Za-z0-9_-]{6,}")
_KEY_VARIABLE = re.compile(r'("POSTHOG_PERSONAL_API_KEY"\s*:\s*")[^"]*')
_NOT_PLAIN = "it has a number or a nesting that plain JSON does not have"


class NotEditable(ValueError):
    """The file is not plain JSON, has a key twice, or no object where one is needed. The text says which."""


class ChangedMeanwhile(OSError):
    """Another program wrote the file after it was read."""


def read_if_there(file: Path) -> bytes | None:
    """Return the file's content, or None when there is no such file.

    Raises:
        OSError: It is a folder, a pipe or a device, or cannot be read.
    """
    try:
        with open_regular(file) as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def decode(content: bytes) -> str:
    """Return the text of a JSON file without its byte order mark, in UTF-8 or, as Windows writes it, UTF-16.

    Raises:
        NotEditable: It is no such text.
    """
    try:
        return content.decode(json.detect_encoding(content)).removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        raise NotEditable("it is not UTF-8 text") from None


def parse_object(text: str) -> dict[str, Any]:
    """Return the document, which must be an object; an empty text counts as an empty object.

    Raises:
        NotEditable: It is not plain JSON, for example because of comments, or not an object, or has a key
            twice, so that writing it back would lose a value.
    """
    try:
        document = json.loads(
            text if text.strip() else "{}", parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotEditable(f"it is not plain JSON ({place}), perhaps because of comments") from None
    except NotEditable:
        raise
    except (ValueError, RecursionError):
        raise NotEditable(_NOT_PLAIN) from None
    if not isinstance(document, dict):
        raise NotEditable("it is not a JSON object")
    return cast("dict[str, Any]", document)


def write_like(text: str, document: dict[str, Any]) -> str:
    """Return the document as JSON with the indentation, line ends and last line of another text.

    What is written on one line stays on one line; an empty text gives two spaces.

    Raises:
        NotEditable: It has a number or a nesting that cannot be written.
    """
    found = _INDENTED_KEY.search(text)
    on_one_line = "\n" not in text.strip() and text.strip() not in {"", "{}"}
    indent = None if on_one_line else found[1] if found else "  "
    try:
        written = json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)
        if re.search(r"[\ud800-\udfff]", written):  # half of a surrogate pair, which JSON can only escape
            written = json.dumps(document, indent=indent, allow_nan=False)
    except (ValueError, RecursionError):
        raise NotEditable(_NOT_PLAIN) from None
    end = text[len(text.rstrip()) :] if text.strip() else "\n"
    return written.replace("\n", "\r\n" if "\r\n" in text else "\n") + end


def replace_file(file: Path, before: bytes | None, after: bytes, *, mode: int) -> Path | None:
    """Replace a file's content as a whole, and keep the old content beside it.

    The new content is on the disk before it takes the old one's place. A symbolic link is followed.

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
    backup = file.with_name(f"{file.name}.{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.bak")
    try:
        _write_new(temporary, after)
        temporary.chmod(mode)
        if read_if_there(file) != before:
            raise ChangedMeanwhile
        if before is not None:
            _write_new(backup, before)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    return None if before is None else backup


def show_change(name: str, before: str, after: str) -> str:
    """Return the change as a unified diff, with the secrets of every server in it redacted."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), fromfile=name, tofile=name, lineterm=""
    )
    return "".join(f"{without_secrets(line)}\n" for line in lines)


def without_secrets(line: str) -> str:
    """Return the line with API keys, tokens and the values of secret-looking names redacted."""
    shown = Redactor("standard").own(line, "name")
    shown = _KEY_VARIABLE.sub(rf"\g<1>{_REDACTED_KEY}", shown)
    return _POSTHOG_KEY.sub(_REDACTED_KEY, shown)


def _write_new(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in document if keys.count(key) > 1)
        raise NotEditable(f"an object in it has the key {json.dumps(twice)} twice")
    return document
