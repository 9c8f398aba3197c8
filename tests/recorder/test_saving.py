"""From what posthog-js posts to the four files of a session."""

import gzip
import json
from pathlib import Path
from typing import Any

from inline_snapshot import snapshot

from recorder import _cast as cast
from recorder._person import Person
from recorder._posts import Mailbox, Message
from recorder._save import save
from recorder._session import RecordedSession, Session
from recorder._truth import Action, Truth
from tests.recorder.reading import FILES

START = 1_760_000_000_000


async def nothing(_: Person) -> None:
    """A script without acts."""


def test_a_recorded_session_becomes_four_files(tmp_path: Path) -> None:
    save(_recorded(), tmp_path / "visit")

    assert sorted(file.name for file in (tmp_path / "visit").iterdir()) == list(FILES)


def test_lines_are_the_events_of_a_window_as_they_arrived_and_as_they_were_written(tmp_path: Path) -> None:
    save(_recorded(), tmp_path)

    text = gzip.decompress((tmp_path / "snapshots.jsonl.gz").read_bytes()).decode()
    assert text == snapshot(
        """\
["window-1",{"type":4,"timestamp":1760000000000,"data":{"href":"http://shop.example/"}}]
["window-1",{"type":3,"timestamp":1760000001000.5,"data":{"source":2,"type":2,"id":7}}]
["window-2",{"type":5,"timestamp":1760000007000,"data":{"tag":"café ÿ","payload":{}}}]
"""
    )


def test_the_metadata_says_who_was_there_when_and_what_was_counted(tmp_path: Path) -> None:
    save(_recorded(), tmp_path)

    assert json.loads((tmp_path / "recording.json").read_bytes()) == snapshot(
        {
            "id": "session-1",
            "distinct_id": "visitor-1",
            "person": {
                "uuid": "73e5a989-111a-5eb7-bea4-a1b4d8845da4",
                "name": "jane.miller@example.com",
                "created_at": "2025-02-11T08:14:09Z",
                "distinct_ids": ["customer-1001", "visitor-1"],
                "properties": {
                    "email": "jane.miller@example.com",
                    "name": "Jane Miller",
                    "plan": "plus",
                    "$geoip_country_code": "DE",
                    "$geoip_country_name": "Germany",
                    "$geoip_city_name": "Hamburg",
                    "$geoip_time_zone": "Europe/Berlin",
                    "$browser": "Chrome",
                },
            },
            "start_time": "2025-10-09T08:53:20.000Z",
            "end_time": "2025-10-09T08:53:27.000Z",
            "recording_duration": 7,
            "active_seconds": 0.001,
            "inactive_seconds": 6.999,
            "click_count": 1,
            "keypress_count": 0,
            "mouse_activity_count": 1,
            "console_log_count": 0,
            "console_warn_count": 0,
            "console_error_count": 0,
            "start_url": "http://shop.example/",
            "snapshot_source": "web",
            "snapshot_library": "web",
            "blocks": [2, 1],
        }
    )


def test_events_are_stored_in_order_with_person_updates_inside(tmp_path: Path) -> None:
    save(_recorded(), tmp_path)

    assert json.loads(gzip.decompress((tmp_path / "events.json.gz").read_bytes())) == snapshot(
        [
            {
                "uuid": "event-1",
                "event": "$pageview",
                "timestamp": "2025-10-09T08:53:20.000Z",
                "distinct_id": "visitor-1",
                "properties": {"$session_id": "session-1", "distinct_id": "visitor-1", "$browser": "Chrome"},
            },
            {
                "uuid": "event-2",
                "event": "$identify",
                "timestamp": "2025-10-09T08:53:22.000Z",
                "distinct_id": "customer-1001",
                "properties": {
                    "$session_id": "session-1",
                    "distinct_id": "customer-1001",
                    "$browser": "Chrome",
                    "$set": {"plan": "plus"},
                },
            },
        ]
    )


def test_saving_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    save(_recorded(), tmp_path / "first")
    save(_recorded(), tmp_path / "second")

    first, second = (
        {name: (tmp_path / n / name).read_bytes() for name in FILES} for n in ("first", "second")
    )
    assert first == second


def test_posts_are_read_plain_compressed_single_listed_and_batched() -> None:
    mailbox = Mailbox()
    posted = [_event(name, {"$session_id": "session-1"}) for name in ("a", "b", "c", "d")]
    mailbox.receive(json.dumps(posted[0]).encode())
    mailbox.receive(gzip.compress(json.dumps([posted[1]]).encode()))
    mailbox.receive(json.dumps({"api_key": "phc_demo", "batch": posted[2:]}).encode())
    mailbox.receive(json.dumps(_event("other", {"$session_id": "session-2"})).encode())

    assert [message.event for message in mailbox.of_session("session-1")] == posted


def test_the_truth_counts_the_clicks_a_browser_sees() -> None:
    truth = Truth("visit", "A visit.")
    acts = ("click", "double_click", "tap", "type", "scroll", "context_menu")
    truth.actions = [Action(t=START, action=act, window="window-1") for act in acts]

    assert truth.clicks() == 4


def _recorded() -> RecordedSession:
    session = Session(
        name="visit", fate="A visit.", shopper=cast.JANE, device=cast.MAC_CHROME, script=nothing
    )
    return RecordedSession(session, "session-1", Truth("visit", "A visit."), _messages())


def _messages() -> list[Message]:
    opened = {"type": 4, "timestamp": START, "data": {"href": "http://shop.example/"}}
    clicked = {"type": 3, "timestamp": START + 1000.5, "data": {"source": 2, "type": 2, "id": 7}}
    noted: dict[str, Any] = {"type": 5, "timestamp": START + 7000, "data": {"tag": "café ÿ", "payload": {}}}
    identified = {"distinct_id": "customer-1001", "$browser": "Chrome"}
    return [
        _snapshots("window-1", [opened, clicked], arrived=START + 2000),
        Message(
            {
                **_event("$identify", {"$session_id": "session-1", **identified}),
                "uuid": "event-2",
                "timestamp": "2025-10-09T08:53:22.000Z",
                "$set": {"plan": "plus"},
            },
            START + 2500,
        ),
        Message(
            {
                **_event(
                    "$pageview",
                    {"$session_id": "session-1", "distinct_id": "visitor-1", "$browser": "Chrome"},
                ),
                "uuid": "event-1",
                "timestamp": "2025-10-09T08:53:20.000Z",
            },
            START + 2500,
        ),
        _snapshots("window-2", [noted], arrived=START + 7500),
    ]


def _snapshots(window: str, events: list[dict[str, Any]], *, arrived: float) -> Message:
    properties = {
        "$session_id": "session-1",
        "$window_id": window,
        "$lib": "web",
        "distinct_id": "visitor-1",
        "$snapshot_data": events,
    }
    return Message(_event("$snapshot", properties), arrived)


def _event(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"event": name, "properties": properties}
