"""Unpack an answer's body without trusting its size."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from recordings_mcp.client._errors import UnexpectedAnswer, Unreachable

MEBIBYTE = 1024 * 1024
ACCEPTED_ENCODINGS = "gzip"
MOST_INFLATION = 200
"""Unpacked bytes a packed byte may stand for, counted after the first unpacked MiB."""

_STEP = 64 * 1024
_GZIP_ONLY = 16 + zlib.MAX_WBITS


@dataclass(slots=True)
class Allowance:
    """Unpacked bytes that may still be received; shared by all answers of one call."""

    left: int

    def spend(self, size: int) -> None:
        """Take `size` bytes off.

        Raises:
            UnexpectedAnswer: There are not as many left.
        """
        self.left -= size
        if self.left < 0:
            raise UnexpectedAnswer("is larger than this client accepts", "Ask for less at a time.")


class Inflater:
    """Unpack one body, chunk by chunk, a step of at most 64 KiB at a time.

    Args:
        encoding: The answer's `Content-Encoding`.
        allowance: What may be unpacked in all.

    Raises:
        UnexpectedAnswer: The encoding is neither absent, `identity` nor one layer of gzip.
    """

    def __init__(self, encoding: str | None, allowance: Allowance) -> None:
        name = (encoding or "identity").strip().lower()
        if name not in {"identity", "gzip", "x-gzip"}:
            raise UnexpectedAnswer("is packed in a way that was not asked for")
        self._gzip = zlib.decompressobj(_GZIP_ONLY) if name != "identity" else None
        self._allowance = allowance
        self._taken = 0
        self._unpacked = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk of the body unpacks to.

        Raises:
            UnexpectedAnswer: The body is over the allowance, inflates beyond reason, or is damaged.
        """
        for part in self._parts(chunk):
            self._unpacked += len(part)
            self._allowance.spend(len(part))
            if self._unpacked > max(MEBIBYTE, MOST_INFLATION * self._taken):
                raise UnexpectedAnswer("inflates beyond reason")
            yield part

    def finish(self) -> None:
        """Say that the body has ended.

        Raises:
            Unreachable: It ended before its packed form did.
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
            part = _inflated(self._gzip, chunk)
            rest = self._gzip.unconsumed_tail or self._gzip.unused_data
            self._taken += len(chunk) - len(rest)
            chunk = rest
            # zlib may have taken all input and still owe output, but only when it filled the step.
            full_step = len(part) == _STEP and not self._gzip.eof
            yield part


def _inflated(gzip: "zlib._Decompress", chunk: bytes) -> bytes:
    try:
        return gzip.decompress(chunk, _STEP)
    except zlib.error:
        raise UnexpectedAnswer("is damaged", "Try again.") from None
