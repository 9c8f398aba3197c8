"""Damaged lines, fields and files: counted, and the rest is read."""

import gzip
from collections.abc import Iterator

import pytest

from recordings_mcp.replay import read_timeline, recording_lines
from tests.replay._building import Recording, compress, element, sentences, text, visit


def test_a_truncated_gzip_file_is_read_as_far_as_possible() -> None:
    lines = [line for _ in range(200) for line in visit().lines()]
    data = gzip.compress(b"\n".join(lines))

    assert 0 < len(list(recording_lines(data[: len(data) // 2]))) < len(lines)


DAMAGED = [
    b'["tab",{"type":3,"data":{"source":2,"ty',
    b"not json at all",
    b'["tab"]',
    b"42",
    b"[]",
    b'["tab",[]]',
    b'["tab",{"type":3,"data":{"source":2}}]',
    b'["tab",{"type":3,"data":null,"timestamp":1795000000500}]',
    b'["tab",{"type":2,"data":{},"timestamp":1795000000500}]',
    b'["tab",{"type":3,"data":{"source":5},"timestamp":"soon"}]',
]


@pytest.mark.parametrize("line", DAMAGED)
def test_a_line_that_cannot_be_read_is_counted_and_the_rest_is_read(line: bytes) -> None:
    lines = visit().lines()
    timeline = read_timeline([*lines[:2], line, *lines[2:]])

    assert sentences(timeline) == visit().sentences()
    assert timeline.coverage.undecodable == 1
    assert timeline.coverage.lines == len(lines) + 1


def test_blank_lines_are_not_counted() -> None:
    timeline = read_timeline([b"", *visit().lines(), b"  ", b"", b""])

    assert (timeline.coverage.lines, timeline.coverage.undecodable) == (len(visit().lines()), 0)


def test_a_damaged_field_is_counted_and_the_other_fields_are_used() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "Old")))
    recording.add(
        3,
        {
            "source": 0,
            "adds": compress([])[:-9],
            "removes": compress([]),
            "texts": compress([{"id": 11, "value": "New"}]),
            "attributes": compress([]),
        },
        cv="2024-10",
    )
    timeline = recording.click(10).timeline()

    assert sentences(timeline, "click") == ['click button "New"']
    assert timeline.coverage.undecodable == 1


def test_an_unknown_compression_is_counted() -> None:
    recording = Recording().open("/", element(10, "button", text(11, "Pay")))
    recording.add(
        3, {"source": 0, "adds": "????", "removes": [], "texts": [], "attributes": []}, cv="2031-01"
    )
    timeline = recording.click(10).timeline()

    assert sentences(timeline, "click") == ['click button "Pay"']
    assert (timeline.coverage.unknown_encodings, timeline.coverage.undecodable) == (1, 1)


def test_lone_surrogates_and_nan_as_javascript_writes_them_are_read() -> None:
    def lines() -> Iterator[bytes]:
        yield from visit().lines()
        yield (
            b'["tab",{"type":6,"data":{"plugin":"rrweb/console@1","payload":{"level":"log","x":NaN,'
            b'"payload":["half \\ud83d"]}},"timestamp":1795000003000}]'
        )

    timeline = read_timeline(lines())

    assert sentences(timeline, "console_log") == ["console_log (half ?)"]
    assert timeline.coverage.undecodable == 0
