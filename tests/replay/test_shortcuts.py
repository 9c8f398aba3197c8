"""Lines that are decoded late or never give the same observations as lines decoded at once.

Shortcuts apply to lines written as browsers write JSON, and to those that intake writes again in that way. The
same lines with a space behind the window are decoded one by one on arrival.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import orjson
import pytest
from hypothesis import given

from recordings_mcp.replay import Timeline, read_timeline
from recordings_mcp.replay.text.line import subject_of
from tests.replay._building import Recording, element, text

RECORDINGS = sorted((Path(__file__).parents[2] / "sandbox" / "recordings").glob("*/snapshots.jsonl.gz"))


def decoded_at_once(lines: Sequence[bytes]) -> list[bytes]:
    return [line.replace(b'",{', b'" ,{', 1) for line in lines]


def spaced(lines: Sequence[bytes]) -> list[bytes]:
    return [json.dumps(orjson.loads(line)).encode() for line in lines]


def in_another_order(lines: Sequence[bytes]) -> list[bytes]:
    """The order of PostHog's exports."""
    keys = ("timestamp", "data", "type")
    pairs = [orjson.loads(line) for line in lines]
    return [orjson.dumps([window, {key: event[key] for key in keys} | event]) for window, event in pairs]


def sorted_by_name(lines: Sequence[bytes]) -> list[bytes]:
    return [orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS) for line in lines]


class Browser:
    """A page that changes realistically: new nodes have new ids, and no node contains itself."""

    def __init__(self) -> None:
        self.recording = Recording()
        self.load()

    def load(self) -> None:
        buttons = [element(10 * n, "button", text(10 * n + 1, f"Button {n}")) for n in range(2, 5)]
        label = element(60, "label", text(61, "E-mail"), for_="email")
        field = element(62, "input", id="email")
        editor = element(70, "div", text(71, ""), contenteditable="true", aria_label="Notes")
        self.recording.open("/shop", element(10, "main", *buttons, label), field, editor)
        self.parents = {20: 10, 30: 10, 40: 10, 60: 10, 62: 6} | {n: n - 1 for n in (21, 31, 41, 61)}
        self.texts = {21, 31, 41, 61}
        self.newest = 100

    def change(self, what: str, which: int, other: int) -> None:
        node_id, elements = pick(self.parents or {10}, which), [10, *(set(self.parents) - self.texts)]
        parent_id = pick(elements, other)
        if what == "add":
            self.add(parent_id, ("b", "a", "button", "label")[which % 4])
        elif what == "remove" and self.parents:
            self.recording.mutate(removes=[(self.parents[node_id], node_id)])
            for gone in [one for one in self.parents if node_id in self.above(one)]:
                del self.parents[gone]
                self.texts.discard(gone)
        elif what == "move" and self.parents and node_id not in self.above(parent_id):
            tag = text(node_id, "Moved") if node_id in self.texts else element(node_id, "b")
            self.recording.mutate(removes=[(self.parents[node_id], node_id)], adds=[(parent_id, tag, None)])
            self.parents[node_id] = parent_id
        elif what == "write" and self.texts:
            self.recording.mutate(texts=[(pick(self.texts, which), f"Text {other}")])
        elif what == "name":
            self.recording.mutate(attributes=[(parent_id, {"aria-label": f"Name {which}"})])
        elif what == "write much":  # enough changes wait for it to be worthwhile to search them
            self.recording.mutate(attributes=[(3, {"data-state": "x" * 40_000})])
        elif what == "type into the editor":
            for length in range(which % 15):
                self.recording.mutate(texts=[(71, "x" * length)])

    def add(self, parent_id: int, tag: str) -> None:
        first, second = self.newest + 1, self.newest + 2
        self.newest = second
        self.recording.mutate(
            adds=[(first, text(second, f"New {second}"), None), (parent_id, element(first, tag), None)]
        )
        self.parents |= {first: parent_id, second: first}
        self.texts.add(second)

    def above(self, node_id: int) -> list[int]:
        """The node and its ancestors."""
        return [node_id, *(self.above(self.parents[node_id]) if node_id in self.parents else [])]

    def act(self, what: str, which: int) -> None:
        node_id = pick(self.parents or {10}, which)
        if what == "click":
            self.recording.click(node_id)
        elif what == "focus":
            self.recording.focus(node_id)
        elif what == "scroll":
            self.recording.scroll(node_id, which)
        elif what == "input":
            self.recording.input(node_id, "hello")
        elif what == "move the pointer":
            self.recording.change(1, positions=[{"x": 1, "y": 1, "id": node_id, "timeOffset": 0}])
        elif what == "focus the editor":
            self.recording.focus(70)
        elif what == "place the caret":
            self.recording.change(14, ranges=[selected(node_id, 2, 2)] if which % 3 else [])
        elif what == "select text":
            self.recording.change(14, ranges=[selected(node_id, 0, 5)])
        elif what == "load":
            self.load()


def selected(node_id: int, start: int, end: int) -> dict[str, int]:
    return {"start": node_id, "startOffset": start, "end": node_id, "endOffset": end}


def pick(numbers: Iterable[int], which: int) -> int:
    among = sorted(numbers)
    return among[which % len(among)]


def check(recording: Recording) -> Timeline:
    """Compare both ways, except for damage in lines that were never read."""
    timeline, decoded = read_timeline(recording.lines()), read_timeline(decoded_at_once(recording.lines()))
    damage = decoded.coverage.undecodable
    assert timeline.coverage.undecodable <= damage
    assert replace(timeline, coverage=replace(timeline.coverage, undecodable=damage)) == decoded
    return timeline


CHANGES = ("add", "remove", "move", "write", "name", "write much", "type into the editor")
ACTS = (
    "click",
    "focus",
    "scroll",
    "input",
    "move the pointer",
    "focus the editor",
    "place the caret",
    "select text",
    "load",
)
numbers = st.integers(0, 99)


@given(st.lists(st.tuples(st.sampled_from(CHANGES + ACTS), numbers, numbers), max_size=30))
def test_a_page_that_is_brought_up_to_date_late_reads_the_same(steps: list[tuple[str, int, int]]) -> None:
    browser = Browser()
    for what, which, other in steps:
        browser.change(what, which, other)
        browser.act(what, which)

    check(browser.recording)


@pytest.mark.parametrize("file", RECORDINGS, ids=[file.parent.name for file in RECORDINGS])
@pytest.mark.parametrize("written", [decoded_at_once, spaced, in_another_order, sorted_by_name])
def test_a_browsers_recording_reads_the_same(
    file: Path, written: Callable[[Sequence[bytes]], list[bytes]]
) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines()

    assert read_timeline(lines) == read_timeline(written(lines))


def test_a_change_is_found_among_many_unrelated_ones() -> None:
    recording = Browser().recording.mutate(texts=[(21, "Pay now")])
    for index in range(500):
        recording.mutate(removes=[(10, 1000 + index)], adds=[(10, text(1001 + index, "tick" * 20))])

    timeline = check(recording.click(20))

    assert [subject_of(found) for found in timeline.observations if found.kind == "click"] == [
        'button "Pay now"'
    ]


@pytest.mark.parametrize(("bytes_held", "lines_held"), [(1000, 10**6), (10**9, 3)])
def test_no_more_is_held_back_than_the_limits_say(
    bytes_held: int, lines_held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recordings_mcp.replay.page.mirror.PENDING_BYTES", bytes_held)
    monkeypatch.setattr("recordings_mcp.replay.page.mirror.PENDING_LINES", lines_held)
    recording = Browser().recording
    for index in range(20):
        recording.mutate(texts=[(21, f"Pay {index}")])

    timeline = check(recording.click(20))

    assert [subject_of(found) for found in timeline.observations if found.kind == "click"] == [
        'button "Pay 19"'
    ]
