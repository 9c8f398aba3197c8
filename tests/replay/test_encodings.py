"""All forms of a recording give the same observations; anything else is refused with a reason."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import cramjam
import orjson
import pytest
from inline_snapshot import snapshot

from recordings_mcp.replay import NotARecording, Timeline, read_timeline, recording_lines
from tests.replay._building import START, Recording, compress, element, sentences, text, visit

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


def with_the_mark_before_the_time(recording: Recording) -> bytes:
    pairs = [orjson.loads(line) for line in with_compressed_fields(recording).splitlines()]
    for _, event in pairs:
        event["timestamp"] = event.pop("timestamp")
    return b"\n".join(map(orjson.dumps, pairs))


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


def zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def zipped_export(recording: Recording) -> bytes:
    return zipped({"Downloads/recording.json": export(recording)})


def zipped_export_beside_other_files(recording: Recording) -> bytes:
    return zipped({"read me.txt": b"Look at 00:02.", "notes.json": b"{}", "a.json": export(recording)})


def export_archive_zipped_again_on_a_mac(recording: Recording) -> bytes:
    files = {
        "export/": b"",
        "export/.DS_Store": b"\x00\x00\x00\x01Bud1",
        "__MACOSX/export/._data": b"\x00\x05\x16\x07",
        "export/recording.json": b"{}",
        "export/data/0": b"\x00" * 9 + snappy_block(recording),
        "__MACOSX/export/data/._0": b"\x00\x05\x16\x07",
    }
    return zipped(files)


def as_powershell_writes_it(recording: Recording) -> bytes:
    return b"\xff\xfe" + plain_lines(recording).replace(b"\n", b"\r\n").decode().encode("utf-16-le")


def in_encoding(encoding: str, form: Callable[[Recording], bytes]) -> Callable[[Recording], bytes]:
    return lambda recording: form(recording).decode().encode(encoding)


def under_another_name(recording: Recording) -> bytes:
    return orjson.dumps({"session": {"user": {"id": 7}, "rrweb_data": orjson.loads(array(recording))}})


def as_text_under_another_name(recording: Recording) -> bytes:
    return orjson.dumps({"id": 7, "rrweb_data": array(recording).decode()})


def in_chunks(recording: Recording) -> bytes:
    events = orjson.loads(array(recording))
    return orjson.dumps({"eventsMatrix": [events[:2], events[2:]]})


def by_window(recording: Recording) -> bytes:
    return orjson.dumps({"snapshotsByWindowId": {recording.window: recording.events, "other": [LOADED]}})


def captured(recording: Recording) -> list[dict[str, Any]]:
    pageview = {"event": "$pageview", "properties": {"$window_id": recording.window}, "timestamp": "2026"}
    return [
        pageview,
        *(
            {
                "event": "$snapshot",
                "properties": {"$window_id": recording.window, "$snapshot_data": events},
                "timestamp": "2026-11-18T10:00:00.000Z",
            }
            for events in (recording.events[:3], recording.events[3:])
        ),
    ]


def captures(recording: Recording) -> bytes:
    return orjson.dumps({"api_key": "phc_x", "batch": captured(recording)})


def lines_of_captures(recording: Recording) -> bytes:
    return b"\n".join(map(orjson.dumps, captured(recording)[1:]))


def with_other_keys_first(recording: Recording) -> bytes:
    keys = ("timestamp", "data", "type")
    events = [{key: event[key] for key in keys} | event for event in recording.events]
    return b"\n".join(orjson.dumps([recording.window, event]) for event in events)


def sorted_and_spaced(recording: Recording) -> bytes:
    return b"\n".join(
        json.dumps([recording.window, event], sort_keys=True).encode() for event in recording.events
    )


def behind_a_damaged_line(recording: Recording) -> bytes:
    return b'a":{"node":{}}},"timestamp":1795000000000}]\n' + plain_lines(recording)


LOADED: dict[str, Any] = {"type": 1, "data": {}, "timestamp": START}


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
    "compressed fields, marked before the time": with_the_mark_before_the_time,
    "zstd fields": with_zstd_fields,
    "decoded data still marked compressed": with_the_mark_on_decoded_data,
    "one snappy block": snappy_block,
    "snappy blocks behind their lengths": snappy_blocks,
    "export archive": export_archive,
    "gzipped lines": gzipped(plain_lines),
    "gzipped export": gzipped(export),
    "zstd around lines": zstandard,
    "zip of an export": zipped_export,
    "zip of an export beside other files": zipped_export_beside_other_files,
    "export archive, zipped again on a Mac": export_archive_zipped_again_on_a_mac,
    "UTF-16 with line breaks of Windows": as_powershell_writes_it,
    "UTF-16, big-endian": in_encoding("utf-16-be", lambda recording: b"\xef\xbb\xbf" + export(recording)),
    "UTF-16 without a mark": in_encoding("utf-16-le", readable_export),
    "UTF-16, big-endian, without a mark": in_encoding("utf-16-be", export),
    "UTF-32": in_encoding("utf-32", export),
    "UTF-8 with a mark": lambda recording: b"\xef\xbb\xbf" + readable_export(recording),
    "gzipped UTF-16": gzipped(as_powershell_writes_it),
    "a list under another name": under_another_name,
    "a list that is a text": as_text_under_another_name,
    "a list of lists": in_chunks,
    "captured events": captures,
    "lines of captured events": lines_of_captures,
    "lines with other keys first": with_other_keys_first,
    "sorted keys and spaces": sorted_and_spaced,
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


def test_a_byte_order_mark_is_ignored_wherever_a_file_was_appended() -> None:
    lines = visit().lines()
    data = b"\xef\xbb\xbf" + b"\n".join(lines[:4]) + b"\n\xef\xbb\xbf" + b"\n".join(lines[4:])

    assert read(data) == visit().timeline()


def test_lists_beside_each_other_are_windows() -> None:
    timeline = read(by_window(visit()))

    assert timeline.observations == visit().timeline().observations
    assert timeline.coverage.windows == 2


@pytest.mark.parametrize("window", [1, 0, -7, None, 2.5])
def test_a_window_may_be_a_number_or_null(window: float | None) -> None:
    lines = [orjson.dumps([window, event]) for event in visit().events]
    named = visit()
    named.window = "" if window is None else str(window)

    assert read(b"\n".join(lines)) == named.timeline()
    assert read(b"[%s]" % b",".join(lines)) == named.timeline()


def test_damage_at_the_beginning_does_not_hide_the_lines_after_it() -> None:
    timeline = read(behind_a_damaged_line(visit()))

    assert timeline.observations == visit().timeline().observations
    assert timeline.coverage.undecodable == 1


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
                "This is JSON but not a recording: it contains no rrweb events. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            orjson.dumps({"id": "s1", "events": [{"id": 0, "event_type": "click", "timestamp": 1.795e12}]}),
            snapshot(
                "This is JSON but not a recording: it contains no rrweb events. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            b'{"level":"info","timestamp":1795000000000}\n{"level":"info","timestamp":1795000000001}',
            snapshot(
                "This is JSON but not a recording: it contains no rrweb events. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            b"[1, 2, 3]",
            snapshot(
                "This is JSON but not a recording: it contains no rrweb events. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            orjson.dumps(captured(visit())[:1]),
            snapshot(
                "These are analytics events, not a recording. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            b'{"event":"$pageview","timestamp":"2026-11-18T10:00:00Z","properties":{}}\n',
            snapshot(
                "These are analytics events, not a recording. Expected are PostHog's export of a recording, lines of the snapshots API, or an array of rrweb events."
            ),
        ),
        (
            orjson.dumps([{**event, "timestamp": "2026-11-18T10:00:00Z"} for event in visit().events]),
            snapshot(
                "The times of these events are text. Expected are milliseconds since 1970, as rrweb writes them."
            ),
        ),
        (
            b"\n".join(orjson.dumps(["tab", {**event, "timestamp": "now"}]) for event in visit().events),
            snapshot(
                "The times of these events are text. Expected are milliseconds since 1970, as rrweb writes them."
            ),
        ),
        (
            "Name;Price\nTea;4".encode("utf-16"),
            snapshot("This is text, but neither JSON nor lines of it."),
        ),
        (
            zipped({"holiday.jpg": b""}),
            snapshot("This file is empty. A recording contains at least one event."),
        ),
        (
            zipped({"a.txt": b"a", "b.txt": b"b"}),
            snapshot("This zip archive contains no recording."),
        ),
        (zipped({}), snapshot("This zip archive contains no recording.")),
        (
            zipped({"monday.json": export(visit()), "tuesday.json": export(visit())}),
            snapshot("This zip archive contains 2 recordings. Unpack it and read one of them."),
        ),
        (
            zipped({f"{number}.txt": b"" for number in range(9)}),
            snapshot("This zip archive contains 9 files. Unpack it and read one of them."),
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


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings_mcp.replay.intake.encodings.MAX_DOCUMENT_BYTES", 100_000)
    bomb = zipped({"a.json": b"[" + b" " * 200_000 + b"]"})
    once_more = zipped({"bomb.zip": bomb})

    for data in (bomb, once_more):
        with pytest.raises(NotARecording, match="too large"):
            list(recording_lines(data))
