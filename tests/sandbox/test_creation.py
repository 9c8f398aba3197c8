"""Creating a sandbox: time, files, and the recordings that come with it."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx
import pytest

from recordings_mcp.sandbox import SandboxSettings, create_sandbox
from tests.sandbox.api import RECORDINGS, list_recordings, listed_ids
from tests.sandbox.conftest import Clock, OpenSandbox, connect
from tests.sandbox.shop import NOW, Recording, snapshot, write_recording

pytestmark = pytest.mark.anyio


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_recordings_are_moved_to_the_last_days_in_their_order(open_sandbox: OpenSandbox) -> None:
    recordings = [Recording(f"r{number:02}", timedelta(days=500 - number)) for number in range(25)]
    client = open_sandbox(*recordings, keep_times=False)
    body = (await list_recordings(client, date_from="all")).json()["results"]
    assert [recording["id"] for recording in body] == [f"r{number:02}" for number in reversed(range(25))]
    assert moment(body[0]["end_time"]) == NOW - timedelta(minutes=10)
    ages = [NOW - moment(recording["start_time"]) for recording in body]
    assert timedelta(days=2.4) < ages[21] < timedelta(days=2.6)
    assert [age > timedelta(days=3) for age in ages].count(True) == 3
    assert all(recording["recording_duration"] == 60 for recording in body)
    lengths = {moment(recording["end_time"]) - moment(recording["start_time"]) for recording in body}
    assert lengths == {timedelta(seconds=60)}


async def test_the_same_clock_gives_the_same_sandbox(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(Recording("a"), Recording("b"), keep_times=False)
    again = open_sandbox(keep_times=False)
    assert (await list_recordings(client)).json() == (await list_recordings(again)).json()


async def test_a_single_recording_and_none_are_fine(open_sandbox: OpenSandbox, tmp_path: Path) -> None:
    assert await listed_ids(open_sandbox(Recording("a"), keep_times=False)) == ["a"]
    assert await listed_ids(open_sandbox(recordings=tmp_path / "nothing")) == []


async def test_snapshots_and_events_may_be_missing_from_a_folder(
    open_sandbox: OpenSandbox, tmp_path: Path
) -> None:
    write_recording(tmp_path / "other", Recording("a"))
    for name in ("snapshots.jsonl.gz", "events.json.gz"):
        (tmp_path / "other" / "a" / name).unlink()
    client = open_sandbox(recordings=tmp_path / "other")
    assert (await client.get(f"{RECORDINGS}/a/snapshots")).json() == {"sources": []}


async def test_a_database_file_keeps_changes(open_sandbox: OpenSandbox, tmp_path: Path, clock: Clock) -> None:
    database = str(tmp_path / "posthog.sqlite")
    client = open_sandbox(Recording("a"), Recording("b"), database=database, keep_times=False)
    await client.patch(f"{RECORDINGS}/a", json={"viewed": True})
    await client.delete(f"{RECORDINGS}/b")
    before = (await client.get(f"{RECORDINGS}/a")).json()
    clock.now += timedelta(hours=1)
    again = open_sandbox(database=database, keep_times=False)
    assert await listed_ids(again) == ["a"]
    assert (await again.get(f"{RECORDINGS}/a")).json() == before


async def test_the_database_can_be_named_at_creation(tmp_path: Path) -> None:
    path = tmp_path / "posthog.sqlite"
    create_sandbox(SandboxSettings(recordings=tmp_path), database=str(path))
    assert path.exists()


async def test_concurrent_requests_are_served(open_sandbox: OpenSandbox) -> None:
    client = open_sandbox(*(Recording(f"r{number}") for number in range(8)))
    seen: list[int] = []

    async def visit(number: int) -> None:
        await client.patch(f"{RECORDINGS}/r{number}", json={"viewed": True})
        response = await client.get(
            f"{RECORDINGS}/r{number}/snapshots?source=blob_v2&start_blob_key=0&end_blob_key=0"
        )
        seen.append(response.status_code)

    async with anyio.create_task_group() as tasks:
        for number in range(8):
            tasks.start_soon(visit, number)
    assert seen == [200] * 8
    assert all(r["viewed"] for r in (await list_recordings(client)).json()["results"])


async def test_a_sandbox_without_arguments_has_real_recordings_of_the_last_days() -> None:
    async with connect(create_sandbox()) as client:
        everything = (await list_recordings(client, date_from="all", limit=100)).json()["results"]
        recent = (await list_recordings(client, limit=100)).json()["results"]
    assert len(everything) >= 20
    assert 0 < len(recent) < len(everything), "the default window hides some"
    newest = datetime.now(UTC) - moment(recent[0]["end_time"])
    assert timedelta(minutes=9) < newest < timedelta(minutes=11)


async def test_a_sandbox_without_arguments_has_an_action_and_a_cohort() -> None:
    plus = {"type": "cohort", "key": "id", "operator": "in", "value": 1}
    async with connect(create_sandbox()) as client:
        everything = set(await listed_ids(client, date_from="all", limit=100))
        bought = set(
            await listed_ids(client, date_from="all", limit=100, actions=[{"id": 1, "type": "actions"}])
        )
        subscribed = set(await listed_ids(client, date_from="all", limit=100, properties=[plus]))
    assert set() < bought < everything
    assert set() < subscribed < everything


@pytest.mark.alone
async def test_creating_a_sandbox_is_quick() -> None:
    create_sandbox()
    started = time.process_time()
    create_sandbox()
    assert time.process_time() - started < 0.5


async def all_lines(client: httpx.AsyncClient, recording_id: str) -> list[str]:
    path = f"{RECORDINGS}/{recording_id}/snapshots/"
    keys = [int(source["blob_key"]) for source in (await client.get(path)).json()["sources"]]
    lines: list[str] = []
    for first in range(0, len(keys), 20):
        last = min(first + 19, len(keys) - 1)
        query = f"?source=blob_v2&start_blob_key={first}&end_blob_key={last}"
        lines += (await client.get(path + query)).text.split("\n")
    return lines


async def test_every_bundled_recording_is_served_within_its_own_time() -> None:
    async with connect(create_sandbox()) as client:
        for recording in (await list_recordings(client, date_from="all", limit=100)).json()["results"]:
            start, end = moment(recording["start_time"]), moment(recording["end_time"])
            moments = [json.loads(line)[1]["timestamp"] for line in await all_lines(client, recording["id"])]
            assert abs(min(moments) - start.timestamp() * 1000) < 5_000, recording["id"]
            assert abs(max(moments) - end.timestamp() * 1000) < 5_000, recording["id"]


async def test_recordings_are_read_again_after_they_changed(
    open_sandbox: OpenSandbox, tmp_path: Path
) -> None:
    assert (await listed_ids(open_sandbox(Recording("a")))) == ["a"]
    start = Recording("b").start
    write_recording(tmp_path / "recordings", Recording("b", lines=[snapshot(start, 1)]))
    assert sorted(await listed_ids(open_sandbox())) == ["a", "b"]
