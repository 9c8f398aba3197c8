"""All forms of a recording give the same observations; anything else is refused with a reason."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import cramjam
import orjson
import pytest
from inline_snapshot import snapshot

from recordings_mcp.replay import NotARecording, Timeline, read_timeline, recording_lines
from tests.replay._building import Recording, compress, element, sentences, text, visit

COMPRESSED_FIELDS = ("adds", "removes", "texts", "attributes")


def plain_lines(recording: Recording) -> bytes:
    return b"\n".join(recording.lines()) + b"\n"


def older_lines(recording: Recording) -> bytes:
    return orjson.dumps({"window_id": recording.window, "data": recording.events})


def bare_events(recording: Recording) -> bytes:
    return b"\n".join(orjson.dumps({**event, "windowId": recording.window}) for event in recording.events)


def export(recording: Recording) -> bytes:
    snapshots = [{**event, "windowId": recording.window} for event in recording.events]
    return orjson.dumps({"version": "2024-04-30", "data": {"id": "1", "person": {}, "snapshots": snapshots}})


def readable_export(recording: Recording) -> bytes:
    return orjson.dumps(orjson.loads(export(recording)), option=orjson.OPT_INDENT_2)


def array(recording: Recording) -> bytes:
    return orjson.dumps([{**event, "windowId": recording.window} for event in recording.events])


def with_compressed_fields(recording: Recording, squeeze: Callable[[object], str] = compress) -> bytes:
    def squeezed(event: dict[str, Any]) -> dict[str, Any]:
        data = event["data"]
        if event["type"] == 2:
            return {**event, "data": squeeze(data), "cv": "2024-10"}
        if event["type"] == 3 and data["source"] == 0:
            data = {**data, **{name: squeeze(data[name]) for name in COMPRESSED_FIELDS}}
            return {**event, "data": data, "cv": "2024-10"}
        return event

    return b"\n".join(orjson.dumps([recording.window, squeezed(event)]) for event in recording.events)


def with_zstd_fields(recording: Recording) -> bytes:
    def squeeze(value: object) -> str:
        return bytes(cramjam.zstd.compress(orjson.dumps(value))).decode("latin-1")

    return with_compressed_fields(recording, squeeze)


def with_the_mark_on_decoded_data(recording: Recording) -> bytes:
    return b"\n".join(
        orjson.dumps([recording.window, {**event, "cv": "2024-10"}]) for event in recording.events
    )


def snappy_block(recording: Recording) -> bytes:
    return bytes(cramjam.snappy.compress_raw(plain_lines(recording)))


def snappy_blocks(recording: Recording) -> bytes:
    halves = (recording.lines()[:3], recording.lines()[3:])
    blocks = [bytes(cramjam.snappy.compress_raw(b"\n".join(half))) for half in halves]
    return b"".join(struct.pack(">I", len(block)) + block for block in blocks)


def export_archive(recording: Recording) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("recording.json", "{}")
        file.writestr("data/0", b"\x00" * 9 + snappy_block(recording))
    return archive.getvalue()


def gzipped(form: Callable[[Recording], bytes]) -> Callable[[Recording], bytes]:
    return lambda recording: gzip.compress(form(recording))


def zstandard(recording: Recording) -> bytes:
    return bytes(cramjam.zstd.compress(plain_lines(recording)))


FORMS: dict[str, Callable[[Recording], bytes]] = {
    "lines of the snapshots API": plain_lines,
    "lines of older storage": older_lines,
    "bare events": bare_events,
    "export of the player": export,
    "export of the player, indented": readable_export,
    "array of events": array,
    "compressed fields": with_compressed_fields,
    "zstd fields": with_zstd_fields,
    "decoded data still marked compressed": with_the_mark_on_decoded_data,
    "one snappy block": snappy_block,
    "snappy blocks behind their lengths": snappy_blocks,
    "export archive": export_archive,
    "gzipped lines": gzipped(plain_lines),
    "gzipped export": gzipped(export),
    "zstd around lines": zstandard,
    "two gzip members": lambda recording: (
        gzip.compress(plain_lines(recording)[:80]) + gzip.compress(plain_lines(recording)[80:])
    ),
}


def read(data: bytes) -> Timeline:
    return read_timeline(recording_lines(data))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_a_recording_gives_the_same_observations(form: Callable[[Recording], bytes]) -> None:
    timeline = read(form(visit()))

    assert timeline.observations == visit().timeline().observations
    assert sentences(timeline) == snapshot(
        [
            'page shop.example/cart (titled "Cart")',
            'click button "Pay now" [pay]',
            'click button "Paying" [pay]',
        ]
    )
    assert (timeline.coverage.events, timeline.coverage.undecodable) == (9, 0)


def test_gzip_and_zstd_may_be_mixed_in_one_event() -> None:
    recording = Recording().open("/", element(10, "p"))
    recording.add(
        3,
        {
            "source": 0,
            "removes": compress([]),
            "adds": bytes(
                cramjam.zstd.compress(
                    orjson.dumps(
                        [{"parentId": 10, "nextId": None, "node": element(11, "a", text(12, "Go"), href="/")}]
                    )
                )
            ).decode("latin-1"),
            "texts": compress([]),
            "attributes": compress([]),
        },
        cv="2024-10",
    )

    assert recording.click(11).sentences("click") == ['click link "Go"']


def test_a_file_is_read_in_pieces() -> None:
    assert list(recording_lines(io.BytesIO(plain_lines(visit())))) == visit().lines()


def test_pieces_need_not_end_with_a_line() -> None:
    data = plain_lines(visit())
    pieces = (data[at : at + 7] for at in range(0, len(data), 7))

    assert list(recording_lines(pieces)) == visit().lines()


def test_a_byte_order_mark_is_ignored() -> None:
    assert read(b"\xef\xbb\xbf" + plain_lines(visit())).coverage.undecodable == 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", snapshot("This file is empty. A recording contains at least one event.")),
        (b" \n ", snapshot("This file is empty. A recording contains at least one event.")),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(100),
            snapshot(
                "This is not a recording: neither JSON or lines of JSON, nor gzip, zstd, zip or snappy of these."
            ),
        ),
        (
            b'{"name": "shop"}',
            snapshot(
                "This is JSON but not a recording: it contains no list of events. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            export(visit())[:-20],
            snapshot(
                "This is neither lines of a recording nor one JSON document. A file that was truncated while it was saved looks like this: export it again."
            ),
        ),
        (
            b"PK\x03\x04damaged",
            snapshot("This starts like a zip archive but cannot be read; it may be damaged."),
        ),
        (
            b"\x28\xb5\x2f\xfddamaged",
            snapshot("This starts like zstd but cannot be decompressed; it may be damaged."),
        ),
        (
            bytes(cramjam.snappy.compress_raw(b"hello")),
            snapshot("This decompresses to something that is not a recording."),
        ),
    ],
)
def test_data_that_is_not_a_recording_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NotARecording) as error:
        list(recording_lines(data))

    assert str(error.value) == reason


def test_a_zip_archive_of_something_else_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("holiday.jpg", b"")

    with pytest.raises(NotARecording, match="no folder `data`"):
        list(recording_lines(archive.getvalue()))
