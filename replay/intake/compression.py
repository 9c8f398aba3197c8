"""Decompression of bodies and fields, within limits."""

import json
import zlib
from collections.abc import Iterable, Iterator

import orjson

from recordings_mcp.replay.limits import MAX_BODY_BYTES, MAX_INFLATED_BYTES, MAX_LINE_CONTAINERS

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

_GZIP_WINDOW = 31  # how zlib spells "with a gzip header"
_SAFE_GZIP_BYTES = MAX_INFLATED_BYTES // 1032  # deflate grows no input by more than 1032:1
_SMALL_JSON_BYTES = 1024 * 1024
_LARGE_JSON_BYTES = 8 * 1024 * 1024
"""orjson reserves twelve times the text, and crashes where memory ends; json is hardly slower."""

_PIECE_BYTES = 1024 * 1024


class TooLargeError(ValueError):
    """Decompressing or decoding would exceed a limit."""


def decode_json(data: bytes, most: int = MAX_LINE_CONTAINERS) -> object:
    """Decode JSON, including lone surrogates and NaN, which JavaScript writes and strict JSON forbids.

    Raises:
        TooLargeError: It holds more containers than `most`.
        ValueError: It is not JSON, or nested too deeply.
    """
    if len(data) > _SMALL_JSON_BYTES and data.count(b"{") + data.count(b"[") > most:
        raise TooLargeError(f"It holds more than {most:,} objects and arrays.")
    if len(data) > _LARGE_JSON_BYTES:
        return _decode_leniently(data)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _decode_leniently(data)


def _decode_leniently(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig", "replace"))
    except RecursionError as error:
        raise ValueError("Nested too deeply.") from error


def encode_json(value: object) -> bytes:
    """Encode what `decode_json` returned, including lone surrogates; NaN becomes null, as in JavaScript."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def inflate_field(text: str) -> bytes:
    """Decompress a compressed field: gzip or zstd, each byte written as one character.

    Raises:
        TooLargeError: It decompresses beyond `MAX_INFLATED_BYTES`.
        ValueError: It is neither gzip nor zstd.
    """
    data = text.encode("latin-1")
    if data[:4] == ZSTD_MAGIC:
        return inflate_zstd(data, MAX_INFLATED_BYTES)
    try:
        if len(data) <= _SAFE_GZIP_BYTES:
            return zlib.decompress(data, _GZIP_WINDOW)
        stream = zlib.decompressobj(_GZIP_WINDOW)
        inflated = stream.decompress(data, MAX_INFLATED_BYTES)
    except zlib.error as error:
        raise ValueError("Not a gzip field.") from error
    if stream.unconsumed_tail:
        raise TooLargeError("A field decompresses beyond the limit.")
    return inflated


def inflate_zstd(data: bytes, limit: int) -> bytes:
    """Decompress zstd to at most `limit` bytes.

    Raises:
        TooLargeError: It decompresses to more.
        ValueError: It is not zstd.
    """
    import cramjam  # noqa: PLC0415  zstd is rare; gzip, the common case, does without

    size = max(65_536, 8 * len(data))
    while True:
        output = bytearray(min(size, limit))
        try:
            return bytes(output[: cramjam.zstd.decompress_into(data, output)])
        except cramjam.DecompressionError as error:
            if "whole buffer" not in str(error):
                raise ValueError("Not zstd.") from error
            if size >= limit:
                raise TooLargeError("It decompresses beyond the limit.") from error
        size *= 8


def inflate_snappy_block(data: bytes, limit: int) -> bytes:
    """Decompress one raw snappy block to at most `limit` bytes.

    Raises:
        TooLargeError: Its header announces more.
        ValueError: It is not a raw snappy block.
    """
    import cramjam  # noqa: PLC0415  only bodies of one API are snappy

    try:
        if cramjam.snappy.decompress_raw_len(data) > limit:
            raise TooLargeError("It decompresses beyond the limit.")
        return bytes(cramjam.snappy.decompress_raw(data))
    except cramjam.DecompressionError as error:
        raise ValueError("Not snappy.") from error


def inflate_gzip_stream(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress concatenated gzip members, in pieces of at most 1 MiB.

    Bytes after the last member are ignored. A damaged or truncated stream yields what could be read.

    Raises:
        TooLargeError: It decompresses beyond `MAX_BODY_BYTES`.
    """
    total = 0
    stream = zlib.decompressobj(_GZIP_WINDOW)
    for chunk in chunks:
        rest = chunk
        while rest:
            if stream.eof:
                if not rest.startswith(GZIP_MAGIC[: len(rest)]):
                    return
                stream = zlib.decompressobj(_GZIP_WINDOW)
            try:
                piece = stream.decompress(rest, _PIECE_BYTES)
            except zlib.error:
                return
            total += len(piece)
            if total > MAX_BODY_BYTES:
                raise TooLargeError("The recording decompresses beyond the limit.")
            if piece:
                yield piece
            rest = stream.unconsumed_tail or stream.unused_data
