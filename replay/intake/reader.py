"""Decodes and decompresses lines within limits, and counts what cannot be read."""

from typing import Any

from recordings_mcp.replay.coverage import Coverage
from recordings_mcp.replay.intake.compression import TooLargeError, decode_json, inflate_field
from recordings_mcp.replay.intake.thinning import thinned
from recordings_mcp.replay.limits import MAX_INFLATED_BYTES, MAX_LINE_BYTES, MAX_LINE_CONTAINERS

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)
"""What a malformed event raises."""

_COMPRESSION = "2024-10"
_ROOM = 1000  # for objects and arrays that are values of an object, which thinning keeps
_COMPRESSED = ("adds", "removes", "texts", "attributes")


class Reader:
    """Decodes and decompresses lines.

    Attributes:
        notes: How often each limit was reached, by the sentence that reports it.
    """

    def __init__(self, coverage: Coverage) -> None:
        self.notes: dict[str, int] = {}
        self._coverage = coverage
        self._nothing: str | None = None
        self._read_in_part: set[int] = set()

    def note(self, text: str) -> None:
        """Count that a limit was reached."""
        self.notes[text] = self.notes.get(text, 0) + 1

    def decode(self, line: bytes) -> Any:
        """Decode a line; count it as undecodable if that fails, unless it is blank."""
        if len(line) > MAX_LINE_BYTES:
            self.note(f"Lines longer than {MAX_LINE_BYTES >> 20} MB were not read")
        else:
            try:
                return self._decode(line)
            except TooLargeError:
                self.note(
                    f"Lines with more than {2 * MAX_LINE_CONTAINERS:,} objects and arrays were not read"
                )
            except ValueError:
                if not line.strip():
                    self._coverage.lines -= 1
                    return None
        self._coverage.undecodable += 1
        return None

    def data_of(self, line: bytes) -> dict[str, Any] | None:
        """Decode the data of an event that was already counted; no longer count it if that fails."""
        record = self.decode(line)
        if record is not None:
            event = record[1]
            try:
                data: dict[str, Any] = event["data"]
                return self.inflate(event["cv"], data) if "cv" in event else data
            except MALFORMED:
                self._coverage.undecodable += 1
        self._coverage.events -= 1
        return None

    def inflate(self, version: object, data: Any) -> Any:
        """Decompress all data or its fields. Exports keep the mark of data that is already decompressed."""
        if data.__class__ is not str:
            return self._inflate_fields(version, data)
        if version != _COMPRESSION:
            self._coverage.unknown_encodings += 1
        return self._decode(inflate_field(data))

    def _decode(self, data: bytes) -> Any:
        """Decode JSON; of too many objects and arrays the first, as of a page with very many nodes.

        Raises:
            TooLargeError: There are more than twice as many.
            ValueError: It is not JSON.
        """
        try:
            return decode_json(data)
        except TooLargeError:
            if data.count(b"{") + data.count(b"[") > 2 * MAX_LINE_CONTAINERS:
                raise
        decoded = decode_json(thinned(data, MAX_LINE_CONTAINERS - _ROOM), 2 * MAX_LINE_CONTAINERS)
        if hash(data) not in self._read_in_part:  # the first line of a window is decoded twice
            self._read_in_part.add(hash(data))
            self.note(f"Lines with more than {MAX_LINE_CONTAINERS:,} objects and arrays were read in part")
        return decoded

    def _inflate_fields(self, version: object, data: dict[str, Any]) -> dict[str, Any]:
        """Decompress the fields of a change; what cannot be read is left out and counted.

        Most fields hold an empty list, which always has the same compressed text. It is remembered.
        """
        result: dict[str, Any] = {}
        for name, value in data.items():
            if value.__class__ is not str or name not in _COMPRESSED:
                result[name] = value
            elif value != self._nothing:
                result[name] = self._inflate_field(version, value)
                if result[name] == []:
                    self._nothing = value
        return result

    def _inflate_field(self, version: object, value: str) -> Any:
        if version != _COMPRESSION:
            self._coverage.unknown_encodings += 1
        try:
            return self._decode(inflate_field(value))
        except TooLargeError:
            self.note(f"Compressed fields beyond {MAX_INFLATED_BYTES >> 20} MB were not read")
        except ValueError:
            pass
        self._coverage.undecodable += 1
        return None
