"""The clicks of a recording on controls, as Chromium and as the timeline name them."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordings_mcp.replay import Target, Timeline, read_timeline, recording_lines
from tests.oracle.comparing import Accessible, control_among
from tests.oracle.events import Event, windows_of
from tests.oracle.order import Rebuilt
from tests.oracle.player import Players

_INCREMENTAL, _MOUSE_INTERACTION, _MOUSE_UP, _CLICK = 3, 2, 0, 2
_SAME_MOMENT_S = 0.0011
_CLICKED = frozenset({"click", "press", "select", "input"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A click of the recording.

    Attributes:
        recording: The name of the recording.
        seconds: When, in seconds from its start.
        node_id: The node.
        ours: The targets at that moment in the timeline.
        control: The control in Chromium's accessibility tree; None if the click hit none.
        differing: With the last click of a window, the nodes whose children are in another order than in the
            played page.
    """

    recording: str
    seconds: float
    node_id: int
    ours: list[Target]
    control: Accessible | None
    differing: list[int]


def answers(path: Path, players: Players, *, at_most: int) -> Iterator[Answer]:
    """Yield what is known of the first clicks of each window.

    Raises:
        NotARecording: The timeline cannot be made.
    """
    with path.open("rb") as file:
        timeline = read_timeline(recording_lines(file))
    for window, events in windows_of(path).items():
        clicks = [index for index, event in enumerate(events) if _is_click(event)][:at_most]
        if not clicks:
            continue
        rebuilt = Rebuilt(deepcopy(events))  # which changes them
        with players.playing(events) as player:
            for index in clicks:
                event = events[index]
                node_id = event["data"]["id"]
                seconds = round((event["timestamp"] - timeline.start) / 1000, 3)
                player.seek(index)
                rebuilt.seek(index)
                rebuilt.read(node_id)
                released = _released(events, index) - timeline.start
                ours = _targets(timeline, window, seconds) or _targets(timeline, window, released / 1000)
                control = control_among(player.ancestry(node_id))
                differing = rebuilt.differing(player.children()) if index == clicks[-1] else []
                yield Answer(name_of(path), seconds, node_id, ours, control, differing)


def name_of(path: Path) -> str:
    """Return the name of a recording: its folder's, if the file is called as all others are."""
    return path.parent.name if path.name.startswith("snapshots") else path.name.partition(".")[0]


def recordings_in(place: Path) -> list[Path]:
    """Return the files of recordings at or below a place."""
    if place.is_file():
        return [place]
    found = sorted(place.glob("**/*.json*"))
    return [
        path for path in found if path.name.split(".")[0] not in ("events", "recording", "truth", "package")
    ]


def _is_click(event: Event) -> bool:
    data: Any = event["data"] if event["type"] == _INCREMENTAL else {}
    return bool(data.get("source") == _MOUSE_INTERACTION and data.get("type") == _CLICK)


def _released(events: list[Event], index: int) -> float:
    """Return when the mouse went up before a click: its time in the timeline where a page came in between."""
    earlier = (
        event for event in reversed(events[:index]) if event["data"].get("source") == _MOUSE_INTERACTION
    )
    return next((event["timestamp"] for event in earlier if event["data"].get("type") == _MOUSE_UP), 0.0)


def _targets(timeline: Timeline, window: str, seconds: float) -> list[Target]:
    """Return the targets of what the timeline reports at a moment: of clicks, or else of what they did."""
    found = [
        (seen.kind != "click", seen.target)
        for seen in timeline.observations
        if seen.kind in _CLICKED
        and seen.target is not None
        and (not window or seen.window == window)
        and seen.t - _SAME_MOMENT_S <= seconds <= (seen.last or seen.t) + _SAME_MOMENT_S
    ]
    clicks = [target for is_other, target in found if not is_other]
    return clicks or [target for _, target in found]
