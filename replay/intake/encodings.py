"""Recordings in all forms in which they are stored or exported, as lines.

The forms: lines of the snapshots API (`["window", event]`), lines of older storage (`{"window_id", "data":
[...]}`), lines of bare events, the JSON document PostHog's player exports, JSON arrays of events or of
captured `$snapshot` events, snappy blocks of lines (one, or several behind their lengths), the zip archive of
an export, and gzip, zstd or zip around any of them. Text is UTF-8, UTF-16 or UTF-32.
"""

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol, runtime_checkable

from recordings_mcp.replay.intake.compression import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    TooLargeError,
    decode_json,
    inflate_gzip_stream,
    inflate_snappy_block,
    inflate_zstd,
)
from recordings_mcp.replay.intake.documents import (
    NotARecording,
    is_capture,
    is_record,
    lines_of_document,
    lines_of_record,
    refusal,
)
from recordings_mcp.replay.limits import MAX_CONTAINERS, MAX_DOCUMENT_BYTES, MAX_LINE_BYTES

_CHUNK_BYTES = 1024 * 1024
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
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
_LINE = re.compile(rb'\s*\[\s*(?:"|null\b|-?\d)')
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_CONTROL_BYTES = 64
_EXAMINED_LINES = 100
_MOST_FILES = 8
_HEAD_BYTES = 4
_UNICODE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16_WITHOUT_MARK = re.compile(rb'(?P<le>[\[{]\x00)|\x00[\[{]\x00["\[{\r\n ]')
_LENGTH_BYTES = 4


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
    if depth and head.startswith(_ZIP_MAGICS):
        return _archive_lines(_whole(chunks), depth - 1)
    if not head.strip():
        raise NotARecording("This file is empty. A recording contains at least one event.")
    if encoding := _encoding_of(head):
        head, chunks = _peek(_transcoded(chunks, encoding))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return _text_lines(chunks)
    if encoding:
        raise NotARecording("This is text, but neither JSON nor lines of it.")
    return _snappy_lines(_whole(chunks))


def _encoding_of(head: bytes) -> str | None:
    """Return the encoding of a text that is not UTF-8: Windows PowerShell writes UTF-16."""
    for mark, encoding in _UNICODE_MARKS:
        if head.startswith(mark):
            return encoding
    found = _UTF16_WITHOUT_MARK.match(head)
    return None if found is None else "utf-16-le" if found["le"] else "utf-16-be"


def _transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Return a text in UTF-8, without the mark at its beginning."""
    texts = codecs.iterdecode(chunks, encoding, "replace")
    return (text.removeprefix("\ufeff").encode("utf-8", "replace") for text in texts)


def _inflated(data: bytes) -> bytes:
    try:
        return inflate_zstd(data, MAX_DOCUMENT_BYTES)
    except TooLargeError:
        raise
    except ValueError as error:
        raise NotARecording("This starts like zstd but cannot be decompressed; it may be damaged.") from error


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes that are not blank, enough to recognise a form, and all pieces."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _CHUNK_BYTES or len(head.strip()) >= _HEAD_BYTES:
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
    """Return the lines of a text, which is lines of a recording or one document.

    The first line decides, unless it makes no document with the others: then it is a damaged line.
    """
    lines = _split(chunks)
    first = next((line for line in lines if line.strip()), b"").removeprefix(codecs.BOM_UTF8)
    if _is_line(first):
        return _recorded(chain((first,), lines))
    whole = _whole(chain((first,), (b"\n" + line for line in lines)))
    try:
        document = decode_json(whole, MAX_CONTAINERS)
    except TooLargeError:
        raise
    except ValueError as error:
        others = whole.split(b"\n")[1:]
        if any(_is_line(line) for line in others[:_EXAMINED_LINES]):
            return _recorded(iter([first, *others]))
        raise NotARecording(
            "This is neither lines of a recording nor one JSON document. A file that was truncated while it "
            "was saved looks like this: export it again."
        ) from error
    return lines_of_document(document)


def _is_line(line: bytes) -> bool:
    """Return whether this is a line of a recording, whole or damaged: no document begins like these."""
    if _LINE.match(line):
        return True
    try:
        record = decode_json(line, MAX_CONTAINERS)
    except ValueError:
        return False
    return isinstance(record, dict) and ("window_id" in record or "timestamp" in record)


def _recorded(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield lines once one of them contains an event.

    Raises:
        NotARecording: None of them does.
    """
    waiting: list[bytes] = []
    records: list[object] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        try:
            record = decode_json(line)
        except ValueError:
            record = None
        if is_record(record):
            lines = chain(waiting, lines)
            return chain.from_iterable(map(_of_capture, lines)) if is_capture(record) else lines
        if len(records) < _EXAMINED_LINES:
            records.append(record)
        if size > MAX_LINE_BYTES:
            break
    raise refusal(records)


def _of_capture(line: bytes) -> Iterator[bytes]:
    """Return the lines that a line with a captured event stands for."""
    try:
        return lines_of_record(decode_json(line))
    except ValueError:
        return iter((line,))


def _archive_lines(data: bytes, depth: int) -> Iterator[bytes]:
    """Return the lines of an archive: PostHog's, or any with one recording in it.

    In PostHog's, the folder `data` holds snappy blocks padded with zeros.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_DAMAGE as error:
        raise NotARecording(
            "This starts like a zip archive but cannot be read; it may be damaged."
        ) from error
    files = [member for member in archive.infolist() if not member.is_dir() and not _is_of_mac(member)]
    blocks = [member for member in files if "/data/" in f"/{member.filename}"]
    if sum(member.file_size for member in blocks or files) > MAX_DOCUMENT_BYTES:
        raise TooLargeError("It is an archive of more than 512 MB.")
    if blocks:
        contents = (_content(archive, member) for member in blocks)
        return chain.from_iterable(_lines(_chunks(content), depth) for content in contents if content)
    if len(files) > _MOST_FILES:
        raise NotARecording(f"This zip archive contains {len(files)} files. Unpack it and read one of them.")
    return _only_recording(archive, files, depth)


def _is_of_mac(member: zipfile.ZipInfo) -> bool:
    """Return whether macOS added this to what a person zipped."""
    parts = member.filename.split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith("._") or parts[-1] == ".DS_Store"


def _only_recording(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], depth: int) -> Iterator[bytes]:
    """Return the lines of the one file that is a recording; others may be next to it."""
    found: list[Iterator[bytes]] = []
    reasons: list[NotARecording] = []
    for member in files:
        try:
            lines = _lines(_chunks(_content(archive, member)), depth)
            found.append(chain([next(lines, b"")], lines))
        except NotARecording as error:
            reasons.append(error)
    if len(found) > 1:
        raise NotARecording(
            f"This zip archive contains {len(found)} recordings. Unpack it and read one of them."
        )
    if found:
        return found[0]
    if len(reasons) == 1:
        raise reasons[0]
    raise NotARecording("This zip archive contains no recording.")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member).lstrip(b"\x00")
    except _ZIP_DAMAGE as error:
        raise NotARecording("This zip archive cannot be unpacked; it may be damaged or encrypted.") from error


def _snappy_lines(data: bytes) -> Iterator[bytes]:
    for block in _length_prefixed(data) or [data]:
        yield from _text_lines(_chunks(_snappy_text(block)))


def _snappy_text(block: bytes) -> bytes:
    try:
        text = inflate_snappy_block(block, MAX_DOCUMENT_BYTES)
    except TooLargeError:
        raise
    except ValueError as error:
        others = block.split(b"\n", _EXAMINED_LINES)[1:_EXAMINED_LINES]
        if not _CONTROL.search(block, 0, _CONTROL_BYTES) and any(map(_is_line, others)):
            return block  # lines, the first of which is damaged
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
