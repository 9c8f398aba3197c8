"""Decompress an answer's body without trusting its size."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from recordings_mcp.client._errors import UnexpectedAnswer, Unreachable

MEBIBYTE = 1024 * 1024
ACCEPTED_ENCODINGS = "gzip"
MOST_EXPANSION = 200
"""Decompressed bytes for each compressed byte at most, counted after the first decompressed MiB."""

_STEP = 64 * 1024
_GZIP_ONLY = 16 + zlib.MAX_WBITS


@dataclass(slots=True)
class ByteBudget:
    """Decompressed bytes that may still be received; shared by all answers of one call."""

    left: int

    def spend(self, size: int) -> None:
        """Take `size` bytes off.

        Raises:
            UnexpectedAnswer: Fewer are left.
        """
        self.left -= size
        if self.left < 0:
            raise UnexpectedAnswer("is larger than this client accepts", "Ask for less at a time.")


class Decompressor:
    """Decompress one body, chunk by chunk, in steps of at most 64 KiB.

    Args:
        encoding: The answer's `Content-Encoding`.
        budget: What may be decompressed in all.

    Raises:
        UnexpectedAnswer: The encoding is neither absent, `identity` nor one layer of gzip.
    """

    def __init__(self, encoding: str | None, budget: ByteBudget) -> None:
        name = (encoding or "identity").strip().lower()
        if name not in {"identity", "gzip", "x-gzip"}:
            raise UnexpectedAnswer("uses an encoding that was not requested")
        self._gzip = zlib.decompressobj(_GZIP_ONLY) if name != "identity" else None
        self._budget = budget
        self._taken = 0
        self._given = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk of the body decompresses to.

        Raises:
            UnexpectedAnswer: The body is over the budget, expands suspiciously, or is damaged.
        """
        for part in self._parts(chunk):
            self._given += len(part)
            self._budget.spend(len(part))
            if self._given > max(MEBIBYTE, MOST_EXPANSION * self._taken):
                raise UnexpectedAnswer("expands suspiciously (possible decompression bomb)")
            yield part

    def finish(self) -> None:
        """End the body.

        Raises:
            Unreachable: It ended before its compressed form did.
        """
        if self._gzip is not None and self._taken and not self._gzip.eof:
            raise Unreachable("PostHog's answer broke off before its end. Try again.", may_have_arrived=True)

    def _parts(self, chunk: bytes) -> Iterator[bytes]:
        if self._gzip is None:
            self._taken += len(chunk)
            yield chunk
            return
        full_step = False
        while chunk or full_step:
            if self._gzip.eof:
                self._gzip = zlib.decompressobj(_GZIP_ONLY)
            try:
                part = self._gzip.decompress(chunk, _STEP)
            except zlib.error:
                raise UnexpectedAnswer("is damaged", "Try again.") from None
            rest = self._gzip.unconsumed_tail or self._gzip.unused_data
            self._taken += len(chunk) - len(rest)
            chunk = rest
            # zlib may have taken all input and still owe output, but only when it filled the step.
            full_step = len(part) == _STEP and not self._gzip.eof
            yield part
