"""Recordings in all forms in which they are stored or exported, as lines.

The forms: lines of the snapshots API (`["window", event]`), lines of older storage (`{"window_id", "data":
[...]}`), lines of bare events, the JSON document PostHog's player exports, JSON arrays of events, snappy
blocks of lines (one, or several behind their lengths), the zip archive of an export, and gzip or zstd around
any of them.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Protocol, runtime_checkable

from recordings_mcp.replay.intake.compression import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    TooLargeError,
    decode_json,
    encode_json,
    inflate_gzip_stream,
    inflate_snappy_block,
    inflate_zstd,
)
from recordings_mcp.replay.limits import MAX_CONTAINERS, MAX_DOCUMENT_BYTES, MAX_LINE_BYTES
from recordings_mcp.replay.shapes import fields_of, items_of

_CHUNK_BYTES = 1024 * 1024
_ZIP_MAGIC = b"PK\x03\x04"
_DEEPEST_WRAPPING = 4
_ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_WRAPPINGS = ("snapshots", "data", "events", "body", "properties", "$snapshot_data")
_LENGTH_BYTES = 4


class NotARecording(ValueError):
    """The data is not a recording in any known form."""


@runtime_checkable
class Readable(Protocol):
    """Something that can be read in pieces, such as a file opened in binary mode."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, or none at the end."""
        ...


def recording_lines(data: bytes | Readable | Iterable[bytes]) -> Iterator[bytes]:
    """Recognise the form of a recording and yield its lines, for `Walker.feed`.

    Args:
        data: The recording as it was stored or exported: whole, in pieces, or a file opened in binary mode.
            Lines are read in pieces; a form that is one document is held in memory as a whole.

    Raises:
        NotARecording: It is in none of the forms, empty, or larger than `limits` allows.
    """
    try:
        yield from _lines(_chunks(data), _DEEPEST_WRAPPING)
    except TooLargeError as error:
        raise NotARecording(f"This recording is too large. {error}") from error


def _chunks(data: bytes | Readable | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(data, (bytes, bytearray, memoryview)):
        view = memoryview(data)
        return (bytes(view[at : at + _CHUNK_BYTES]) for at in range(0, len(view), _CHUNK_BYTES))
    if isinstance(data, Readable):
        read = data.read
        return iter(lambda: read(_CHUNK_BYTES), b"")
    return (chunk for chunk in data if chunk)


def _lines(chunks: Iterator[bytes], depth: int) -> Iterator[bytes]:
    head, chunks = _peek(chunks)
    if depth and head.startswith(GZIP_MAGIC):
        return _lines(inflate_gzip_stream(chunks), depth - 1)
    if depth and head.startswith(ZSTD_MAGIC):
        return _lines(_chunks(_inflated(_whole(chunks))), depth - 1)
    if depth and head.startswith(_ZIP_MAGIC):
        return _archive_lines(_whole(chunks), depth - 1)
    if not head.strip():
        raise NotARecording("This file is empty. A recording contains at least one event.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return _text_lines(chunks)
    return _snappy_lines(_whole(chunks))


def _inflated(data: bytes) -> bytes:
    try:
        return inflate_zstd(data, MAX_DOCUMENT_BYTES)
    except TooLargeError:
        raise
    except ValueError as error:
        raise NotARecording("This starts like zstd but cannot be decompressed; it may be damaged.") from error


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first piece that is not blank, and all pieces including it."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _CHUNK_BYTES or head.strip():
            break
    return head, chain((head,) if head else (), chunks)


def _whole(chunks: Iterator[bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_DOCUMENT_BYTES:
            raise TooLargeError("It is a single document of more than 512 MB.")
        parts.append(chunk)
    return b"".join(parts)


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text that arrives in pieces.

    A line beyond the limit is truncated, and so later counted as unreadable.
    """
    pending = b""
    for chunk in chunks:
        pieces = (pending + chunk).split(b"\n")
        pending = pieces.pop()
        yield from pieces
        if len(pending) > MAX_LINE_BYTES:
            pending = pending[: MAX_LINE_BYTES + 1]
    if pending:
        yield pending


def _text_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decide by the first line whether this is lines or one document."""
    lines = _split(chunks)
    first = next((line for line in lines if line.strip()), b"").removeprefix(b"\xef\xbb\xbf")
    if _is_line(first):
        return chain((first,), lines)
    return _document_lines(_whole(chain((first,), (b"\n" + line for line in lines))))


def _is_line(line: bytes) -> bool:
    if line.lstrip().startswith(b'["'):
        return True  # whole or damaged: no document begins like this
    try:
        record = decode_json(line, MAX_CONTAINERS)
    except ValueError:
        return False
    return isinstance(record, dict) and ("window_id" in record or "timestamp" in record)


def _document_lines(text: bytes) -> Iterator[bytes]:
    try:
        document = decode_json(text, MAX_CONTAINERS)
    except ValueError as error:
        raise NotARecording(
            "This is neither lines of a recording nor one JSON document. A file that was truncated while it "
            "was saved looks like this: export it again."
        ) from error
    events = _events_of(document)
    if events is None:
        raise NotARecording(
            "This is JSON but not a recording: it contains no list of events. Expected are PostHog's export "
            "of a recording, lines of the snapshots API, or an array of rrweb events."
        )
    return (_line_of(event) for event in events)


def _events_of(document: object) -> list[Any] | None:
    """Find the list of events: the document itself, or a value under one of the names that exports use."""
    for _ in range(_DEEPEST_WRAPPING):
        items = items_of(document)
        if items:
            return items if any(_is_event(item) for item in items[:100]) else None
        fields = fields_of(document)
        document = next(
            (fields[name] for name in _WRAPPINGS if isinstance(fields.get(name), (list, dict))), None
        )
    return None


def _is_event(item: object) -> bool:
    fields = fields_of(item)
    return len(items_of(item)) == 2 or "timestamp" in fields or "window_id" in fields  # noqa: PLR2004  as in a line


def _line_of(event: object) -> bytes:
    """Write an event of a document as a line of the snapshots API, so that both are read the same way."""
    fields = fields_of(event)
    if "type" not in fields:
        return encode_json(event)
    window = fields.pop("windowId", None) or fields.pop("window_id", None) or ""
    if "timestamp" in fields:
        fields["timestamp"] = fields.pop("timestamp")  # to the end, where lines have it
    return encode_json([str(window), fields])


def _archive_lines(data: bytes, depth: int) -> Iterator[bytes]:
    """Return the lines of an export archive. Its `data/` holds snappy blocks padded with zeros."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_DAMAGE as error:
        raise NotARecording(
            "This starts like a zip archive but cannot be read; it may be damaged."
        ) from error
    members = [member for member in archive.infolist() if "data/" in member.filename and not member.is_dir()]
    if not members:
        raise NotARecording("This zip archive is not an export of a recording: it has no folder `data`.")
    if sum(member.file_size for member in members) > MAX_DOCUMENT_BYTES:
        raise TooLargeError("It is an archive of more than 512 MB.")
    return chain.from_iterable(_member_lines(archive, member, depth) for member in members)


def _member_lines(archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> Iterator[bytes]:
    try:
        content = archive.read(member).lstrip(b"\x00")
    except _ZIP_DAMAGE as error:
        raise NotARecording("This zip archive cannot be unpacked; it may be damaged or encrypted.") from error
    return _lines(_chunks(content), depth) if content else iter(())


def _snappy_lines(data: bytes) -> Iterator[bytes]:
    for block in _length_prefixed(data) or [data]:
        yield from _text_lines(_chunks(_snappy_text(block)))


def _snappy_text(block: bytes) -> bytes:
    try:
        text = inflate_snappy_block(block, MAX_DOCUMENT_BYTES)
    except TooLargeError:
        raise
    except ValueError as error:
        raise NotARecording(
            "This is not a recording: neither JSON or lines of JSON, nor gzip, zstd, zip or snappy of these."
        ) from error
    if text.lstrip()[:1] not in (b"[", b"{"):
        raise NotARecording("This decompresses to something that is not a recording.")
    return text


def _length_prefixed(data: bytes) -> list[bytes]:
    """Split blocks that each follow their length, 4 bytes big-endian; none if the lengths do not add up."""
    blocks: list[bytes] = []
    at = 0
    while at + _LENGTH_BYTES < len(data):
        end = at + _LENGTH_BYTES + int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
        if end > len(data):
            return []
        blocks.append(data[at + _LENGTH_BYTES : end])
        at = end
    return blocks if at == len(data) else []
