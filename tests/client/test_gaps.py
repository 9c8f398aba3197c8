"""What the server leaves out of a download is noticed, and nothing else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from recordings_mcp.client import (
    RecordingBlocksUnavailable,
    RecordingFilters,
    RecordingsClient,
    application_transport,
)
from recordings_mcp.sandbox import SANDBOX_API_KEY, SandboxSettings, create_sandbox
from tests.client.recordings import LONG, NOW, Shop, lines
from tests.client.scripted import ID, Answer, Scripted, all_pages, connect

pytestmark = pytest.mark.anyio


def source(kind: str, key: str | None = None, at: str | None = None) -> dict[str, Any]:
    return {"source": kind, "blob_key": key, "start_timestamp": at, "end_timestamp": at}


async def test_blocks_that_the_server_leaves_out_silently_are_named(shop: Shop) -> None:
    transport = shop.transport(failing_blocks={LONG: frozenset({3, 30, 31})})
    async with shop.client(transport) as client:
        download = await client.snapshots(LONG)
        received = [line async for line in download.lines()]
    assert len(received) == 84
    assert download.missing_blocks == ["3", "30", "31"]
    assert download.done_blocks == 45


def line_at(moment: float) -> bytes:
    return json.dumps(["w", {"type": 3, "timestamp": round(moment * 1000)}]).encode()


def block_at(key: int, first: float, last: float) -> dict[str, Any]:
    start, end = (datetime.fromtimestamp(moment, UTC).isoformat() for moment in (first, last))
    return {"source": "blob_v2", "blob_key": str(key), "start_timestamp": start, "end_timestamp": end}


async def missing(sources: list[dict[str, Any]], received: list[bytes]) -> list[str]:
    server = Scripted(Answer(body={"sources": sources}), Answer(body=b"\n".join(received)))
    async with connect(server) as client:
        download = await client.snapshots(ID)
        assert len([line async for line in download.lines()]) == len(received)
    return download.missing_blocks


T = 1_773_140_400.25


async def test_a_block_left_out_between_neighbours_that_touch_it_is_noticed() -> None:
    sources = [block_at(0, T, T + 1), block_at(1, T + 1, T + 1.5), block_at(2, T + 1.6, T + 2)]
    assert await missing(sources, [line_at(T), line_at(T + 1), line_at(T + 1.6), line_at(T + 2)]) == ["1"]


async def test_a_server_that_rounds_its_moments_is_not_accused() -> None:
    sources = [block_at(key, int(T) + key, int(T) + key) for key in range(8)]
    received = [line_at(T + key) for key in range(8)]
    assert await missing(sources, received) == []
    assert await missing(sources, received[:4]) == ["5", "6", "7"]


async def test_a_server_that_lists_no_moments_is_not_accused() -> None:
    assert await missing([source("blob_v2", "0"), source("blob_v2", "1")], [line_at(T)]) == []


async def test_lines_whose_moment_cannot_be_read_are_not_held_against_the_server() -> None:
    sources = [block_at(key, T + 10 * key, T + 10 * key) for key in range(3)]
    assert await missing(sources, [line_at(T), b'["w", {"timestamp": "soon"}]', b"garbage"]) == []


@pytest.mark.parametrize("left_out", [0, 1])
async def test_gaps_in_recordings_made_by_posthog_js_are_detected_and_nothing_else(
    left_out: int,
) -> None:
    whole: dict[str, list[bytes]] = {}
    blocks: dict[str, int] = {}
    async with bundled(SandboxSettings()) as client:
        for recording in await all_pages(client, RecordingFilters(date_from="all")):
            download = await client.snapshots(recording.id)
            whole[recording.id] = [line async for line in download.lines()]
            blocks[recording.id] = download.total_blocks
    failing = {each: frozenset({left_out}) for each, count in blocks.items() if count > 1}
    async with bundled(SandboxSettings(failing_blocks=failing)) as client:
        for recording_id, lines_there in whole.items():
            download = await client.snapshots(recording_id)
            received = {line async for line in download.lines()}
            # A block that the browser sent twice is no loss, and its copy hides that it is not there.
            lost = recording_id in failing and received != set(lines_there)
            assert download.missing_blocks == ([str(left_out)] if lost else [])


def bundled(settings: SandboxSettings) -> RecordingsClient:
    """Open a sandbox that moves its recordings to the same days each time."""
    return RecordingsClient(
        host="http://localhost",
        project_id=1,
        api_key=SANDBOX_API_KEY,
        transport=application_transport(create_sandbox(settings, clock=lambda: NOW)),
    )


async def test_a_range_that_cannot_be_read_is_missing_and_the_rest_arrives(shop: Shop) -> None:
    async with shop.client(failing_blocks={LONG: frozenset(range(20, 40))}) as client:
        download = await client.snapshots(LONG)
        received = [line async for line in download.lines()]
    assert received == lines(LONG, 20) + lines(LONG, 45)[80:]
    assert download.missing_blocks == [str(block) for block in range(20, 40)]


async def test_a_recording_of_which_nothing_can_be_read_is_an_error(shop: Shop) -> None:
    async with shop.client(failing_blocks={LONG: frozenset(range(45))}) as client:
        with pytest.raises(RecordingBlocksUnavailable, match="could not read the recording's data"):
            [line async for line in client.snapshot_lines(LONG)]


async def test_old_forms_beside_blocks_are_left_out_because_they_repeat_them() -> None:
    listed = [
        source("realtime"),
        source("blob", "x"),
        source("blob_v2", "1"),
        source("blob_v2", "0"),
        source("blob_v2", "1"),
    ]
    server = Scripted(Answer(body={"sources": listed}), Answer(body=b"a\nb"))
    async with connect(server) as client:
        assert [line async for line in client.snapshot_lines(ID)] == [b"a", b"b"]
    assert server.requests[-1].url.query.decode() == "source=blob_v2&start_blob_key=0&end_blob_key=1"
