"""The recordings that are committed: complete, in agreement with themselves, and of the sizes promised."""

import json
from collections import Counter
from datetime import datetime

from recorder._programme import SESSIONS
from tests.recorder.reading import FILES, RECORDINGS, Recording

MEGABYTE = 1_000_000


def test_every_session_of_the_programme_is_there_with_its_four_files() -> None:
    found = {folder.name: sorted(file.name for file in folder.iterdir()) for folder in RECORDINGS.iterdir()}

    assert found == {session.name: list(FILES) for session in SESSIONS}


def test_at_least_twenty_sessions_have_different_endings(recordings: list[Recording]) -> None:
    assert len({recording.truth["fate"] for recording in recordings}) >= 20


def test_all_recordings_together_are_at_most_six_megabytes() -> None:
    total = sum(file.stat().st_size for file in RECORDINGS.rglob("*") if file.is_file())

    assert total <= 6 * MEGABYTE


def test_the_large_recording_is_large_decoded_small_on_disk_and_has_more_than_45_blocks(
    by_name: dict[str, Recording],
) -> None:
    large = by_name["sale_hunt"]

    assert sum(len(json.dumps(event)) for _, event in large.stream) >= 5 * MEGABYTE
    assert (RECORDINGS / "sale_hunt" / "snapshots.jsonl.gz").stat().st_size < 3 * MEGABYTE
    assert len(large.metadata["blocks"]) > 45


def test_the_blocks_of_a_recording_hold_all_its_lines(recordings: list[Recording]) -> None:
    in_blocks = {recording.name: sum(recording.metadata["blocks"]) for recording in recordings}

    assert in_blocks == {recording.name: len(recording.lines) for recording in recordings}


def test_a_recording_begins_and_ends_with_its_stream(recordings: list[Recording]) -> None:
    told = {r.name: (_milliseconds(r, "start_time"), _milliseconds(r, "end_time")) for r in recordings}

    assert told == {recording.name: recording.time_range for recording in recordings}


def test_a_recording_lasts_from_its_start_to_its_end(recordings: list[Recording]) -> None:
    told = {
        r.name: (
            r.metadata["recording_duration"],
            r.metadata["active_seconds"] + r.metadata["inactive_seconds"],
        )
        for r in recordings
    }

    lasted = {r.name: int((r.time_range[1] - r.time_range[0]) / 1000) for r in recordings}
    assert told == {name: (seconds, seconds) for name, seconds in lasted.items()}


def test_events_belong_to_the_session_and_to_its_person(recordings: list[Recording]) -> None:
    belonging = {
        recording.name: {
            event["properties"]["$session_id"] == recording.metadata["id"]
            and event["distinct_id"] in recording.metadata["person"]["distinct_ids"]
            for event in recording.events
        }
        for recording in recordings
    }

    assert belonging == {recording.name: {True} for recording in recordings}


def test_events_and_acts_are_within_the_time_of_the_recording(recordings: list[Recording]) -> None:
    outside: list[tuple[str, float]] = []
    for recording in recordings:
        start, end = recording.time_range
        times = (*_event_times(recording), *_truth_times(recording))
        # Opening the first page takes a while before there is anything to record.
        outside += [(recording.name, t) for t in times if not start - 15_000 <= t <= end + 5_000]

    assert outside == []


def test_sessions_have_different_ids(recordings: list[Recording]) -> None:
    assert len({recording.metadata["id"] for recording in recordings}) == len(recordings)


def test_the_clicks_of_each_window_are_the_clicks_of_the_script(recordings: list[Recording]) -> None:
    recorded = {r.name: Counter(w for w, event in r.stream if _is_click(event)) for r in recordings}

    assert recorded == {recording.name: _scripted_clicks(recording) for recording in recordings}


def test_the_pages_of_the_script_were_viewed_in_their_order(recordings: list[Recording]) -> None:
    viewed = {
        recording.name: [
            (event["properties"]["$window_id"], event["properties"]["$pathname"])
            for event in recording.events
            if event["event"] == "$pageview"
        ]
        for recording in recordings
    }

    assert viewed == {
        r.name: [(page["window"], page["path"]) for page in r.truth["pages"]] for r in recordings
    }


def test_rage_clicks_and_exceptions_of_the_script_are_among_the_events(recordings: list[Recording]) -> None:
    told = {}
    for recording in recordings:
        names = Counter(event["event"] for event in recording.events)
        told[recording.name] = (names["$rageclick"], names["$exception"])

    assert told == {r.name: (r.truth["rage_clicks"], len(r.truth["exceptions"])) for r in recordings}


def _milliseconds(recording: Recording, key: str) -> float:
    return round(datetime.fromisoformat(recording.metadata[key]).timestamp() * 1000)


def _event_times(recording: Recording) -> list[float]:
    return [datetime.fromisoformat(event["timestamp"]).timestamp() * 1000 for event in recording.events]


def _truth_times(recording: Recording) -> list[float]:
    kinds = ("actions", "pages", "failed_requests", "exceptions", "console")
    return [entry["t"] for kind in kinds for entry in recording.truth[kind]]


def _scripted_clicks(recording: Recording) -> Counter[str]:
    clicks: Counter[str] = Counter()
    for action in recording.truth["actions"]:
        clicks[action["window"]] += {"click": 1, "tap": 1, "double_click": 2}.get(action["action"], 0)
    return clicks


def _is_click(event: dict[str, object]) -> bool:
    match event:
        case {"type": 3, "data": {"source": 2, "type": 2}}:
            return True
        case _:
            return False
