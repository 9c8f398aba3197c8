"""The oracle's own judgement; the oracle itself needs a browser and runs with `make oracle`."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from recordings_mcp.replay import Target
from tests.oracle.comparing import Accessible, control_among, same_name, same_role
from tests.oracle.events import windows_of
from tests.oracle.order import Rebuilt
from tests.replay._building import Recording, compress, element, text

BUTTON = Accessible("button", "Pay now")


@pytest.mark.parametrize(
    ("target", "control", "role", "name"),
    [
        (Target("button", "Pay now"), BUTTON, True, True),
        (Target("link", "Pay"), BUTTON, False, False),
        (Target("button", "Pay…"), BUTTON, True, True),
        (Target("button", "Buy…"), BUTTON, True, False),
        (Target("button"), BUTTON, True, False),
        (Target("button", "5 minutes"), Accessible("button", "\uf012 5  minutes"), True, True),
        (Target("button", "Say 'hi'"), Accessible("button", 'Say "hi"'), True, True),
        (Target("summary", "More"), Accessible("DisclosureTriangle", "More"), True, True),
        (Target("password field", "Password"), Accessible("textbox", "Password"), True, True),
    ],
)
def test_roles_and_names_are_compared_as_they_are_shown(
    target: Target, control: Accessible, *, role: bool, name: bool
) -> None:
    assert (same_role(target, control), same_name(target, control)) == (role, name)


def test_a_click_is_on_the_nearest_control() -> None:
    main = Accessible("main", "")

    assert control_among([Accessible(None, ""), BUTTON, main]) == BUTTON
    assert control_among([Accessible("StaticText", "Hello"), main]) is None


def page() -> Recording:
    recording = Recording().open("/", element(10, "p", element(11, "b"), element(12, "b")))
    return recording.mutate(adds=[(10, text(13, "first"), 11)])


def test_another_order_of_children_is_noticed() -> None:
    rebuilt = Rebuilt(page().events)
    rebuilt.seek(3)

    assert rebuilt.differing({10: ([13, 11, 12], [])}) == []
    assert rebuilt.differing({10: ([11, 13, 12], [])}) == [10]


def _lines(events: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(["tab", event]).encode() + b"\n" for event in events)


@pytest.mark.parametrize(
    "content",
    [
        _lines(page().events),
        gzip.compress(_lines([*reversed(page().events), *page().events])),
        json.dumps({"data": {"snapshots": [{"window_id": "tab", "data": page().events}]}}).encode(),
        json.dumps([event | {"windowId": "tab"} for event in page().events]).encode(),
        _lines([event | {"data": compress(event["data"]), "cv": "2024-10"} for event in page().events]),
    ],
    ids=["lines", "unordered and twice", "export", "array", "compressed"],
)
def test_events_are_read_in_order_and_once(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "snapshots.json"
    path.write_bytes(content)

    found = windows_of(path)["tab"]

    assert [(event["type"], event["data"], event["timestamp"]) for event in found] == [
        (event["type"], event["data"], event["timestamp"]) for event in page().events
    ]
