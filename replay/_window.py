"""What is known of one browser tab while its events go by."""

from array import array
from dataclasses import dataclass, field

from recordings_mcp.replay._limits import MAX_OBSERVATIONS
from recordings_mcp.replay._mirror import Mirror, Node
from recordings_mcp.replay._model import Coverage, Kind, Observation, Source

ACTIVE_GAP_MS = 5000
"""Activity no further apart than this is one stretch of active time (PostHog, segmenter.ts)."""


@dataclass(slots=True)
class Session:
    """What the windows of a recording share.

    Attributes:
        coverage: counts.
        observations: what was seen so far, times in milliseconds since 1970.
        home: the host of the first page; addresses there are told without it.
        dropped: observations beyond the limit.
        requests: requests told already.
    """

    coverage: Coverage = field(default_factory=Coverage)
    observations: list[Observation] = field(default_factory=list[Observation])
    home: str | None = None
    dropped: int = 0
    requests: set[tuple[str, float, float]] = field(default_factory=set[tuple[str, float, float]])


@dataclass(slots=True)
class Typing:
    """A stretch of typing into one field."""

    node_id: int
    observation: Observation


@dataclass(slots=True)
class Scrolling:
    """A stretch of scrolling of one element."""

    node_id: int
    observation: Observation
    lowest: float


class Window:
    """One browser tab.

    Attributes:
        id: as the recorder named it.
        session: what it shares with the other windows.
        mirror: its page.
        has_snapshot: whether a full snapshot was seen.
        oldest: the time of its earliest event so far.
        newest: the time of its latest event so far.
        focus: the node that has the keyboard.
        focused: that node as it was before the last full snapshot, to be compared with the one of that
            id now. changed_at: when the page last changed. pressed: whether the pointer went down since
            the last click. presses_seen: whether this recording tells when the pointer goes down at all.
            clicked_at: when the last click was. page: the address it shows. page_told: the observation
            that told it. loading: whether a document was parsed since the last page was told. typing:
            the field being typed into. scrolling: what is being scrolled. viewport: its width and
            height. offsets: how far each element is scrolled. actions: times of clicks and keypresses.
            active_since: when the current stretch of activity began. active_until: its latest event.
            active: the stretches before it, each with its beginning and end.
    """

    __slots__ = (
        "_last",
        "actions",
        "active",
        "active_since",
        "active_until",
        "changed_at",
        "clicked_at",
        "focus",
        "focused",
        "has_snapshot",
        "id",
        "loading",
        "mirror",
        "newest",
        "offsets",
        "oldest",
        "page",
        "page_told",
        "pressed",
        "presses_seen",
        "scrolling",
        "session",
        "typing",
        "viewport",
    )

    def __init__(self, window_id: str, session: Session) -> None:
        self.id = window_id
        self.session = session
        self.mirror = Mirror()
        self.has_snapshot = False
        self.oldest = float("inf")
        self.newest = float("-inf")
        self.focus: int | None = None
        self.focused: Node | None = None
        self.changed_at = float("-inf")
        self.pressed = False
        self.presses_seen = False
        self.clicked_at = float("-inf")
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
        self.active: list[tuple[float, float]] = []
        self._last: Observation | None = None

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

    def is_last(self, observation: Observation) -> bool:
        """Say whether nothing was observed in this window since."""
        return self._last is observation

    def touch(self, at: float) -> None:
        """Note that the person was active."""
        if self.active_since <= at <= self.active_until + ACTIVE_GAP_MS:
            self.active_until = max(self.active_until, at)
            return
        if self.active_since <= self.active_until:
            self.active.append((self.active_since, self.active_until))
        self.active_since = self.active_until = at

    def end_stretches(self) -> None:
        """Begin anew: what is typed or scrolled from now on is another stretch."""
        self.typing = None
        self.scrolling = None
