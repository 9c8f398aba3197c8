"""Snapshots: sources, blocks, long-term storage."""

import json
import struct
from collections.abc import Sequence
from datetime import timedelta

import cramjam
import httpx
import pytest

from tests.sandbox.api import RECORDINGS, error
from tests.sandbox.conftest import OpenSandbox
from tests.sandbox.shop import Recording, milliseconds, snapshot

pytestmark = pytest.mark.anyio

START = Recording("a").start
LINES = [snapshot(START, second) for second in range(1, 7)]
THREE_BLOCKS = Recording("a", lines=LINES, blocks=[1, 2, 3])


async def fetch(client: httpx.AsyncClient, query: str, recording_id: str = "a") -> httpx.Response:
    return await client.get(f"{RECORDINGS}/{recording_id}/snapshots/{query}")


def block_range(first: int | str, last: int | str) -> str:
    return f"?source=blob_v2&start_blob_key={first}&end_blob_key={last}"


def many_blocks(count: int) -> Recording:
    return Recording("a", lines=[snapshot(START, second) for second in range(count)], blocks=[1] * count)


async def test_the_sources_are_the_blocks_with_their_times(open_sandbox: OpenSandbox) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), "")
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "sources": [
            {
                "source": "blob_v2",
                "start_timestamp": f"2026-03-10T11:00:0{first}Z",
                "end_timestamp": f"2026-03-10T11:00:0{last}Z",
                "blob_key": str(index),
            }
            for index, (first, last) in enumerate([(1, 1), (2, 3), (4, 6)])
        ]
    }


async def test_the_sources_are_sorted_by_their_start_not_by_their_key(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", lines=LINES[::-1], blocks=[3, 3]))
    assert [source["blob_key"] for source in (await fetch(client, "")).json()["sources"]] == ["1", "0"]


async def test_a_recording_without_snapshots_has_no_sources_and_no_blocks(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a", lines=[]))
    assert (await fetch(client, "")).json() == {"sources": []}
    response = await fetch(client, block_range(0, 0))
    assert (response.status_code, response.json()["detail"]) == (404, "Session recording not found")


async def test_a_range_of_blocks_is_inclusive(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS)
    for first, last, lines in [(0, 0, LINES[:1]), (1, 2, LINES[1:]), (0, 2, LINES), (2, 1, [""])]:
        assert (await fetch(client, block_range(first, last))).text.split("\n") == lines


async def test_blocks_are_json_lines_that_may_be_cached_for_an_hour(open_sandbox: OpenSandbox) -> None:
    headers = (await fetch(open_sandbox(THREE_BLOCKS), block_range(0, 2))).headers
    assert headers["Content-Type"] == "application/jsonl"
    assert headers["Cache-Control"] == "max-age=3600"
    assert headers["Content-Disposition"] == "inline"


async def test_snapshots_have_a_server_timing_header(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS)
    for query in ("", block_range(0, 0)):
        assert (await fetch(client, query)).headers["Server-Timing"].startswith("snapshots;dur=")


async def test_lines_are_passed_on_unchanged_even_if_truncated(open_sandbox: OpenSandbox) -> None:
    torn = ['["window", {"type": 3, "timest', "", "not json", '{"window_id": "w", "data": []}', LINES[0]]
    response = await fetch(open_sandbox(Recording("a", lines=torn)), block_range(0, 0))
    assert response.text.split("\n") == torn


@pytest.mark.parametrize(
    "query",
    [
        "?source=blob_v2",
        "?source=blob_v2&start_blob_key=0",
        "?source=blob_v2&end_blob_key=0",
        block_range("", "0"),
    ],
)
async def test_both_ends_of_a_range_are_required(open_sandbox: OpenSandbox, query: str) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), query)
    assert response.status_code == 400
    assert response.json() == error(
        "validation_error", "invalid_input", "Must provide both start blob key and end blob key"
    )


async def test_a_single_blob_key_is_not_enough(open_sandbox: OpenSandbox) -> None:
    assert (await fetch(open_sandbox(THREE_BLOCKS), "?source=blob_v2&blob_key=0")).status_code == 400


async def test_the_ends_of_a_range_are_numbers(open_sandbox: OpenSandbox) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), block_range("a", "b"))
    assert response.json()["detail"] == "Blob keys must be integers"


async def test_the_error_says_20_blobs_at_once_but_a_key_gets_21(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(many_blocks(45))
    response = await fetch(client, block_range(10, 30))
    assert len(response.text.split("\n")) == 21
    response = await fetch(client, block_range(10, 31))
    assert response.status_code == 400
    assert response.json() == error(
        "validation_error", "invalid_input", "Cannot request more than 20 blob keys at once"
    )


async def test_a_block_beyond_the_last_is_404(open_sandbox: OpenSandbox) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), block_range(2, 3))
    assert response.status_code == 404
    assert response.json() == error("invalid_request", "not_found", "Block index out of range")


@pytest.mark.parametrize("source", ["blob", "realtime", "lts", "BLOB_V2"])
async def test_other_sources_are_refused(open_sandbox: OpenSandbox, source: str) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), f"?source={source}")
    assert response.status_code == 400
    assert response.json() == error(
        "validation_error", "invalid_input", "Invalid source must be one of [blob_v2, blob_v2_ts, None]"
    )


async def test_an_empty_source_is_refused(open_sandbox: OpenSandbox) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), "?source=")
    assert response.json() == error("validation_error", "blank", "This field may not be blank.", "source")


async def test_the_older_opt_in_is_ignored(open_sandbox: OpenSandbox) -> None:
    assert len((await fetch(open_sandbox(THREE_BLOCKS), "?blob_v2=true")).json()["sources"]) == 3


async def test_blocks_that_fail_are_left_out_silently(open_sandbox: OpenSandbox) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS, failing_blocks={"a": {1}}), block_range(0, 2))
    assert response.status_code == 200
    assert response.text.split("\n") == LINES[:1] + LINES[3:]


async def test_when_every_block_fails_the_answer_is_502(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS, failing_blocks={"a": {0, 1}})
    response = await fetch(client, block_range(0, 1))
    assert response.status_code == 502
    assert response.json() == error(
        "server_error",
        "recording_blocks_unavailable",
        "Couldn't load this recording's data. Try again, and if it keeps happening contact support.",
    )
    assert (await fetch(client, block_range(2, 2))).status_code == 200


async def test_an_unknown_recording_is_404(open_sandbox: OpenSandbox) -> None:
    for query in ("", block_range(0, 0), "?source=blob_v2_lts&blob_key=x"):
        response = await fetch(open_sandbox(), query, "nowhere")
        assert (response.status_code, response.json()["detail"]) == (404, "Recording not found")


def unprefixed(body: bytes) -> list[bytes]:
    blocks: list[bytes] = []
    while body:
        (length,) = struct.unpack(">I", body[:4])
        blocks.append(bytes(cramjam.snappy.decompress_raw(body[4 : 4 + length])))
        body = body[4 + length :]
    return blocks


def text_of(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


async def test_undecompressed_blocks_are_snappy_after_their_length(open_sandbox: OpenSandbox) -> None:
    response = await fetch(open_sandbox(THREE_BLOCKS), block_range(1, 2) + "&decompress=false")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Cache-Control"] == "max-age=3600"
    assert unprefixed(response.content) == [text_of(LINES[1:3]), text_of(LINES[3:])]


async def test_decompress_is_true_by_default_and_a_boolean(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS)
    default, asked = [await fetch(client, block_range(0, 0) + more) for more in ("", "&decompress=true")]
    assert default.content == asked.content == LINES[0].encode()
    response = await fetch(client, block_range(0, 0) + "&decompress=perhaps")
    assert response.json() == error(
        "validation_error", "invalid_input", "Must be a valid boolean.", "decompress"
    )


async def test_long_term_storage_holds_one_object_without_times(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS, long_term={"a"})
    assert (await fetch(client, "")).json() == {
        "sources": [
            {
                "source": "blob_v2_lts",
                "start_timestamp": None,
                "end_timestamp": None,
                "blob_key": "session_recordings_lts/a",
            }
        ]
    }
    response = await fetch(client, "?source=blob_v2_lts&blob_key=session_recordings_lts/a")
    assert response.content == text_of(LINES)
    assert response.headers["Content-Type"] == "application/jsonl"
    assert response.headers["Cache-Control"] == "max-age=86400"


async def test_undecompressed_long_term_storage_is_snappy_without_a_length(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS, long_term={"a"})
    query = "?source=blob_v2_lts&blob_key=session_recordings_lts/a&decompress=false"
    response = await fetch(client, query)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert bytes(cramjam.snappy.decompress_raw(response.content)) == text_of(LINES)


async def test_long_term_storage_requires_the_listed_key(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(THREE_BLOCKS, Recording("b"), long_term={"a"})
    response = await fetch(client, "?source=blob_v2_lts")
    assert (response.status_code, response.json()["detail"]) == (400, "Must provide a blob key")
    for recording_id in ("a", "b"):
        response = await fetch(client, "?source=blob_v2_lts&blob_key=session_recordings_lts/b", recording_id)
        assert (response.status_code, response.json()["detail"]) == (404, "Recording not found")


async def test_more_recordings_than_are_kept_in_memory_are_served(open_sandbox: OpenSandbox) -> None:
    recordings = [Recording(f"r{number}", lines=[LINES[number % 6]]) for number in range(10)]
    client = open_sandbox(*recordings)
    for recording in [*recordings, *recordings]:
        assert recording.lines is not None
        assert (await fetch(client, block_range(0, 0), recording.id)).text == recording.lines[0]


async def test_every_timestamp_moves_by_one_offset_to_the_recent_past(open_sandbox: OpenSandbox) -> None:
    ago = timedelta(days=200)
    start = Recording("x", ago).start
    moment = milliseconds(start)
    idle = {
        "tag": "sessionIdle",
        "payload": {"eventTimestamp": moment + 1, "lastActivityTimestamp": moment, "threshold": 300000},
    }
    requests = {
        "requests": [{"timestamp": moment + 2, "timeOrigin": moment + 0.5, "startTime": 31.5, "status": 200}]
    }
    compressed = {"cv": "2024-10", "data": "\u001f\u008b\b\u00ff\u0000"}
    recording = Recording(
        "a",
        ago,
        lines=[
            snapshot(start, 1, type=5, data=idle),
            snapshot(start, 2, type=6, data={"plugin": "rrweb/network@1", "payload": requests}),
            snapshot(start, 3, type=2, **compressed),
            snapshot(start, 4, data={"source": 1, "positions": [{"x": moment, "timeOffset": -50}]}),
        ],
    )
    client = open_sandbox(recording, keep_times=False)
    lines = [json.loads(line)[1] for line in (await fetch(client, block_range(0, 0))).text.split("\n")]
    offset = (
        milliseconds(start + ago - timedelta(minutes=11)) - moment
    )  # it lasts one minute, and ends ten ago
    assert [line["timestamp"] - moment - offset for line in lines] == [1000, 2000, 3000, 4000]
    assert lines[0]["data"]["payload"] == {
        "eventTimestamp": moment + 1 + offset,
        "lastActivityTimestamp": moment + offset,
        "threshold": 300000,
    }
    assert lines[1]["data"]["payload"]["requests"] == [
        {
            "timestamp": moment + 2 + offset,
            "timeOrigin": moment + 0.5 + offset,
            "startTime": 31.5,
            "status": 200,
        }
    ]
    assert lines[2]["data"] == compressed["data"]
    assert lines[3]["data"]["positions"] == [{"x": moment, "timeOffset": -50}]
