"""What is known of one browser tab while its events go by."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from recordings_mcp.replay.intake.reader import Reader
from recordings_mcp.replay.intake.stream import Stream
from recordings_mcp.replay.limits import MAX_OBSERVATIONS
from recordings_mcp.replay.model import Coverage, Kind, Observation, Source
from recordings_mcp.replay.page.mirror import Mirror, Node
from recordings_mcp.replay.page.screen import Screen
from recordings_mcp.replay.signals.stretches import Stretch, merged

ACTIVE_GAP_MS = 5000
"""Activity no further apart than this is one stretch of active time (PostHog, segmenter.ts)."""


_MOST_ACTIVE = 10_000


@dataclass(slots=True)
class Session:
    """What the windows of a recording share.

    Attributes:
        sources: what takes a window's incremental events before its first full snapshot, by source.
        reader: decodes lines that were put off.
        coverage: counts.
        observations: what was seen so far, times in milliseconds since 1970.
        inferred: what was inferred from them.
        home: the host of the first page; addresses there are told without it.
        dropped: observations beyond the limit.
        requests: requests told already.
    """

    sources: "dict[int, Handler]"
    reader: Reader
    coverage: Coverage
    observations: list[Observation] = field(default_factory=list[Observation])
    inferred: list[Observation] = field(default_factory=list[Observation])
    home: str | None = None
    dropped: int = 0
    requests: set[tuple[str, float, float]] = field(default_factory=set[tuple[str, float, float]])


@dataclass(slots=True)
class Typing:
    """A stretch of typing into one field."""

    node_id: int
    observation: Observation
    secret: bool = True


@dataclass(slots=True)
class Scrolling:
    """A stretch of scrolling of one element."""

    node_id: int
    observation: Observation
    lowest: float


@dataclass(slots=True)
class Touch:
    """A finger on the screen, since when and where."""

    at: float
    x: float
    y: float


@dataclass(slots=True)
class Unanswered:
    """A click that nothing has answered yet."""

    at: float
    node_id: int
    target: str | None


@dataclass(slots=True)
class ClickRow:
    """Clicks in a row, close together in time and place."""

    at: float = float("-inf")
    x: float = 0.0
    y: float = 0.0
    length: int = 0
    rage: Observation | None = None


class Window(Stream):
    """One browser tab.

    Attributes:
        session: what it shares with the other windows.
        mirror: its page.
        sources: what takes its incremental events, by source.
        focus: the node that has the keyboard.
        focused: that node as it was before the last full snapshot, to be compared with the one of that
            id now. changed_at: when the page last changed. pressed: whether the pointer went down since
            the last click. presses_seen: whether this recording tells when the pointer goes down at all.
            clicked_at: when the last click was. page: the address it shows. page_told: the observation
            that told it. loading: whether a document was parsed since the last page was told. typing:
            the field being typed into. scrolling: what is being scrolled. viewport: its width and
            height. offsets: how far each element is scrolled. actions: times of clicks and keypresses.
            screen: the screen it shows, if this is a native app.
        finger: the finger that is down on it.
        keyboard_open: whether its keyboard is open.
        click_row: clicks in a row up to now.
        unanswered: clicks that nothing has answered yet.
        dead_click: the last click that nothing answered.
        visibility_changed_at: when the tab was last left or entered.
        active_since: when the current stretch of activity began. active_until: its latest event.
            active: the stretches before it, each with its beginning and end.
    """

    __slots__ = (
        "_last",
        "_most_active",
        "actions",
        "active",
        "active_since",
        "active_until",
        "click_row",
        "clicked_at",
        "dead_click",
        "finger",
        "focus",
        "focused",
        "keyboard_open",
        "loading",
        "mirror",
        "offsets",
        "page",
        "page_told",
        "pressed",
        "presses_seen",
        "screen",
        "scrolling",
        "session",
        "sources",
        "typing",
        "unanswered",
        "viewport",
        "visibility_changed_at",
    )

    def __init__(self, window_id: str, session: Session) -> None:
        super().__init__(window_id)
        self.session = session
        self.mirror = Mirror(session.reader.data_of)
        self.sources = session.sources
        self.focus: int | None = None
        self.focused: Node | None = None
        self.pressed = False
        self.presses_seen = False
        self.clicked_at = float("-inf")
        self.screen: Screen | None = None
        self.finger: Touch | None = None
        self.keyboard_open = False
        self.click_row = ClickRow()
        self.unanswered: list[Unanswered] = []
        self.dead_click: Observation | None = None
        self.visibility_changed_at = float("-inf")
        self.page: str | None = None
        self.page_told: Observation | None = None
        self.loading = False
        self.viewport: tuple[float, float] | None = None
        self.typing: Typing | None = None
        self.scrolling: Scrolling | None = None
        self.offsets: dict[int, float] = {}
        self.actions = array("d")
        self.active_since = float("inf")
        self.active_until = float("-inf")
        self.active: list[Stretch] = []
        self._last: Observation | None = None
        self._most_active = _MOST_ACTIVE

    def observe(
        self,
        at: float,
        kind: Kind,
        target: str | None = None,
        detail: str | None = None,
        *,
        source: Source = "replay",
    ) -> Observation:
        """Note an observation; one equal to the window's last one is counted there."""
        last = self._last
        if last is not None and last.kind == kind and last.target == target and last.detail == detail:
            last.count += 1
            last.last = at
            return last
        observation = Observation(at, self.id, kind, target, detail, source=source)
        session = self.session
        if len(session.observations) < MAX_OBSERVATIONS:
            session.observations.append(observation)
        else:
            session.dropped += 1
        self._last = observation
        return observation

    def infer(self, at: float, kind: Kind, target: str | None, detail: str | None = None) -> Observation:
        """Note what was inferred from other observations."""
        observation = Observation(at, self.id, kind, target, detail, derived=True)
        if len(self.session.inferred) < MAX_OBSERVATIONS:
            self.session.inferred.append(observation)
        return observation

    def is_last(self, observation: Observation) -> bool:
        """Say whether nothing was observed in this window since."""
        return self._last is observation

    def touch(self, at: float, _line: bytes = b"") -> None:
        """Note that the person was active, whatever the line that tells it says more."""
        if self.active_since <= at <= self.active_until + ACTIVE_GAP_MS:
            if at > self.active_until:  # noqa: PLR1730  nearly every event comes by here
                self.active_until = at
            return
        if self.active_since <= self.active_until:
            self.active.append((self.active_since, self.active_until))
            if len(self.active) >= self._most_active:
                self.active = merged(self.active, ACTIVE_GAP_MS)
                self._most_active = max(_MOST_ACTIVE, 2 * len(self.active))
        self.active_since = self.active_until = at

    def end_stretches(self) -> None:
        """Begin anew: what is typed or scrolled from now on is another stretch."""
        self.typing = None
        self.scrolling = None


Handler = Callable[[Window, float, Any], None]
"""Takes an event's data in a window at a time in milliseconds."""
