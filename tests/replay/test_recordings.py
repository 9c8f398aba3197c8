"""The project's own recordings, against what their scripts did."""

import gzip
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from recordings_mcp.replay import AnalyticsEvent, Kind, Timeline, read_timeline, recording_lines
from recordings_mcp.replay.text.line import detail_of, subject_of

RECORDINGS = sorted(Path(__file__).parents[2].joinpath("sandbox/recordings").iterdir())
CLICKS = {"click": 1, "tap": 1, "double_click": 2}


BOX = "input:"
"""A click on a checkbox or radio button: the recording shows its change, posthog-js sees none."""


@dataclass(frozen=True)
class Recorded:
    """A recording of the project: its lines, the events of the session, and what its script did."""

    lines: list[bytes]
    events: list[AnalyticsEvent]
    truth: dict[str, Any]

    @cached_property
    def timeline(self) -> Timeline:
        return read_timeline(self.lines, self.events)

    def events_named(self, name: str) -> list[AnalyticsEvent]:
        return [event for event in self.events if event.event == name]

    @cached_property
    def with_truth(self) -> tuple[Timeline, dict[str, Any]]:
        return self.timeline, self.truth


def load(folder: Path) -> Recorded:
    events = [
        AnalyticsEvent(
            event["event"],
            datetime.fromisoformat(event["timestamp"]).timestamp() * 1000,
            event["properties"],
            event["uuid"],
        )
        for event in orjson.loads(gzip.decompress((folder / "events.json.gz").read_bytes()))
    ]
    lines = [*recording_lines((folder / "snapshots.jsonl.gz").read_bytes())]
    return Recorded(lines, events, orjson.loads((folder / "truth.json").read_bytes()))


@pytest.fixture(params=RECORDINGS, ids=lambda folder: folder.name, scope="module")
def recorded(request: pytest.FixtureRequest) -> Recorded:
    return load(request.param)


@pytest.fixture(scope="module")
def recording(recorded: Recorded) -> tuple[Timeline, dict[str, Any]]:
    return recorded.with_truth


def times(timeline: Timeline, *kinds: Kind) -> int:
    return sum(found.count for found in timeline.observations if found.kind in kinds)


def named(target: str | None) -> str:
    assert target is not None
    return target.split('"')[1]


def test_every_click_of_the_script_is_observed_with_its_intended_target(
    recording: tuple[Timeline, dict[str, Any]],
) -> None:
    timeline, truth = recording
    meant = Counter[str]()
    for action in truth["actions"]:
        meant[action["target"]] += CLICKS.get(action["action"], 0)
    found = Counter[str]()
    for observation in timeline.observations:
        if observation.kind == "click":
            found[named(subject_of(observation))] += observation.count

    assert +found == +meant


def test_exactly_the_fields_that_the_script_filled_in_are_observed(recorded: Recorded) -> None:
    actions = recorded.truth["actions"]
    filled = {action["target"] for action in actions if action["action"] in ("type", "select")}
    clicked = {action["target"] for action in actions if action["action"] in CLICKS}
    inputs = [seen for seen in recorded.timeline.observations if seen.kind in ("input", "select")]
    boxes = {named(subject_of(seen)) for seen in inputs if detail_of(seen) in ("checked", "unchecked")}

    assert {named(subject_of(seen)) for seen in inputs} - boxes == filled
    assert boxes <= clicked
    assert recorded.timeline.coverage.page_driven_inputs == 0


def test_rage_and_dead_clicks_are_those_of_the_script_and_of_posthog_js(recorded: Recorded) -> None:
    rage, dead = recorded.events_named("$rageclick"), recorded.events_named("$dead_click")

    assert times(recorded.timeline, "rage_click") == len(rage) == recorded.truth["rage_clicks"]
    assert times(recorded.timeline, "dead_click") == len(dead) >= recorded.truth["dead_clicks"]
    assert all(
        found.source == "event"
        for found in recorded.timeline.observations
        if found.kind in ("rage_click", "dead_click")
    )


def test_what_is_inferred_without_events_is_what_posthog_js_saw(recorded: Recorded) -> None:
    inferred = read_timeline(recorded.lines)
    dead = recorded.events_named("$dead_click")
    unchanged = [event for event in dead if not event.properties["$elements_chain"].startswith(BOX)]

    assert times(inferred, "rage_click") == len(recorded.events_named("$rageclick"))
    assert times(inferred, "dead_click") == len(unchanged)


def test_a_recording_sent_twice_gives_each_observation_once(recorded: Recorded) -> None:
    twice = read_timeline([*recorded.lines, *recorded.lines], recorded.events)

    assert twice.observations == recorded.timeline.observations
    assert twice.coverage.duplicates == recorded.timeline.coverage.duplicates + len(recorded.lines)


def test_every_page_of_the_script_is_observed_in_order(recording: tuple[Timeline, dict[str, Any]]) -> None:
    timeline, truth = recording
    observed = [
        subject_of(observation) for observation in timeline.observations if observation.kind == "page"
    ]

    assert [path_of(page) for page in observed] == [path_of(page["path"]) for page in truth["pages"]]


def path_of(address: str) -> str:
    """An address without its host, its scheme being left out already."""
    return urlsplit(address if address.startswith("/") else f"//{address}").path


def test_every_failed_request_of_the_script_is_observed(recording: tuple[Timeline, dict[str, Any]]) -> None:
    timeline, truth = recording
    observed = [
        found for found in timeline.observations if found.kind == "network_error" for _ in range(found.count)
    ]
    meant = [request for request in truth["failed_requests"] if request["status"]]
    unanswered = [request for request in truth["failed_requests"] if not request["status"]]

    for request in meant:
        expected = (f"{request['method']} {request['path']}", f"status {request['status']} ")
        assert any(expected[0] == subject_of(found) and expected[1] in detail_of(found) for found in observed)
    assert sum("no answer" in detail_of(found) for found in observed) == len(unanswered)
    assert len(observed) == len(truth["failed_requests"])


def test_every_exception_of_the_script_is_observed_once(recording: tuple[Timeline, dict[str, Any]]) -> None:
    timeline, truth = recording
    observed = [
        detail_of(found)
        for found in timeline.observations
        if found.kind == "exception"
        for _ in range(found.count)
    ]

    assert len(observed) == len(truth["exceptions"])
    assert all(
        any(exception["message"] in message for message in observed) for exception in truth["exceptions"]
    )


def test_every_event_of_a_recording_is_read(recording: tuple[Timeline, dict[str, Any]]) -> None:
    coverage = recording[0].coverage

    assert (coverage.undecodable, coverage.unknown_events, coverage.unknown_encodings) == (0, 0, 0)
    assert coverage.events == coverage.lines - coverage.duplicates
    assert coverage.limits_reached == []


def test_there_are_recordings_to_test_with() -> None:
    assert len(RECORDINGS) >= 20
