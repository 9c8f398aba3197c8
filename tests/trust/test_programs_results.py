"""What programs get keeps its schema, whatever a page calls its controls."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.mcp_client import data_of, open_client
from tests.sandbox.shop import NOW, Event, Recording, milliseconds

pytestmark = pytest.mark.anyio

START = milliseconds(NOW) - 3_600_000
NAME = "password=opensesame"


def line(after: int, kind: int, data: object) -> str:
    return json.dumps(["tab", {"type": kind, "data": data, "timestamp": START + after}])


BUTTON: dict[str, Any] = {
    "type": 2,
    "id": 3,
    "tagName": "button",
    "attributes": {"aria-label": NAME},
    "childNodes": [],
}
BODY: dict[str, Any] = {"type": 2, "id": 2, "tagName": "body", "attributes": {}, "childNodes": [BUTTON]}
DOCUMENT: dict[str, Any] = {"type": 0, "id": 1, "childNodes": [BODY]}
LINES = [
    line(0, 4, {"href": f"http://shop.example/{NAME}", "width": 1280, "height": 720}),
    line(0, 2, {"node": DOCUMENT, "initialOffset": {"left": 0, "top": 0}}),
    line(5000, 3, {"source": 2, "type": 2, "id": 3, "x": 10, "y": 10}),
]


async def test_how_often_something_was_done_is_a_number_also_when_its_name_speaks_of_a_secret(
    tmp_path: Path,
) -> None:
    recordings = [Recording(name, lines=LINES, events=[Event(NAME, after=6)]) for name in ("one", "two")]
    async with open_client(tmp_path / "r", "auto", recordings, {}, {"output": "structured"}) as client:
        summary = data_of(await client.call_tool("summarize_recording", {"recording": "one"}))
        compared = data_of(await client.call_tool("compare_recordings", {"recordings": ["one", "two"]}))

    [chapter] = summary["chapters"]
    assert (list(chapter["clicks"].values()), list(chapter["events"].values())) == ([1], [1])
    assert all(type(count) is int for count in compared["popular_pages"].values())
    assert "opensesame" not in f"{summary} {compared}"
