"""Cut a stream of bytes into lines."""

from collections.abc import Iterator

from recordings_mcp.client._errors import UnexpectedAnswer
from recordings_mcp.client._inflate import MEBIBYTE

LONGEST_LINE = 64 * MEBIBYTE


class LineSplitter:
    """Collect chunks and yield whole lines without their newline; blank ones are left out."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take the next chunk; yield the lines that it completes.

        Raises:
            UnexpectedAnswer: A line is over 64 MiB.
        """
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            self._begun.append(part)
            yield from self.finish()
        self._length += len(rest)
        if self._length > LONGEST_LINE:
            raise UnexpectedAnswer(
                "has a line that is larger than this client accepts", "Watch another recording."
            )
        self._begun.append(rest)

    def finish(self) -> Iterator[bytes]:
        """Yield the line that has begun: the stream's last one may lack its newline."""
        line = b"".join(self._begun).strip()
        self._begun = []
        self._length = 0
        if line:
            yield line
