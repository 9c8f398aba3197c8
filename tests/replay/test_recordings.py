"""The project's own recordings, against what their scripts did."""

import gzip
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from recordings_mcp.replay import AnalyticsEvent, Timeline, read_timeline, recording_lines

RECORDINGS = sorted(Path(__file__).parents[2].joinpath("sandbox/recordings").iterdir())
CLICKS = {"click": 1, "tap": 1, "double_click": 2}


def load(folder: Path) -> tuple[Timeline, dict[str, Any]]:
    events = orjson.loads(gzip.decompress((folder / "events.json.gz").read_bytes()))
    timeline = read_timeline(
        recording_lines((folder / "snapshots.jsonl.gz").read_bytes()),
        [
            AnalyticsEvent(
                event["event"],
                datetime.fromisoformat(event["timestamp"]).timestamp() * 1000,
                event["properties"],
                event["uuid"],
            )
            for event in events
        ],
    )
    return timeline, orjson.loads((folder / "truth.json").read_bytes())


@pytest.fixture(params=RECORDINGS, ids=lambda folder: folder.name, scope="module")
def recording(request: pytest.FixtureRequest) -> tuple[Timeline, dict[str, Any]]:
    return load(request.param)


def test_every_click_of_the_script_is_told_with_the_target_it_meant(
    recording: tuple[Timeline, dict[str, Any]],
) -> None:
    timeline, truth = recording
    meant = Counter[str]()
    for action in truth["actions"]:
        meant[action["target"]] += CLICKS.get(action["action"], 0)
    found = Counter[str]()
    for observation in timeline.observations:
        if observation.kind == "click":
            assert observation.target is not None
            found[observation.target.split('"')[1]] += observation.count

    assert +found == +meant


def test_every_page_of_the_script_is_told_in_order(recording: tuple[Timeline, dict[str, Any]]) -> None:
    timeline, truth = recording
    told = [observation.target or "" for observation in timeline.observations if observation.kind == "page"]

    assert [path_of(page) for page in told] == [path_of(page["path"]) for page in truth["pages"]]


def path_of(address: str) -> str:
    """An address without its host, its scheme being left out already."""
    return urlsplit(address if address.startswith("/") else f"//{address}").path


def test_every_failed_request_of_the_script_is_told(recording: tuple[Timeline, dict[str, Any]]) -> None:
    timeline, truth = recording
    told = [
        found for found in timeline.observations if found.kind == "network_error" for _ in range(found.count)
    ]
    meant = [request for request in truth["failed_requests"] if request["status"]]
    unanswered = [request for request in truth["failed_requests"] if not request["status"]]

    for request in meant:
        expected = (f"{request['method']} {request['path']}", f"status {request['status']} ")
        assert any(expected[0] == found.target and expected[1] in f"{found.detail}" for found in told)
    assert sum("no answer" in f"{found.detail}" for found in told) == len(unanswered)
    assert len(told) == len(truth["failed_requests"])


def test_every_exception_of_the_script_is_told_once(recording: tuple[Timeline, dict[str, Any]]) -> None:
    timeline, truth = recording
    told = [
        found.detail or ""
        for found in timeline.observations
        if found.kind == "exception"
        for _ in range(found.count)
    ]

    assert len(told) == len(truth["exceptions"])
    assert all(any(exception["message"] in message for message in told) for exception in truth["exceptions"])


def test_nothing_is_lost_on_the_way(recording: tuple[Timeline, dict[str, Any]]) -> None:
    coverage = recording[0].coverage

    assert (coverage.undecodable, coverage.unknown_events, coverage.unknown_encodings) == (0, 0, 0)
    assert coverage.events == coverage.lines - coverage.duplicates
    assert coverage.limits_reached == []


def test_there_are_recordings_to_test_with() -> None:
    assert len(RECORDINGS) >= 20
